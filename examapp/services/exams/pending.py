"""What waits for those who set exams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.services.exams.withdrawals import reductions_of
from examapp.store.exams import Exam
from examapp.store.held import PoolWithdrawal


@dataclass(frozen=True)
class Waiting:
    """What waits for those who set exams: results to release, drafts whose window is near.

    `reduced` are exams to come whose pool lost so many items that papers cannot be drawn, or
    not within the tolerance.
    """

    to_release: Sequence[Exam]
    drafts: Sequence[Exam]
    reduced: Sequence[Exam] = ()


SOON = timedelta(days=7)


def waiting(db: Session, now: datetime) -> Waiting:
    """For the home page, the longest waiting and the nearest first."""
    published = Exam.published_at.is_not(None)
    closed = select(Exam).where(
        published, Exam.released_at.is_(None), Exam.cancelled_at.is_(None), Exam.closes_at <= now
    )
    near = select(Exam).where(~published, Exam.opens_at <= now + SOON)
    return Waiting(
        db.scalars(closed.order_by(Exam.closes_at)).all(),
        db.scalars(near.order_by(Exam.opens_at)).all(),
        _reduced(db, now),
    )


def _reduced(db: Session, now: datetime) -> list[Exam]:
    """Exams that are not over and whose pool does not do any more, by the last withdrawal."""
    left = select(PoolWithdrawal.exam_id).where(PoolWithdrawal.exam_id == Exam.id)
    exams = db.scalars(
        select(Exam)
        .where(Exam.cancelled_at.is_(None), Exam.closes_at > now, left.exists())
        .order_by(Exam.opens_at)
    ).all()
    last = {public_id: steps[-1] for public_id, steps in reductions_of(db, exams).items()}
    return [e for e in exams if e.public_id in last and not last[e.public_id].level]
