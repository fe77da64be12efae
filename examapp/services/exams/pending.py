"""What waits for those who set exams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.store.exams import Exam


@dataclass(frozen=True)
class Waiting:
    """What waits for those who set exams: results to release, drafts whose window is near."""

    to_release: Sequence[Exam]
    drafts: Sequence[Exam]


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
    )
