"""What a personnel officer may look at: exams and people of their own subtree."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session

from examapp.core.refusals import NotFound
from examapp.services.people.persons import Person
from examapp.services.people.units import lineage, subtree
from examapp.store.exams import Exam, ExamUnit
from examapp.store.people import User
from examapp.store.sittings import Sitting


def own_units(officer: Person) -> Select[int]:
    """Ids of the officer's unit and all under it; every report asks within these."""
    return subtree(officer.unit_id)


def exam(db: Session, officer: Person, public_id: str) -> Exam:
    """A published exam held for a unit of the officer's, or sat there; else NotFound."""
    found = db.scalar(held(officer).where(Exam.public_id == public_id))
    if found is None:
        raise NotFound()
    return found


def held(officer: Person) -> Select[Exam]:
    """Published exams whose units lie in the officer's subtree or above it."""
    named = exists().where(
        ExamUnit.exam_id == Exam.id,
        or_(
            ExamUnit.unit_id.in_(own_units(officer)),
            ExamUnit.unit_id.in_(lineage(officer.unit_id)),
        ),
    )
    sat = exists().where(
        Sitting.exam_id == Exam.id,
        Sitting.user_id == User.id,
        User.unit_id.in_(own_units(officer)),
    )
    return select(Exam).where(Exam.published_at.is_not(None), named | sat)


def somebody(db: Session, officer: Person, public_id: str) -> User:
    """A person of the officer's subtree; else NotFound."""
    user = db.scalar(
        select(User).where(User.public_id == public_id, User.unit_id.in_(own_units(officer)))
    )
    if user is None:
        raise NotFound()
    return user


def named(db: Session, officer: Person, words: str, *, most: int = 50) -> Sequence[User]:
    """People of the subtree whose name or user name holds the words."""
    wanted = words.strip()
    return db.scalars(
        select(User)
        .where(
            User.unit_id.in_(own_units(officer)),
            or_(
                User.name.icontains(wanted, autoescape=True),
                User.username.icontains(wanted, autoescape=True),
            ),
        )
        .order_by(User.name, User.id)
        .limit(most)
    ).all()
