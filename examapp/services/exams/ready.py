"""What must hold before an exam is published, the question bank's size apart."""

from __future__ import annotations

from sqlalchemy.orm import Session

from examapp.services.exams import make_up, slots
from examapp.store.exams import Exam

REFUSALS = (make_up.OriginalCancelled, make_up.OriginalNotReleased, slots.SlotsOutside)


def require_ready(db: Session, exam: Exam) -> None:
    """Raise OriginalCancelled, OriginalNotReleased or SlotsOutside."""
    make_up.require_ready(db, exam)
    slots.require_within(db, exam)
