"""How many have come to an exam: in numbers only, for those who set it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, exists, func, select
from sqlalchemy.orm import Session

from examapp.services.exams.audience import meant
from examapp.store.exams import Exam
from examapp.store.people import User
from examapp.store.sittings import Sitting


@dataclass(frozen=True)
class Turnout:
    """People, not tries: for whom the exam is, who is at it, who is done, who never began."""

    people: int
    not_yet: int
    sitting: int
    handed_in: int
    lapsed: int

    @property
    def started(self) -> int:
        return self.sitting + self.handed_in + self.lapsed


def turnout(db: Session, exam: Exam, *, now: datetime) -> Turnout:
    """Count each person once, by their last try."""
    here = meant((unit.unit_id for unit in exam.units), exam.audiences)
    begun = exists().where(Sitting.exam_id == exam.id, Sitting.user_id == User.id)
    people, not_yet = db.execute(
        select(func.count(), func.count(case((~begun, 1)))).select_from(User).where(here)
    ).one()
    running = and_(Sitting.closed_at.is_(None), Sitting.deadline > now)
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
    return Turnout(people, not_yet, sitting, handed_in, all_of_them - sitting - handed_in)
