"""How many have come to an exam: in numbers only, for those who set it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from examapp.services.exams.audience import meant
from examapp.services.exams.entering import exempted
from examapp.store.exams import Exam
from examapp.store.people import User
from examapp.store.sittings import Sitting


@dataclass(frozen=True)
class Turnout:
    """People, not tries: for whom the exam is, who is at it, who is done, who never began.

    Whoever was exempted and never began is counted as such, and not as missing.
    """

    people: int
    not_yet: int
    sitting: int
    handed_in: int
    lapsed: int
    exempted: int = 0

    @property
    def started(self) -> int:
        return self.sitting + self.handed_in + self.lapsed


def turnout(db: Session, exam: Exam, *, now: datetime) -> Turnout:
    """Count each person once, by their last try."""
    here = meant(exam)
    begun = exists().where(Sitting.exam_id == exam.id, Sitting.user_id == User.id)
    free = exempted(exam.id, User.id)
    people, not_yet, let_off = db.execute(
        select(
            func.count(),
            func.count(case((and_(~begun, ~free), 1))),
            func.count(case((and_(~begun, free), 1))),
        )
        .select_from(User)
        .where(here)
    ).one()
    time_left = or_(Sitting.deadline > now, Sitting.paused_at.is_not(None))
    running = and_(Sitting.closed_at.is_(None), time_left)
    last = (
        select(Sitting.user_id, func.max(Sitting.try_no).label("try_no"))
        .where(Sitting.exam_id == exam.id)
        .group_by(Sitting.user_id)
        .subquery()
    )
    sitting, handed_in, all_of_them = db.execute(
        select(
            func.count(case((running, 1))), func.count(Sitting.submitted_at), func.count()
        ).join_from(
            last,
            Sitting,
            and_(
                Sitting.exam_id == exam.id,
                Sitting.user_id == last.c.user_id,
                Sitting.try_no == last.c.try_no,
            ),
        )
    ).one()
    lapsed = all_of_them - sitting - handed_in
    return Turnout(people, not_yet, sitting, handed_in, lapsed, let_off)
