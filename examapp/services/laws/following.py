"""Following an article through the editions of its law, by what was compared."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.core.law.changes import ChangeKind
from examapp.store.laws import ArticleChange, Edition, EditionChange, Law

UNKNOWN = "not-compared"
"""Between two editions of which one has no words here: nobody knows what changed."""

Place = tuple[int, str]


@dataclass(frozen=True)
class Followed:
    """Where an article stands in a later edition, and all that happened to it on the way."""

    key: str
    kinds: frozenset[str] = frozenset()

    @property
    def same_words(self) -> bool:
        """Whether nothing happened to its words."""
        return self.kinds <= {ChangeKind.UNCHANGED, ChangeKind.RENUMBERED}


def steps(db: Session, law: Law) -> list[EditionChange]:
    """The changes from each edition of a law to the next one, the oldest first."""
    ids = [edition.id for edition in law.editions]
    found = db.scalars(
        select(EditionChange).where(
            EditionChange.new_edition_id.in_(ids), EditionChange.superseded_at.is_(None)
        )
    )
    return sorted(found, key=lambda change: ids.index(change.new_edition_id))


def followed(
    db: Session, law: Law, starts: Iterable[Place], to: Edition
) -> dict[Place, list[Followed]]:
    """Where articles of older editions stand in the edition `to`; nowhere where they ended."""
    standing = {start: [Followed(start[1])] for start in starts}
    at = {start: start[0] for start in standing}
    for change in steps(db, law):
        if _adopted(law, change.new_edition_id) > to.adopted:
            break
        here = [start for start, edition_id in at.items() if edition_id == change.old_edition_id]
        keys = {found.key for start in here for found in standing[start]}
        rows = _rows(db, change, keys) if keys else {}
        for start in here:
            standing[start] = _step(change, standing[start], rows)
            at[start] = change.new_edition_id
    return {start: found for start, found in standing.items() if at[start] == to.id and found}


def _adopted(law: Law, edition_id: int) -> date:
    return next(edition.adopted for edition in law.editions if edition.id == edition_id)


def _rows(db: Session, change: EditionChange, keys: Collection[str]) -> dict[str, list[Followed]]:
    query = select(ArticleChange.old_key, ArticleChange.new_key, ArticleChange.kind).where(
        ArticleChange.change_id == change.id, ArticleChange.old_key.in_(sorted(keys))
    )
    found: dict[str, list[Followed]] = {}
    for old, new, kind in db.execute(query.order_by(ArticleChange.position)):
        found.setdefault(str(old), []).append(Followed(new or "", frozenset({kind})))
    return found


def _step(
    change: EditionChange, standing: list[Followed], rows: dict[str, list[Followed]]
) -> list[Followed]:
    ahead: dict[str, frozenset[str]] = {}
    for place in standing:
        stays = UNKNOWN if not change.compared else ChangeKind.UNCHANGED
        for new in rows.get(place.key, [Followed(place.key, frozenset({stays}))]):
            if new.key:
                ahead[new.key] = ahead.get(new.key, frozenset()) | place.kinds | new.kinds
    return [Followed(key, kinds) for key, kinds in ahead.items()]
