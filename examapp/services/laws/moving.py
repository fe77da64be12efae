"""Citations follow the law's numbers by themselves where the words of their article stayed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, and_, func, insert, literal, or_, select, update
from sqlalchemy.orm import Session, aliased

from examapp.clock import local_date
from examapp.core.canonical import digest
from examapp.core.citations import Citation
from examapp.core.ledger import Event
from examapp.services.laws.held import HOLDING, PREAMBLE, in_force_by
from examapp.services.ledger import hold, record
from examapp.store.bank import ItemCitation
from examapp.store.held import CitationMove
from examapp.store.laws import ArticleChange, Edition, EditionChange, Law
from examapp.store.study import SectionCitation

ITEM, SECTION = "revision_id", "section_id"
_TABLES: dict[str, Any] = {ITEM: ItemCitation, SECTION: SectionCitation}


def settle(db: Session, *, now: datetime) -> int:
    """Move what may move by now; how many citations it were.

    A citation may go several steps, from edition to edition, each recorded. The law's row is
    locked: two who settle at once do it one after the other.
    """
    moved = 0
    while laws := due(db, now):
        hold(db)
        db.execute(select(Law.id).where(Law.id.in_(laws)).order_by(Law.id).with_for_update())
        done = sum(_settle_law(db, law_id, now) for law_id in laws)
        if not done:
            break
        moved += done
    return moved


def due(db: Session, now: datetime) -> Sequence[int]:
    """Row ids of laws of which a citation may move."""
    today = local_date(now)
    found = {row.law_id for subject in _TABLES for row in db.execute(_movable(subject, today))}
    return sorted(found)


def _movable(subject: str, today: date, law_id: int | None = None) -> Select[Any]:
    """Citations whose article stands, in the same words, in the next edition in force."""
    table, newer = _TABLES[subject], aliased(Edition)
    here = and_(ArticleChange.change_id == EditionChange.id, ArticleChange.old_key == table.article)
    kept = and_(ArticleChange.change_id.is_(None), table.article == PREAMBLE)
    query = (
        select(
            getattr(table, subject).label("subject"),
            table.position,
            table.law,
            table.article,
            table.paragraph,
            table.item,
            table.edition_id,
            newer.law_id,
            newer.id.label("new_edition_id"),
            func.coalesce(ArticleChange.new_key, literal(PREAMBLE)).label("new_article"),
        )
        .join(EditionChange, EditionChange.old_edition_id == table.edition_id)
        .join(newer, newer.id == EditionChange.new_edition_id)
        .outerjoin(ArticleChange, here)
        .where(in_force_by(newer, today), EditionChange.compared)
        .where(or_(ArticleChange.kind.not_in(HOLDING), kept))
        .order_by(getattr(table, subject), table.position)
    )
    return query if law_id is None else query.where(newer.law_id == law_id)


def _settle_law(db: Session, law_id: int, now: datetime) -> int:
    """Move the citations of one law by one step, with one entry of the ledger."""
    moves = []
    for subject in _TABLES:
        for row in db.execute(_movable(subject, local_date(now), law_id)).all():
            moves.append(_move(db, subject, row, now))
    if moves:
        db.execute(insert(CitationMove), moves)
        facts = {"moves": len(moves), "digest": moves_digest(db, moves)}
        law = db.scalars(select(Law.code).where(Law.id == law_id)).one()
        record(db, Event.CITATION_MOVED, law, facts, actor=None, now=now)
    return len(moves)


def _move(db: Session, subject: str, row: Row[Any], now: datetime) -> dict[str, Any]:
    table = _TABLES[subject]
    goes = Citation(row.law, row.new_article, row.paragraph, row.item)
    db.execute(
        update(table)
        .where(getattr(table, subject) == row.subject, table.position == row.position)
        .values(article=goes.article, edition_id=row.new_edition_id)
    )
    return {
        ITEM: None,
        SECTION: None,
        subject: row.subject,
        "position": row.position,
        "from_edition_id": row.edition_id,
        "from_cite": str(Citation(row.law, row.article, row.paragraph, row.item)),
        "to_edition_id": row.new_edition_id,
        "to_cite": str(goes),
        "decision_id": None,
        "moved_at": now,
    }


def moves_digest(db: Session, moves: Sequence[dict[str, Any]]) -> str:
    """What the ledger says of a batch of moves: who, from where, to where."""
    ids = {m[end] for m in moves for end in ("from_edition_id", "to_edition_id")}
    days = dict(db.execute(select(Edition.id, Edition.adopted).where(Edition.id.in_(ids))).all())
    return digest(
        sorted(
            [
                ITEM if m[ITEM] else SECTION,
                m[ITEM] or m[SECTION],
                m["position"],
                days[m["from_edition_id"]].isoformat(),
                m["from_cite"],
                days[m["to_edition_id"]].isoformat(),
                m["to_cite"] or "",
            ]
            for m in moves
        )
    )
