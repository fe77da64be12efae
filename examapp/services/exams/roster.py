"""Who has which number in an exam: everybody it is for when it is published, then by arrival."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from examapp.services.exams.audience import meant
from examapp.services.people.units import tree
from examapp.store.exams import Exam, RosterEntry
from examapp.store.people import User


def number_everybody(db: Session, exam: Exam) -> list[str]:
    """Number all whom the exam is for now, unit by unit; their pseudonyms in order.

    Colleagues get neighbouring numbers, and papers of neighbouring numbers share few items.
    """
    places = {unit.id: place for place, (_, unit) in enumerate(tree(db))}
    rows = db.execute(
        select(User.id, User.public_id, User.unit_id, User.username).where(meant(exam))
    )
    people = sorted(rows, key=lambda row: (places[row.unit_id], row.username))
    if people:
        db.execute(
            insert(RosterEntry),
            [
                {"exam_id": exam.id, "number": number, "user_id": row.id}
                for number, row in enumerate(people, 1)
            ],
        )
    return [row.public_id for row in people]


def through_the_turnstile(db: Session, exam: Exam, user_id: int) -> None:
    """Hold the exam's row until the end of the transaction, together with others who start.

    A pause waits for whoever is in it, and the other way round, so that nobody begins
    unnoticed while one is declared. Newcomers go alone: they get the next number.
    """
    together = _known(db, exam, user_id) is not None
    db.execute(select(Exam.id).where(Exam.id == exam.id).with_for_update(read=together))


def number_of(db: Session, exam: Exam, user_id: int) -> int:
    """The number of somebody who is through the turnstile; a newcomer gets the next one."""
    known = _known(db, exam, user_id)
    if known is not None:
        return known
    last = db.scalar(select(func.max(RosterEntry.number)).where(RosterEntry.exam_id == exam.id))
    number = (last or 0) + 1
    db.execute(insert(RosterEntry).values(exam_id=exam.id, number=number, user_id=user_id))
    return number


def _known(db: Session, exam: Exam, user_id: int) -> int | None:
    return db.scalar(
        select(RosterEntry.number).where(
            RosterEntry.exam_id == exam.id, RosterEntry.user_id == user_id
        )
    )


def pseudonyms(db: Session, exam_id: int) -> Sequence[str]:
    """Everybody's pseudonym in order of number."""
    return db.scalars(
        select(User.public_id)
        .join(RosterEntry, RosterEntry.user_id == User.id)
        .where(RosterEntry.exam_id == exam_id)
        .order_by(RosterEntry.number)
    ).all()
