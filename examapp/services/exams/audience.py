"""For whom an exam is held: the one place that decides it, in a query or in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Exists, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from examapp.core.people import Role
from examapp.core.scoring import Outcome
from examapp.core.spec import Counts
from examapp.services.people.units import subtree
from examapp.store.exam_days import Excuse
from examapp.store.exams import Exam, ExamUnit
from examapp.store.people import Unit, User, UserRole
from examapp.store.sittings import Score, Sitting


def may_sit() -> ColumnElement[bool]:
    """The condition on User rows for sitting exams at all: a cadre who is not disabled."""
    cadre = exists().where(UserRole.user_id == User.id, UserRole.role == Role.CADRE)
    return and_(cadre, User.disabled_at.is_(None))


def meant(exam: Exam) -> ColumnElement[bool]:
    """The condition on User rows under which an exam is for them.

    No audience named means: everybody in the units and under them. A make-up exam is for those
    of them who are admitted to it.
    """
    units = subtree(*(unit.unit_id for unit in exam.units))
    there = and_(User.unit_id.in_(units), may_sit())
    if exam.audiences:
        there = and_(there, User.audience.in_(exam.audiences))
    return and_(there, _admitted_to(exam, User.id)) if exam.make_up_of else there


def admitted(user_id: Any) -> ColumnElement[bool]:
    """The condition on Exam rows: no make-up exam, or one to which this person is admitted."""
    return or_(Exam.make_up_of.is_(None), _admitted_to(Exam, user_id))


def _admitted_to(exam: Any, user_id: Any) -> ColumnElement[bool]:
    """Excused from the exam it makes up for; or failed there, where it is for those too.

    By condition and not by a list: an excuse that is approved today admits today.
    """
    excused = exists().where(
        Excuse.exam_id == exam.make_up_of,
        Excuse.user_id == user_id,
        Excuse.kind == "make_up",
        Excuse.approved.is_(True),
        Excuse.withdrawn_at.is_(None),
    )
    if exam.make_up_failed is False:
        return excused
    wanted = true() if exam.make_up_failed is True else exam.make_up_failed.is_(True)
    return or_(excused, and_(wanted, _failed(exam.make_up_of, user_id)))


def _failed(exam_id: Any, user_id: Any) -> ColumnElement[bool]:
    """The outcome that counts, once released, is failed; by the best try: none was passed."""
    original, other = aliased(Exam), aliased(Sitting)
    passed, _ = _try_with(Outcome.PASSED, exam_id, user_id)
    failed, its = _try_with(Outcome.FAILED, exam_id, user_id)
    same = (other.exam_id == its.exam_id, other.user_id == its.user_id)
    last = failed.where(~exists().where(*same, other.try_no > its.try_no))
    first = failed.where(~exists().where(*same, other.try_no < its.try_no))

    def by(rule: Counts) -> ColumnElement[bool]:
        counts = func.coalesce(original.spec["counts"].as_string(), str(Counts.BEST))
        return exists().where(
            original.id == exam_id,
            original.released_at.is_not(None),
            original.cancelled_at.is_(None),
            counts == rule,
        )

    return or_(
        and_(by(Counts.BEST), failed, ~passed),
        and_(by(Counts.LAST), last),
        and_(by(Counts.FIRST), first),
    )


def _try_with(outcome: Outcome, exam_id: Any, user_id: Any) -> tuple[Exists, Any]:
    """Whether a try of theirs has this outcome under the score in force; and that try."""
    sitting, score, later = aliased(Sitting), aliased(Score), aliased(Score)
    corrected = exists().where(later.sitting_id == score.sitting_id, later.number > score.number)
    found = exists().where(
        sitting.exam_id == exam_id,
        sitting.user_id == user_id,
        score.sitting_id == sitting.id,
        score.outcome == outcome,
        ~corrected,
    )
    return found, sitting


def suits(exam: Exam, audience: str) -> bool:
    """Whether an exam is for people of this audience, wherever they work."""
    return not exam.audiences or audience in exam.audiences


def size(db: Session, exam: Exam) -> int:
    """How many people an exam is for, today."""
    return db.scalar(select(func.count()).select_from(User).where(meant(exam))) or 0


@dataclass(frozen=True)
class Circle:
    """An exam's audience worked out: the units with all under them, the audiences.

    `only` names the people admitted to a make-up exam; None for any other exam.
    """

    unit_ids: frozenset[int]
    audiences: frozenset[str]
    only: frozenset[int] | None = None

    def takes(self, unit_id: int, audience: str, user_id: int) -> bool:
        """Whether somebody who may sit exams, of this unit and audience, is meant."""
        here = unit_id in self.unit_ids and (not self.audiences or audience in self.audiences)
        return here and (self.only is None or user_id in self.only)


def circles(db: Session, exams: Sequence[Exam]) -> dict[int, Circle]:
    """The circle of each exam by its row id: three queries however many exams there are."""
    roots: dict[int, set[int]] = {exam.id: set() for exam in exams}
    named = select(ExamUnit.exam_id, ExamUnit.unit_id).where(ExamUnit.exam_id.in_(roots))
    for exam_id, unit_id in db.execute(named):
        roots[exam_id].add(unit_id)
    parents = dict(db.execute(select(Unit.id, Unit.parent_id)).all())
    lines = {unit_id: set(_line(unit_id, parents)) for unit_id in parents}
    only = _only(db, exams)
    return {
        exam.id: Circle(
            frozenset(unit_id for unit_id, line in lines.items() if line & roots[exam.id]),
            frozenset(exam.audiences),
            only.get(exam.id),
        )
        for exam in exams
    }


def _only(db: Session, exams: Iterable[Exam]) -> dict[int, frozenset[int]]:
    """Who is admitted to each make-up exam among them."""
    found: dict[int, set[int]] = {exam.id: set() for exam in exams if exam.make_up_of}
    if found:
        everybody = select(Exam.id, User.id).join(User, true())
        for exam_id, user_id in db.execute(
            everybody.where(Exam.id.in_(found), _admitted_to(Exam, User.id))
        ):
            found[exam_id].add(user_id)
    return {exam_id: frozenset(users) for exam_id, users in found.items()}


def _line(unit_id: int | None, parents: dict[int, int | None]) -> Iterable[int]:
    """The unit and all above it."""
    while unit_id is not None:
        yield unit_id
        unit_id = parents[unit_id]
