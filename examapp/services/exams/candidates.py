"""Which exams are a person's own, and how they stand in each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from examapp.core.exams import ExamState, TryResult, counting, state
from examapp.core.people import Role
from examapp.core.refusals import NotFound
from examapp.core.spec import ExamSpec
from examapp.services.exams.audience import suits
from examapp.services.exams.setting import spec_of, times
from examapp.services.people.persons import Person
from examapp.services.people.units import lineage
from examapp.store.exams import Exam, ExamUnit
from examapp.store.sittings import Score, Sitting


@dataclass(frozen=True)
class Standing:
    """An exam as one candidate sees it; `result` and `scores` only once it was released."""

    exam: Exam
    spec: ExamSpec
    state: ExamState
    sittings: Sequence[Sitting]
    open_sitting: Sitting | None
    result: tuple[Sitting, Score] | None
    scores: Mapping[int, Score]

    @property
    def tries_left(self) -> int:
        return self.spec.tries - len(self.sittings)

    @property
    def may_start(self) -> bool:
        return self.state is ExamState.OPEN and (
            self.open_sitting is not None or self.tries_left > 0
        )


def mine(db: Session, person: Person, public_id: str) -> Exam:
    """A published exam that is held for this person; else NotFound."""
    exam = db.scalar(_own(person).where(Exam.public_id == public_id))
    if exam is None or not _meant(exam, person):
        raise NotFound()
    return exam


def all_mine(db: Session, person: Person) -> list[Exam]:
    """Published exams held for this person, the next to close first."""
    exams = db.scalars(_own(person).order_by(Exam.closes_at)).all()
    return [exam for exam in exams if _meant(exam, person)]


def _own(person: Person) -> Select[Exam]:
    here = exists().where(
        ExamUnit.exam_id == Exam.id, ExamUnit.unit_id.in_(lineage(person.unit_id))
    )
    sat = exists().where(Sitting.exam_id == Exam.id, Sitting.user_id == person.id)
    return select(Exam).where(Exam.published_at.is_not(None), here | sat)


def _meant(exam: Exam, person: Person) -> bool:
    return person.has(Role.CADRE) and suits(exam, person.audience)


def standing(db: Session, person: Person, exam: Exam, *, now: datetime) -> Standing:
    """How the person stands in one of their exams."""
    return standings_in(db, person.id, [exam], now=now)[0]


def standings(db: Session, person: Person, *, now: datetime) -> list[Standing]:
    """All of the person's exams with how they stand."""
    return standings_in(db, person.id, all_mine(db, person), now=now)


def standings_in(
    db: Session, user_id: int, exams: Sequence[Exam], *, now: datetime
) -> list[Standing]:
    """How somebody stands in these exams: two queries however many there are."""
    sittings: dict[int, list[Sitting]] = {exam.id: [] for exam in exams}
    for sitting in db.scalars(
        select(Sitting)
        .where(Sitting.exam_id.in_(sittings), Sitting.user_id == user_id)
        .order_by(Sitting.try_no)
    ):
        sittings[sitting.exam_id].append(sitting)
    released = {exam.id for exam in exams if exam.released_at}
    shown = [s.id for exam_id, theirs in sittings.items() if exam_id in released for s in theirs]
    scores = newest_scores(db, shown) if shown else {}
    return [_standing(exam, sittings[exam.id], scores, now) for exam in exams]


def _standing(
    exam: Exam, sittings: Sequence[Sitting], scores: Mapping[int, Score], now: datetime
) -> Standing:
    running = [s for s in sittings if s.closed_at is None and now < s.deadline]
    spec = spec_of(exam)
    return Standing(
        exam=exam,
        spec=spec,
        state=state(times(exam), now),
        sittings=sittings,
        open_sitting=running[0] if running else None,
        result=_result(spec, sittings, scores),
        scores=scores,
    )


def _result(
    spec: ExamSpec, sittings: Sequence[Sitting], scores: Mapping[int, Score]
) -> tuple[Sitting, Score] | None:
    """The try that counts under the spec's rule, with its score in force."""
    tries = [TryResult(s.try_no, scores[s.id].points) for s in sittings if s.id in scores]
    counts = counting(tries, spec.counts)
    if counts is None:
        return None
    sitting = next(s for s in sittings if s.try_no == counts.try_no)
    return sitting, scores[sitting.id]


def newest_scores(db: Session, sitting_ids: Sequence[int]) -> dict[int, Score]:
    """The score in force of each sitting: the highest number."""
    rows = db.scalars(
        select(Score).where(Score.sitting_id.in_(sitting_ids)).order_by(Score.number)
    ).all()
    return {score.sitting_id: score for score in rows}
