"""Two editions beside each other: what a page of comparison shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.core.law.changes import Change, ChangeKind, Comparison
from examapp.core.law.compare import compare
from examapp.core.law.diff import Piece, pieces
from examapp.core.refusals import N_, NotFound, RuleBroken
from examapp.services.laws import reading
from examapp.services.laws.following import steps
from examapp.services.laws.resting import Resting, resting_on
from examapp.store.laws import Article, ArticleChange, Edition, EditionChange, Law

QUIET = frozenset({ChangeKind.UNCHANGED, ChangeKind.RENUMBERED})
"""Same words: named by their numbers alone."""


class NoWords(RuleBroken):
    """Only editions whose words are here can be compared."""

    code = "no_words"
    words = N_("These two editions cannot be compared: the words of one of them are not here.")


@dataclass(frozen=True)
class Compared:
    """One change with its words: articles of both editions, and the difference if both are."""

    kind: ChangeKind
    old: tuple[Article, ...]
    new: tuple[Article, ...]
    pieces: tuple[Piece, ...]
    resting: Resting


def changes(db: Session, law: Law, old: Edition, new: Edition) -> tuple[Change, ...]:
    """What became of each article; as recorded between neighbours, else compared now."""
    if not (old.text_digest and new.text_digest):
        raise NoWords()
    pair = (old.id, new.id)
    for step in steps(db, law):
        if (step.old_edition_id, step.new_edition_id) == pair and step.compared:
            return _recorded(db, step)
    return _compared(db, old, new)


def _recorded(db: Session, step: EditionChange) -> tuple[Change, ...]:
    rows = db.execute(
        select(
            ArticleChange.group, ArticleChange.kind, ArticleChange.old_key, ArticleChange.new_key
        )
        .where(ArticleChange.change_id == step.id)
        .order_by(ArticleChange.position)
    )
    return tuple(
        Change(
            ChangeKind(group[0].kind),
            _once(row.old_key for row in group),
            _once(row.new_key for row in group),
        )
        for group in (list(some) for _, some in groupby(rows, key=lambda row: row.group))
    )


def _once(keys: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for key in keys if key is not None))


_kept: dict[tuple[str, str], tuple[Change, ...]] = {}
MOST_KEPT = 32


def _compared(db: Session, old: Edition, new: Edition) -> tuple[Change, ...]:
    """Compared now, and kept: the same words give the same answer."""
    digests = (str(old.text_digest), str(new.text_digest))
    if digests not in _kept:
        before, after = reading.text_of(db, old), reading.text_of(db, new)
        if before is None or after is None:
            raise NoWords()
        if len(_kept) >= MOST_KEPT:
            _kept.pop(next(iter(_kept)))
        _kept[digests] = _flat(compare(before, after))
    return _kept[digests]


def _flat(comparison: Comparison) -> tuple[Change, ...]:
    """What differs beside the articles stands behind them, as it does in the record."""
    return comparison.changes + tuple(
        Change(
            ChangeKind.MODIFIED if old and new else ChangeKind.ADDED if new else ChangeKind.REMOVED,
            (old,) if old else (),
            (new,) if new else (),
        )
        for old, new in comparison.other
    )


def counts(found: Iterable[Change]) -> dict[ChangeKind, int]:
    """How many changes of each kind there are, in the order of the kinds."""
    kinds = [change.kind for change in found]
    return {kind: kinds.count(kind) for kind in ChangeKind if kind in kinds}


def with_words(
    db: Session, law: Law, old: Edition, new: Edition, some: Sequence[Change], *, with_items: bool
) -> list[Compared]:
    """The words on both sides of some changes, and what rests on their old articles."""
    before = _articles(db, old, [key for change in some for key in change.old])
    after = _articles(db, new, [key for change in some for key in change.new])
    resting = resting_on(db, law, old, with_items=True) if with_items else {}
    return [_one(change, before, after, resting) for change in some]


def _articles(db: Session, edition: Edition, keys: Sequence[str]) -> dict[str, Article]:
    rows = db.scalars(
        select(Article).where(Article.edition_id == edition.id, Article.key.in_(keys))
    )
    return {row.key: row for row in rows}


def _one(
    change: Change,
    before: dict[str, Article],
    after: dict[str, Article],
    resting: dict[str, Resting],
) -> Compared:
    old = tuple(before[key] for key in change.old if key in before)
    new = tuple(after[key] for key in change.new if key in after)
    on = [resting[key] for key in change.old if key in resting]
    together = Resting(
        [section for one in on for section in one.sections], [i for one in on for i in one.items]
    )
    return Compared(change.kind, old, new, difference(old, new), together)


def difference(old: Sequence[Article], new: Sequence[Article]) -> tuple[Piece, ...]:
    """The difference by characters; nothing where one side is empty."""
    if not old or not new:
        return ()
    return _pieces("\n".join(a.text for a in old), "\n".join(a.text for a in new))


@lru_cache(maxsize=2048)
def _pieces(old: str, new: str) -> tuple[Piece, ...]:
    return pieces(old, new)


def edition_adopted(law: Law, adopted: object) -> Edition:
    """The edition adopted on a day; NotFound where there is none."""
    for edition in law.editions:
        if edition.adopted == adopted:
            return edition
    raise NotFound()


def changed_in(db: Session, law: Law, edition: Edition) -> tuple[Edition | None, dict[str, str]]:
    """The edition before, and by article of this one what was done to its words since."""
    step = next((step for step in steps(db, law) if step.new_edition_id == edition.id), None)
    if step is None or not step.compared:
        return None, {}
    rows = db.execute(
        select(ArticleChange.new_key, ArticleChange.kind).where(
            ArticleChange.change_id == step.id,
            ArticleChange.new_key.is_not(None),
            ArticleChange.kind.not_in(sorted(QUIET)),
        )
    )
    old = next(other for other in law.editions if other.id == step.old_edition_id)
    return old, dict(rows.all())  # type: ignore[arg-type]
