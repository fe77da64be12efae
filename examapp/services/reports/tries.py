"""What people of a subtree did in exams; scores are read only where they were released."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from examapp.core.exams import TryResult, counting
from examapp.core.progress import Progress, progress
from examapp.core.sittings import SittingState, state
from examapp.core.spec import Counts
from examapp.services.exams.entering import exemptions
from examapp.services.people.persons import Person
from examapp.services.reports.scope import own_units
from examapp.store.exams import Exam
from examapp.store.people import User
from examapp.store.sittings import Score, Sitting


@dataclass(frozen=True)
class Result:
    """The score of one try."""

    points: Fraction
    most: Fraction
    outcome: str
    band: str | None


@dataclass
class Tries:
    """One person's tries in one exam, by number."""

    states: dict[int, SittingState] = field(default_factory=dict)
    results: dict[int, Result] = field(default_factory=dict)
    exempted: bool = False

    @property
    def progress(self) -> Progress:
        return progress(list(self.states.values()), exempted=self.exempted)

    def counting(self, counts: Counts) -> Result | None:
        """The result that counts; None before the release."""
        tries = (TryResult(try_no, result.points) for try_no, result in self.results.items())
        best = counting(tries, counts)
        return self.results[best.try_no] if best else None


NONE = Tries()


def tries(
    db: Session, officer: Person, exam_ids: Iterable[int], *, now: datetime
) -> dict[tuple[int, int], Tries]:
    """Tries by exam and user, in two queries; of several scores the newest is in force."""
    exam_ids = list(exam_ids)
    found = {pair: Tries(exempted=True) for pair in exemptions(db, exam_ids)}
    rows = db.execute(
        select(
            Sitting.exam_id,
            Sitting.user_id,
            Sitting.try_no,
            Sitting.submitted_at,
            Sitting.deadline,
            Sitting.paused_at,
            Score.points,
            Score.most,
            Score.outcome,
            Score.band,
        )
        .join(User, User.id == Sitting.user_id)
        .join(Exam, Exam.id == Sitting.exam_id)
        .outerjoin(Score, and_(Score.sitting_id == Sitting.id, Exam.released_at.is_not(None)))
        .where(Sitting.exam_id.in_(exam_ids), User.unit_id.in_(own_units(officer)))
        .order_by(Sitting.try_no, Score.number)
    ).all()
    for row in rows:
        theirs = found.setdefault((row.exam_id, row.user_id), Tries())
        theirs.states[row.try_no] = state(row.submitted_at, row.deadline, now, row.paused_at)
        if row.points is not None:
            theirs.results[row.try_no] = Result(row.points, row.most, row.outcome, row.band)
    return found
