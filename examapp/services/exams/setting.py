"""Setting an exam: draft, edit, publish with a frozen pool, cancel, release."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from examapp.core.exams import ExamState, ExamTimes, state
from examapp.core.ledger import Event
from examapp.core.refusals import N_, Conflict, Invalid, NotFound, RuleBroken
from examapp.core.spec import ExamSpec
from examapp.services.certificates.issuing import issue_due
from examapp.services.exams.drafts import ExamDraft as ExamDraft
from examapp.services.exams.drafts import faults, spec_as_set
from examapp.services.exams.entering import closed_for_all
from examapp.services.exams.pending import Waiting as Waiting
from examapp.services.exams.pending import waiting as waiting
from examapp.services.exams.preparing import clear
from examapp.services.exams.tallies import tally
from examapp.services.ledger import record
from examapp.services.people.persons import Person
from examapp.services.sittings.closing import close_lapsed, is_over
from examapp.store.exams import Exam, ExamUnit
from examapp.store.sittings import Sitting


class NotADraft(RuleBroken):
    """A published exam is not edited: people rely on what was announced."""

    code = "not_a_draft"
    words = N_("This exam has been published and can no longer be changed.")


class NotPublished(RuleBroken):
    """Only what was published can be released or cancelled."""

    code = "not_published"
    words = N_("This exam has not been published.")


class AlreadySettled(RuleBroken):
    """An exam is released or cancelled once, and not both."""

    code = "already_settled"
    words = N_("The results of this exam have been released, or it has been cancelled, already.")


class StillRunning(RuleBroken):
    """Results are released when nobody can still be sitting."""

    code = "still_running"
    words = N_("People can still sit this exam. Release the results after it has closed.")


def times(exam: Exam) -> ExamTimes:
    """The timestamps of an exam as the rules want them."""
    return ExamTimes(
        exam.opens_at, exam.closes_at, exam.published_at, exam.released_at, exam.cancelled_at
    )


def spec_of(exam: Exam) -> ExamSpec:
    """The exam's spec as a value."""
    return spec_as_set(exam)


def create(db: Session, draft: ExamDraft, *, by: Person, now: datetime) -> Exam:
    """A new draft; raises Invalid."""
    _require_sound(db, draft)
    exam = Exam(created_by=by.id, created_at=now)
    _fill(db, exam, draft)
    db.add(exam)
    db.flush()
    return exam


def edit(db: Session, exam: Exam, draft: ExamDraft, *, edit_no: int) -> None:
    """Change a draft; Conflict where somebody else saved it since `edit_no` was shown."""
    _require_sound(db, draft)
    claimed = db.execute(
        update(Exam)
        .where(Exam.id == exam.id, Exam.edit_no == edit_no, Exam.published_at.is_(None))
        .values(edit_no=edit_no + 1)
        .returning(Exam.id)
    ).scalar()
    db.refresh(exam)
    if claimed is None:
        raise NotADraft() if exam.published_at else Conflict()
    _fill(db, exam, draft)
    db.flush()


def _require_sound(db: Session, draft: ExamDraft) -> None:
    wrong = list(faults(db, draft))
    if wrong:
        raise Invalid(wrong)


def _fill(db: Session, exam: Exam, draft: ExamDraft) -> None:
    exam.original = db.scalar(select(Exam).where(Exam.public_id == draft.make_up_of))
    exam.make_up_failed = draft.make_up_failed
    exam.grace_seconds, exam.entry_minutes = draft.grace_seconds, draft.entry_minutes
    exam.wait_minutes = draft.wait_minutes
    exam.title, exam.spec = draft.title, draft.spec.as_data()
    exam.opens_at, exam.closes_at = draft.opens_at, draft.closes_at
    exam.audiences = list(draft.audiences)
    exam.release_on_close = draft.release_on_close
    exam.certificate_years = draft.certificate_years
    exam.units = [ExamUnit(unit_id=unit_id) for unit_id in draft.unit_ids]


def claim_draft(db: Session, exam: Exam) -> None:
    """Lock a draft, so that two officers cannot publish it twice; NotADraft once it was."""
    db.refresh(exam, with_for_update=True)
    if exam.published_at:
        raise NotADraft()


def cancel(db: Session, exam: Exam, *, because: str, by: Person, now: datetime) -> None:
    """Call a published exam off; sittings keep what was saved, no certificate comes of it."""
    db.refresh(exam, with_for_update=True)
    if not exam.published_at:
        raise NotPublished()
    if exam.released_at or exam.cancelled_at:
        raise AlreadySettled()
    exam.cancelled_at = now
    facts = {"because": because}
    record(db, Event.EXAM_CANCELLED, exam.public_id, facts, actor=by.public_id, now=now)


def delete_draft(db: Session, exam: Exam) -> None:
    """Throw a draft away; NotADraft once it was published."""
    claim_draft(db, exam)
    db.delete(exam)
    db.flush()


def release(db: Session, exam: Exam, *, by: Person | None, now: datetime) -> None:
    """Show results, reveal the seed, issue certificates; once, when nobody sits any more."""
    db.refresh(exam, with_for_update=True)
    if exam.released_at:
        return
    if exam.cancelled_at:
        raise AlreadySettled()
    if state(times(exam), now) is not ExamState.CLOSED:
        raise StillRunning() if exam.published_at else NotPublished()
    if not closed_for_all(db, exam, now):
        raise StillRunning()
    _close_lapsed(db, exam, now=now)
    if db.scalar(select(exists().where(Sitting.exam_id == exam.id, Sitting.closed_at.is_(None)))):
        raise StillRunning()
    exam.released_at = now
    db.flush()
    seed = db.scalar(select(Exam.seed).where(Exam.id == exam.id))
    facts = {"seed": seed, "seed_commitment": exam.seed_commitment}
    record(
        db, Event.EXAM_RELEASED, exam.public_id, facts, actor=by.public_id if by else None, now=now
    )
    issue_due(db, exam, now=now)
    tally(db, exam)
    clear(db, exam)


def _close_lapsed(db: Session, exam: Exam, *, now: datetime) -> None:
    """Score what ran out of time already, so that the release need not wait for its turn."""
    over = select(Sitting).where(Sitting.exam_id == exam.id, is_over(now))
    for sitting in db.scalars(over).all():
        close_lapsed(db, sitting, now=now)


def by_public_id(db: Session, public_id: str) -> Exam:
    """Any exam, for those who set them; NotFound where there is none."""
    exam = db.scalar(select(Exam).where(Exam.public_id == public_id))
    if exam is None:
        raise NotFound()
    return exam


def all_exams(db: Session) -> Sequence[Exam]:
    """Every exam, the newest window first."""
    return db.scalars(select(Exam).order_by(Exam.opens_at.desc(), Exam.id.desc())).all()


def due_for_release(db: Session, now: datetime) -> Sequence[Exam]:
    """Exams that release themselves when their window is over and the last sitting closed."""
    sitting = exists().where(Sitting.exam_id == Exam.id, Sitting.closed_at.is_(None))
    over = db.scalars(
        select(Exam).where(
            Exam.release_on_close,
            Exam.published_at.is_not(None),
            Exam.released_at.is_(None),
            Exam.cancelled_at.is_(None),
            Exam.closes_at <= now,
            ~sitting,
        )
    ).all()
    return [exam for exam in over if closed_for_all(db, exam, now)]
