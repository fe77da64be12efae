"""Every exam of a year in figures, and who is still missing: one query a part of the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from examapp.clock import local_date, zone
from examapp.core.exams import ExamState, state
from examapp.core.progress import Progress
from examapp.core.scoring import Outcome
from examapp.services.exams.audience import Circle, circles, may_sit
from examapp.services.exams.setting import spec_of, times
from examapp.services.people.persons import Person
from examapp.services.reports.scope import held, own_units
from examapp.services.reports.tries import NONE, Tries, tries
from examapp.store.exams import Exam
from examapp.store.people import User


@dataclass(frozen=True)
class Tally:
    """One exam among the officer's people; outcomes are counted only after the release."""

    exam: Exam
    state: ExamState
    people: int
    by_progress: Counter[Progress]
    by_outcome: Counter[str]

    @property
    def not_yet(self) -> int:
        return self.by_progress[Progress.NOT_YET]

    @property
    def exempted(self) -> int:
        return self.by_progress[Progress.EXEMPTED]

    @property
    def sitting(self) -> int:
        return self.by_progress[Progress.SITTING]

    @property
    def done(self) -> int:
        return self.by_progress[Progress.HANDED_IN] + self.by_progress[Progress.LAPSED]

    @property
    def passed(self) -> int:
        return self.by_outcome[Outcome.PASSED]

    @property
    def failed(self) -> int:
        return self.by_outcome[Outcome.FAILED]


def overview(db: Session, officer: Person, *, year: int, now: datetime) -> list[Tally]:
    """Exams that closed or close in the year, the newest window first."""
    begins, ends = (
        datetime.combine(datetime(y, 1, 1).date(), time(), zone()).astimezone(UTC)
        for y in (year, year + 1)
    )
    exams = held(officer).where(Exam.closes_at >= begins, Exam.closes_at < ends)
    return _tallies(db, officer, exams.order_by(Exam.opens_at.desc(), Exam.id.desc()), now=now)


def years(db: Session, officer: Person, *, now: datetime) -> list[int]:
    """The years in which there were exams for the subtree, and this one."""
    closings = db.scalars(held(officer).with_only_columns(Exam.closes_at))
    return sorted({local_date(c).year for c in closings} | {local_date(now).year}, reverse=True)


def missing(db: Session, officer: Person, *, now: datetime) -> list[Tally]:
    """For the home page: exams open, or closed and not yet released, with who has not yet sat."""
    exams = held(officer).where(
        Exam.opens_at <= now, Exam.released_at.is_(None), Exam.cancelled_at.is_(None)
    )
    return _tallies(db, officer, exams.order_by(Exam.closes_at), now=now)


def _tallies(db: Session, officer: Person, query: Select[Exam], *, now: datetime) -> list[Tally]:
    """Four queries, however many exams and people; exams for nobody here are left out."""
    exams = db.scalars(query).all()
    if not exams:
        return []
    people = _people(db, officer)
    around = circles(db, exams)
    done = tries(db, officer, [exam.id for exam in exams], now=now)
    tallies = (_tally(exam, around[exam.id], people, done, now) for exam in exams)
    return [tally for tally in tallies if tally.people]


def _people(db: Session, officer: Person) -> Sequence[tuple[int, int, str]]:
    rows = db.execute(
        select(User.id, User.unit_id, User.audience).where(
            User.unit_id.in_(own_units(officer)), may_sit()
        )
    )
    return rows.all()


def _tally(
    exam: Exam,
    circle: Circle,
    people: Iterable[tuple[int, int, str]],
    done: dict[tuple[int, int], Tries],
    now: datetime,
) -> Tally:
    """Those for whom the exam is, and those who sat it although it is not for them today."""
    who = {
        user_id for user_id, unit_id, audience in people if circle.takes(unit_id, audience, user_id)
    }
    who |= {user for (of, user), tries in done.items() if of == exam.id and tries.states}
    counts = spec_of(exam).counts
    theirs = [done.get((exam.id, user_id), NONE) for user_id in who]
    results = (each.counting(counts) for each in theirs)
    return Tally(
        exam=exam,
        state=state(times(exam), now),
        people=len(who),
        by_progress=Counter(each.progress for each in theirs),
        by_outcome=Counter(result.outcome for result in results if result),
    )
