"""What follows when an edition of a law becomes known: compared, citations moved, pools reduced."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from examapp.core.canonical import digest
from examapp.core.law.changes import Change, Comparison
from examapp.core.law.compare import compare
from examapp.core.ledger import Event
from examapp.services.exams import withdrawals
from examapp.services.laws import moving
from examapp.services.laws.reading import text_of
from examapp.services.ledger import hold, record
from examapp.store.laws import ArticleChange, Edition, EditionChange, Law


def edition_known(db: Session, edition: Edition, *, now: datetime) -> None:
    """Let an edition that became known, or of which more became known, take effect.

    To be called when its facts or its text came or changed, whichever edition of the law
    that is: older ones may come later. Saying it twice changes nothing.
    """
    hold(db)
    law = db.scalars(select(Law).where(Law.id == edition.law_id).with_for_update()).one()
    editions = db.scalars(
        select(Edition).where(Edition.law_id == law.id).order_by(Edition.adopted)
    ).all()
    known = _known(db, law)
    for old, new in pairwise(editions):
        change = known.pop((old.id, new.id), None) or _new(db, old, new, now)
        change.superseded_at = None
        if edition in (old, new):
            _compare(db, law, change, old, new, now)
    for change in known.values():
        change.superseded_at = change.superseded_at or now
    db.flush()
    if len(editions) > 1 or any(edition.repealed for edition in editions):
        moving.settle(db, now=now)
        withdrawals.withdraw(db, now=now)


def _known(db: Session, law: Law) -> dict[tuple[int, int], EditionChange]:
    rows = db.scalars(
        select(EditionChange)
        .join(Edition, Edition.id == EditionChange.new_edition_id)
        .where(Edition.law_id == law.id)
    )
    return {(change.old_edition_id, change.new_edition_id): change for change in rows}


def _new(db: Session, old: Edition, new: Edition, now: datetime) -> EditionChange:
    change = EditionChange(
        old_edition_id=old.id, new_edition_id=new.id, compared=False, made_at=now
    )
    db.add(change)
    db.flush()
    return change


def _compare(
    db: Session, law: Law, change: EditionChange, old: Edition, new: Edition, now: datetime
) -> None:
    """Compare the two once both texts are here, and again where one of them was replaced."""
    came = [edition.imported_at for edition in (old, new) if edition.imported_at]
    if change.compared and change.made_at >= max(came):
        return
    texts = text_of(db, old), text_of(db, new)
    if texts[0] is None or texts[1] is None:
        return
    found = list(rows(compare(texts[0], texts[1])))
    db.execute(delete(ArticleChange).where(ArticleChange.change_id == change.id))
    db.execute(insert(ArticleChange), [row | {"change_id": change.id} for row in found])
    change.compared, change.made_at = True, now
    facts = {
        "law": law.code,
        "old": old.adopted,
        "new": new.adopted,
        "old_text": old.text_digest,
        "new_text": new.text_digest,
        "changes": rows_digest(found),
    }
    record(db, Event.LAW_COMPARED, law.code, facts, actor=None, now=now)


def rows(comparison: Comparison) -> Iterator[dict[str, Any]]:
    """A comparison as rows of ArticleChange: a row for each pair of keys."""
    position = 0
    for group, (kind, pairs) in enumerate(_groups(comparison), 1):
        for old_key, new_key in pairs:
            position += 1
            yield {
                "position": position,
                "group": group,
                "kind": kind,
                "old_key": old_key,
                "new_key": new_key,
            }


Pairs = list[tuple[str | None, str | None]]


def _groups(comparison: Comparison) -> Iterator[tuple[str, Pairs]]:
    for change in comparison.changes:
        yield str(change.kind), _pairs(change)
    for old, new in comparison.other:
        kind = "modified" if old and new else "added" if new else "removed"
        yield kind, [(old, new)]


def _pairs(change: Change) -> Pairs:
    """Every old article with every new one; a missing side is None."""
    return [(old, new) for old in change.old or (None,) for new in change.new or (None,)]


def rows_digest(found: list[dict[str, Any]]) -> str:
    """What the ledger says of a comparison."""
    return digest([[r["group"], r["kind"], r["old_key"], r["new_key"]] for r in found])
