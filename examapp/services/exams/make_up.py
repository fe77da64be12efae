"""Make-up exams: which exam they make up for, and what had to happen before."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.core.refusals import N_, RuleBroken
from examapp.services.exams.candidates import all_mine
from examapp.services.people.persons import Person
from examapp.store.exams import Exam


class OriginalNotReleased(RuleBroken):
    """Who failed is known only once the results are released."""

    code = "original_not_released"
    words = N_(
        "This make-up exam is also for those who failed. Release the results of the first exam "
        "before you publish it."
    )


class OriginalCancelled(RuleBroken):
    """What was called off is held anew, and not made up for."""

    code = "original_cancelled"
    words = N_("The exam that this one makes up for has been cancelled.")


def require_ready(db: Session, exam: Exam) -> None:
    """Raise where a make-up exam cannot be published yet; for other exams, nothing."""
    if exam.make_up_of is None:
        return
    original = db.get_one(Exam, exam.make_up_of, populate_existing=True)
    if original.cancelled_at:
        raise OriginalCancelled()
    if exam.make_up_failed and not original.released_at:
        raise OriginalNotReleased()


def originals(db: Session) -> Sequence[Exam]:
    """Exams that a make-up exam can be set for, the newest first."""
    return db.scalars(
        select(Exam)
        .where(
            Exam.published_at.is_not(None), Exam.cancelled_at.is_(None), Exam.make_up_of.is_(None)
        )
        .order_by(Exam.opens_at.desc(), Exam.id.desc())
    ).all()


def title_of(db: Session, public_id: str | None) -> dict[str, str]:
    """The title of the exam that is made up for; empty for none."""
    title = db.scalar(select(Exam.title).where(Exam.public_id == public_id)) if public_id else None
    return title or {}


def held_for(db: Session, person: Person, exam: Exam) -> list[Exam]:
    """Make-up exams of this one to which the person is admitted, the next to close first."""
    again = select(Exam.id).where(Exam.make_up_of == exam.id, Exam.cancelled_at.is_(None))
    ids = set(db.scalars(again.where(Exam.published_at.is_not(None))))
    return [e for e in all_mine(db, person) if e.id in ids] if ids else []
