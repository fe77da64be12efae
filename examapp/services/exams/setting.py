"""Setting an exam: draft, edit, publish with a frozen pool, cancel, release."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from examapp.core import spec as specs
from examapp.core.canonical import digest
from examapp.core.draw import draw, pool_digest
from examapp.core.exams import ExamState, ExamTimes, state
from examapp.core.ledger import Event
from examapp.core.refusals import N_, Conflict, Fault, Invalid, NotFound, RuleBroken
from examapp.core.spec import BankTooSmall, ExamSpec
from examapp.core.stream import Stream
from examapp.services.certificates.issuing import issue_due
from examapp.services.exams import pools
from examapp.services.exams.drafts import ExamDraft as ExamDraft
from examapp.services.exams.drafts import faults
from examapp.services.exams.pending import Waiting as Waiting
from examapp.services.exams.pending import waiting as waiting
from examapp.services.ledger import record
from examapp.services.people.persons import Person
from examapp.services.sittings.closing import close_lapsed
from examapp.store.exams import Exam, ExamUnit, PoolItem
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
    return specs.from_data(exam.spec)


def create(db: Session, draft: ExamDraft, *, by: Person, now: datetime) -> Exam:
    """A new draft; raises Invalid."""
    _require_sound(db, draft)
    exam = Exam(created_by=by.id, created_at=now)
    _fill(exam, draft)
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
    _fill(exam, draft)
    db.flush()


def _require_sound(db: Session, draft: ExamDraft) -> None:
    wrong = list(faults(db, draft))
    if wrong:
        raise Invalid(wrong)


def _fill(exam: Exam, draft: ExamDraft) -> None:
    exam.title, exam.spec = draft.title, draft.spec.as_data()
    exam.opens_at, exam.closes_at = draft.opens_at, draft.closes_at
    exam.audiences = list(draft.audiences)
    exam.release_on_close = draft.release_on_close
    exam.certificate_years = draft.certificate_years
    exam.units = [ExamUnit(unit_id=unit_id) for unit_id in draft.unit_ids]


def publish(
    db: Session, exam: Exam, *, by: Person, now: datetime, edit_no: int | None = None
) -> None:
    """Freeze the pool, commit to a secret seed, and announce the exam.

    Raises BankTooSmall with the exact shortage, Invalid where the window is over, Conflict
    where the draft is not the one that was shown as `edit_no`.
    """
    _claim_draft(db, exam)
    if edit_no not in (None, exam.edit_no):
        raise Conflict()
    if exam.closes_at <= now:
        raise Invalid([Fault("closes_at", N_("the window of this exam is already over"))])
    spec = spec_of(exam)
    pool = pools.in_force(db, spec)
    missing = specs.shortages(spec, (item.cell for item in pool.items))
    if missing:
        raise BankTooSmall(missing)
    for trial in range(5):  # enemies may make a pool smaller than its count: see that papers come
        draw(spec, pool.items, Stream.of(b"trial", exam.public_id, str(trial)))
    seed = secrets.token_bytes(32)
    exam.seed = seed
    exam.seed_commitment = hashlib.sha256(seed).hexdigest()
    exam.pool_digest = pool_digest(pool.items)
    exam.published_at = now
    db.add_all(PoolItem(exam_id=exam.id, revision_id=r) for r in pool.revision_ids.values())
    db.flush()
    facts = {
        "spec": digest(exam.spec),
        "pool": exam.pool_digest,
        "pool_items": len(pool.items),
        "seed_commitment": exam.seed_commitment,
        "opens_at": exam.opens_at,
        "closes_at": exam.closes_at,
    }
    record(db, Event.EXAM_PUBLISHED, exam.public_id, facts, actor=by.public_id, now=now)


def _claim_draft(db: Session, exam: Exam) -> None:
    """Lock the row, so that two officers cannot publish it twice."""
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
    _claim_draft(db, exam)
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


def _close_lapsed(db: Session, exam: Exam, *, now: datetime) -> None:
    """Score what ran out of time already, so that the release need not wait for its turn."""
    over = (Sitting.exam_id == exam.id, Sitting.closed_at.is_(None), Sitting.deadline <= now)
    for sitting in db.scalars(select(Sitting).where(*over)).all():
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
    return db.scalars(
        select(Exam).where(
            Exam.release_on_close,
            Exam.published_at.is_not(None),
            Exam.released_at.is_(None),
            Exam.cancelled_at.is_(None),
            Exam.closes_at <= now,
            ~sitting,
        )
    ).all()
