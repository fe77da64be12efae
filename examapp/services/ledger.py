"""Write to the append-only record, and read it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from examapp.core.canonical import plain
from examapp.core.ledger import GENESIS, Entry, Event, entry_digest
from examapp.store.ledger import LedgerEntry

_LOCK = 7_305_011  # any number, the same in every process


def record(
    db: Session,
    event: Event,
    subject: str,
    facts: dict[str, Any],
    *,
    actor: str | None,
    now: datetime,
) -> None:
    """Chain one fact to the record, in the transaction of the fact itself.

    `subject` and `actor` are public ids, never names: the record outlives the person's file.
    """
    hold(db)
    last = db.execute(
        select(LedgerEntry.number, LedgerEntry.digest).order_by(LedgerEntry.number.desc()).limit(1)
    ).first()
    number, previous = (last.number + 1, last.digest) if last else (1, GENESIS)
    said = plain(facts)
    digest = entry_digest(number, event, now, actor, subject, said, previous)
    db.execute(
        insert(LedgerEntry).values(
            number=number,
            event=str(event),
            at=now,
            actor=actor,
            subject=subject,
            facts=said,
            previous=previous,
            digest=digest,
        )
    )


def hold(db: Session) -> None:
    """Be the only one who writes to the record, until the end of the transaction.

    Two transactions must not follow the same entry; SQLite's write lock does this by itself.
    Who will also lock rows that importers of laws lock takes this first, as they do.
    """
    if db.get_bind().dialect.name == "postgresql":
        db.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def entries(db: Session, *, above: int = 0) -> Iterator[Entry]:
    """All entries in order, a thousand at a time, so that memory stays flat."""
    while True:
        rows = db.execute(
            select(LedgerEntry.__table__)
            .where(LedgerEntry.number > above)
            .order_by(LedgerEntry.number)
            .limit(1000)
        ).all()
        if not rows:
            return
        for row in rows:
            yield Entry(
                row.number,
                row.event,
                row.at,
                row.actor,
                row.subject,
                row.facts,
                row.previous,
                row.digest,
            )
        above = rows[-1].number


def page(
    db: Session, *, event: str = "", subject: str = "", page: int = 1, size: int = 50
) -> tuple[list[LedgerEntry], int]:
    """The newest entries first, filtered, and how many there are in all."""
    query = select(LedgerEntry)
    if event:
        query = query.where(LedgerEntry.event == event)
    if subject:
        query = query.where(LedgerEntry.subject == subject)
    total = db.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = db.scalars(
        query.order_by(LedgerEntry.number.desc()).limit(size).offset((page - 1) * size)
    ).all()
    return list(rows), total
