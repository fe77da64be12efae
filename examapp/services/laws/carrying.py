"""A file that is loaded anew still spells citations as before: they stay where they moved to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from examapp.core.citations import Citation
from examapp.core.ledger import Event
from examapp.services.laws.moving import ITEM, SECTION, moves_digest
from examapp.services.ledger import record
from examapp.store.bank import ItemCitation
from examapp.store.held import CitationMove
from examapp.store.study import SectionCitation

_TABLES: dict[str, Any] = {ITEM: ItemCitation, SECTION: SectionCitation}


@dataclass(frozen=True)
class Carried:
    """Where a citation stands by now, and the edition under which its author wrote it."""

    cite: Citation
    edition_id: int
    from_edition_id: int


def carried(
    db: Session, column: str, subject: int, authored: Mapping[int, str]
) -> dict[str, Carried]:
    """Citations of a subject that name another place now than their author's file does.

    `authored` are its spellings by position. Without this a file in which only a word was
    mended would cite the old number of an article under the new edition.
    """
    table = _TABLES[column]
    moves = db.execute(
        select(CitationMove.position, CitationMove.from_edition_id)
        .where(getattr(CitationMove, column) == subject)
        .order_by(CitationMove.id.desc())
    )
    began = dict(moves.all())  # the earliest comes last, and stays
    rows = db.execute(
        select(
            table.position, table.edition_id, table.law, table.article, table.paragraph, table.item
        ).where(getattr(table, column) == subject)
    )
    found = {}
    for position, edition_id, *cite in rows:
        now, wrote = Citation(*cite), authored.get(position)
        if wrote and position in began and wrote != str(now):
            found[wrote] = Carried(now, edition_id, began[position])
    return found


def record_carried(
    db: Session,
    column: str,
    subject: int,
    places: Sequence[tuple[int, str, Carried]],
    *,
    now: datetime,
) -> None:
    """Keep that citations (position, spelling) of a new state moved, as those of the old did."""
    by_law = sorted(places, key=lambda place: place[2].cite.law)
    for law, group in groupby(by_law, key=lambda place: place[2].cite.law):
        moves = [_move(column, subject, *place, now) for place in group]
        db.execute(insert(CitationMove), moves)
        facts = {"moves": len(moves), "digest": moves_digest(db, moves)}
        record(db, Event.CITATION_MOVED, law, facts, actor=None, now=now)


def _move(
    column: str, subject: int, position: int, wrote: str, went: Carried, now: datetime
) -> dict[str, Any]:
    return {
        ITEM: None,
        SECTION: None,
        column: subject,
        "position": position,
        "from_edition_id": went.from_edition_id,
        "from_cite": wrote,
        "to_edition_id": went.edition_id,
        "to_cite": str(went.cite),
        "decision_id": None,
        "moved_at": now,
    }
