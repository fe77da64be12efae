"""For whom an exam is held: the one place that decides it, in a query or in memory."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session

from examapp.core.people import Role
from examapp.services.people.units import subtree
from examapp.store.exams import Exam, ExamUnit
from examapp.store.people import Unit, User, UserRole


def may_sit() -> ColumnElement[bool]:
    """The condition on User rows for sitting exams at all: a cadre who is not disabled."""
    cadre = exists().where(UserRole.user_id == User.id, UserRole.role == Role.CADRE)
    return and_(cadre, User.disabled_at.is_(None))


def meant(unit_ids: Iterable[int], audiences: Collection[str]) -> ColumnElement[bool]:
    """The condition on User rows under which an exam of these units and audiences is for them.

    No audience named means: everybody in the units and under them.
    """
    there = and_(User.unit_id.in_(subtree(*unit_ids)), may_sit())
    return and_(there, User.audience.in_(audiences)) if audiences else there


def suits(exam: Exam, audience: str) -> bool:
    """Whether an exam is for people of this audience, wherever they work."""
    return not exam.audiences or audience in exam.audiences


def size(db: Session, exam: Exam) -> int:
    """How many people an exam is for, today."""
    here = meant((unit.unit_id for unit in exam.units), exam.audiences)
    return db.scalar(select(func.count()).select_from(User).where(here)) or 0


@dataclass(frozen=True)
class Circle:
    """An exam's audience worked out: the units with all under them, the audiences."""

    unit_ids: frozenset[int]
    audiences: frozenset[str]

    def takes(self, unit_id: int, audience: str) -> bool:
        """Whether somebody who may sit exams, of this unit and audience, is meant."""
        return unit_id in self.unit_ids and (not self.audiences or audience in self.audiences)


def circles(db: Session, exams: Sequence[Exam]) -> dict[int, Circle]:
    """The circle of each exam by its row id: two queries however many exams there are."""
    roots: dict[int, set[int]] = {exam.id: set() for exam in exams}
    named = select(ExamUnit.exam_id, ExamUnit.unit_id).where(ExamUnit.exam_id.in_(roots))
    for exam_id, unit_id in db.execute(named):
        roots[exam_id].add(unit_id)
    parents = dict(db.execute(select(Unit.id, Unit.parent_id)).all())
    lines = {unit_id: set(_line(unit_id, parents)) for unit_id in parents}
    return {
        exam.id: Circle(
            frozenset(unit_id for unit_id, line in lines.items() if line & roots[exam.id]),
            frozenset(exam.audiences),
        )
        for exam in exams
    }


def _line(unit_id: int | None, parents: dict[int, int | None]) -> Iterable[int]:
    """The unit and all above it."""
    while unit_id is not None:
        yield unit_id
        unit_id = parents[unit_id]
