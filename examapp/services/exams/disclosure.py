"""What is told about a published exam: its pool, the seed once released, why it was called off."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from examapp.core.ledger import Event
from examapp.store.exams import Exam, PoolItem, RosterEntry
from examapp.store.ledger import LedgerEntry


def pool_size(db: Session, exam: Exam) -> int:
    """How many items the frozen pool holds."""
    return db.scalar(select(func.count()).where(PoolItem.exam_id == exam.id)) or 0


def seed_of(db: Session, exam: Exam) -> str | None:
    """The seed in hexadecimal once the results are released; before that it is a secret."""
    if not exam.released_at:
        return None
    seed = db.scalar(select(Exam.seed).where(Exam.id == exam.id))
    return seed.hex() if seed else None


def roster_size(db: Session, exam: Exam) -> int:
    """How many candidates have a number."""
    return db.scalar(select(func.count()).where(RosterEntry.exam_id == exam.id)) or 0


def cancelled_because(db: Session, exam: Exam) -> str:
    """The reason for calling the exam off, from the record; empty where it stands."""
    if not exam.cancelled_at:
        return ""
    facts = db.scalar(
        select(LedgerEntry.facts).where(
            LedgerEntry.subject == exam.public_id, LedgerEntry.event == str(Event.EXAM_CANCELLED)
        )
    )
    return str((facts or {}).get("because", ""))
