"""Whom an officer looks after on an exam day: everybody, or the people of their own subtree."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, or_, select, true
from sqlalchemy.orm import Session, aliased

from examapp.core.exam_day import REASON_LEAST, REASON_MOST, ExamSettled, NotForOneself
from examapp.core.people import Role
from examapp.core.refusals import N_, Fault, Invalid, NotFound
from examapp.services.exams.audience import meant
from examapp.services.people.persons import Person
from examapp.services.people.units import subtree
from examapp.services.reports import scope
from examapp.store.exams import Exam
from examapp.store.people import Unit, User
from examapp.store.sittings import Sitting

LOOKS = (Role.ADMIN, Role.TRAINER)
DECIDES = (Role.ADMIN,)


def exam_of(db: Session, officer: Person, public_id: str) -> Exam:
    """A published exam that the officer may look at; else NotFound."""
    if not officer.has(*LOOKS):
        return scope.exam(db, officer, public_id)
    exam = db.scalar(
        select(Exam).where(Exam.public_id == public_id, Exam.published_at.is_not(None))
    )
    if exam is None:
        raise NotFound()
    return exam


def somebody(
    db: Session,
    officer: Person,
    exam: Exam,
    public_id: str,
    *,
    everywhere: tuple[Role, ...] = LOOKS,
) -> User:
    """A person of the exam whom the officer looks after; else NotFound."""
    user = db.scalar(
        select(User).where(
            User.public_id == public_id, concerned(exam), reach(officer, everywhere=everywhere)
        )
    )
    if user is None:
        raise NotFound()
    return user


def sitting_of(db: Session, exam: Exam, user: User, public_id: str) -> Sitting:
    """A try of a person in an exam; else NotFound."""
    sitting = db.scalar(
        select(Sitting).where(
            Sitting.public_id == public_id, Sitting.exam_id == exam.id, Sitting.user_id == user.id
        )
    )
    if sitting is None:
        raise NotFound()
    return sitting


def unit_of(db: Session, public_id: str) -> Unit | None:
    """The unit that was chosen, None for everybody; NotFound where there is none."""
    if not public_id:
        return None
    unit = db.scalar(select(Unit).where(Unit.public_id == public_id))
    if unit is None:
        raise NotFound()
    return unit


def concerned(exam: Exam) -> ColumnElement[bool]:
    """The condition on User rows: the exam is for them, or they sat it."""
    sitting = aliased(Sitting)  # a query that asks for sittings as well must not lend its own
    sat = exists().where(sitting.exam_id == exam.id, sitting.user_id == User.id)
    return or_(meant(exam), sat)


def reach(officer: Person, *, everywhere: tuple[Role, ...] = LOOKS) -> ColumnElement[bool]:
    """The condition on User rows: everybody for some roles, else the officer's own subtree."""
    return true() if officer.has(*everywhere) else User.unit_id.in_(subtree(officer.unit_id))


def reaches(db: Session, officer: Person, user: User, *, everywhere: tuple[Role, ...]) -> bool:
    """Whether the officer looks after this person."""
    found = select(User.id).where(User.id == user.id, reach(officer, everywhere=everywhere))
    return db.scalar(found) is not None


def require_other(officer: Person, user_id: int) -> None:
    """Raise NotForOneself where an officer would decide about their own paper."""
    if officer.id == user_id:
        raise NotForOneself()


def claim(db: Session, exam: Exam) -> None:
    """Lock the exam's row, so that no start, pause or release goes on beside; ExamSettled."""
    hold(db, exam)
    if not exam.published_at or exam.released_at or exam.cancelled_at:
        raise ExamSettled()


def hold(db: Session, exam: Exam) -> None:
    """Lock the exam's row against starts, but not against what only refers to it.

    A hand-in that waits for nothing but its own sitting must not be waited for in a circle.
    """
    db.refresh(exam, with_for_update={"key_share": True})


def sentence(because: str) -> str:
    """A reason in one line; Invalid where there is none, or it is too long."""
    said = " ".join(because.split())
    if not REASON_LEAST <= len(said) <= REASON_MOST:
        raise Invalid([Fault("because", N_("write the reason in a sentence"))])
    return said
