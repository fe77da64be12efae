"""Which exams are a person's own, and how they stand in each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from examapp.core.exams import ExamState, TryResult, counting, state
from examapp.core.people import Role
from examapp.core.refusals import NotFound, RuleBroken
from examapp.core.spec import ExamSpec
from examapp.services.exams.audience import admitted, suits
from examapp.services.exams.entering import Admission, admissions
from examapp.services.exams.setting import spec_of, times
from examapp.services.exams.starting_rules import refusal, running
from examapp.services.people.persons import Person
from examapp.services.people.units import lineage
from examapp.store.exams import Exam, ExamUnit
from examapp.store.sittings import Score, Sitting


@dataclass(frozen=True)
class Standing:
    """An exam as one candidate sees it; `result` and `scores` only once it was released.

    `admission` is the person's own window and clock; `refusal` says why they may not begin now.
    """

    exam: Exam
    spec: ExamSpec
    state: ExamState
    sittings: Sequence[Sitting]
    open_sitting: Sitting | None
    result: tuple[Sitting, Score] | None
    scores: Mapping[int, Score]
    admission: Admission
    refusal: RuleBroken | None

    @property
    def tries_left(self) -> int:
        return self.spec.tries - len(self.sittings)

    @property
    def may_start(self) -> bool:
        return self.refusal is None and self.state in _ALIVE

    @property
    def exempted(self) -> bool:
        """Excused from it altogether, and never sat it."""
        return self.admission.exempted and not self.sittings

    def phase(self, now: datetime) -> Phase:
        """Where the exam stands for this person: their slot, pauses and excuses count."""
        if self.state not in _ALIVE:
            return Phase.OVER
        if self.open_sitting:
            return Phase.RUNNING
        if self.admission.exempted:
            return Phase.OVER
        entry = self.admission.entry
        if entry is None:
            return Phase.COMING if now < self.exam.closes_at else Phase.OVER
        if now < entry.window.opens_at:
            return Phase.COMING
        still = now < entry.window.closes_at or self.admission.paused_since is not None
        return Phase.RUNNING if still else Phase.OVER


class Phase(StrEnum):
    """Under which heading a candidate looks for an exam."""

    COMING = "coming"
    RUNNING = "running"
    OVER = "over"


_ALIVE = {ExamState.ANNOUNCED, ExamState.OPEN, ExamState.CLOSED}


def mine(db: Session, person: Person, public_id: str) -> Exam:
    """A published exam that is held for this person; else NotFound."""
    exam = db.scalar(_MINE, _asking(person) | {"exam": public_id})
    if exam is None or not _meant(db, exam, person):
        raise NotFound()
    return exam


def all_mine(db: Session, person: Person) -> list[Exam]:
    """Published exams held for this person, the next to close first."""
    exams = db.scalars(_ALL_MINE, _asking(person)).all()
    return [exam for exam in exams if _meant(db, exam, person)]


# Statements made once: everybody asks them in the minute in which an exam opens.
_HERE = exists().where(
    ExamUnit.exam_id == Exam.id, ExamUnit.unit_id.in_(lineage(bindparam("unit")))
)
_SAT = exists().where(Sitting.exam_id == Exam.id, Sitting.user_id == bindparam("user"))
_OWN = select(Exam).where(Exam.published_at.is_not(None), _HERE | _SAT)
_MINE, _ALL_MINE = _OWN.where(Exam.public_id == bindparam("exam")), _OWN.order_by(Exam.closes_at)
_TO_MAKE_UP = select(Exam.id).where(
    Exam.id == bindparam("exam"), _SAT | admitted(bindparam("user"))
)


def _asking(person: Person) -> dict[str, Any]:
    return {"unit": person.unit_id, "user": person.id}


def _meant(db: Session, exam: Exam, person: Person) -> bool:
    """Their kind of people; and of a make-up exam, those admitted to it, or who sat it."""
    if not (person.has(Role.CADRE) and suits(exam, person.audience)):
        return False
    if not exam.make_up_of:
        return True
    return db.scalar(_TO_MAKE_UP, {"exam": exam.id, "user": person.id}) is not None


def standing(db: Session, person: Person, exam: Exam, *, now: datetime) -> Standing:
    """How the person stands in one of their exams."""
    return standings_in(db, person.id, person.unit_id, [exam], now=now)[0]


def standings(db: Session, person: Person, *, now: datetime) -> list[Standing]:
    """All of the person's exams with how they stand."""
    return standings_in(db, person.id, person.unit_id, all_mine(db, person), now=now)


def standings_in(
    db: Session, user_id: int, unit_id: int, exams: Sequence[Exam], *, now: datetime
) -> list[Standing]:
    """How somebody of a unit stands in these exams: as many questions as for one."""
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
    around = admissions(db, exams, user_id, unit_id, now=now)
    return [_standing(exam, sittings[exam.id], scores, around[exam.id], now) for exam in exams]


def _standing(
    exam: Exam,
    sittings: Sequence[Sitting],
    scores: Mapping[int, Score],
    admission: Admission,
    now: datetime,
) -> Standing:
    spec = spec_of(exam)
    return Standing(
        exam=exam,
        spec=spec,
        state=state(times(exam), now),
        sittings=sittings,
        open_sitting=running(sittings, now),
        result=_result(spec, sittings, scores),
        scores=scores,
        admission=admission,
        refusal=refusal(admission, sittings, spec, exam, now),
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
