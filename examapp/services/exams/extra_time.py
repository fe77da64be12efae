"""Give somebody more minutes in an exam, before it or while they sit, with the reason."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from examapp.core.canonical import digest
from examapp.core.exam_day import NoTimeLeft, PaperClosed
from examapp.core.ledger import Event
from examapp.core.refusals import N_, Fault, Invalid
from examapp.core.spec import from_data
from examapp.services.exams.day_reach import claim, require_other, sentence
from examapp.services.exams.entering import extra_minutes
from examapp.services.ledger import record
from examapp.services.people.persons import Person
from examapp.store.exam_days import ExtraTime
from examapp.store.exams import Exam
from examapp.store.people import User
from examapp.store.sittings import Sitting

MINUTES_MOST = 600


@dataclass(frozen=True)
class Granted:
    """What a grant did: the new end of the sitting under way, or None where none is."""

    minutes: int
    deadline: datetime | None


def grant(
    db: Session, exam: Exam, user: User, minutes: int, *, because: str, by: Person, now: datetime
) -> Granted:
    """Let the person have so many minutes more than others; the newest grant holds.

    The sitting under way ends later (or earlier) by the difference to the grant before. The
    exam's row is locked, so that a start at this moment sees the grant or is seen by it.
    Raises NotForOneself, Invalid, ExamSettled, PaperClosed or NoTimeLeft.
    """
    require_other(by, user.id)
    because = sentence(because)
    claim(db, exam)
    before = extra_minutes(db, exam.id, user.id)
    _require_minutes(minutes, before)
    sitting = _open_sitting(db, exam, user, now=now)
    if sitting:
        _move(sitting, timedelta(minutes=minutes - before), now=now)
    made = ExtraTime(
        exam_id=exam.id,
        user_id=user.id,
        minutes=minutes,
        reason=because,
        granted_by=by.id,
        granted_at=now,
    )
    db.add(made)
    db.flush()
    salt = secrets.token_hex(16)
    facts = {
        "exam": exam.public_id,
        "minutes": minutes,
        "before": before,
        # Often a matter of health: only its digest, salted, goes on the record.
        "reason": reason_digest(because, salt),
        "salt": salt,
        "sitting": sitting.public_id if sitting else None,
        "deadline": sitting.deadline if sitting else None,
    }
    record(db, Event.EXTRA_TIME, user.public_id, facts, actor=by.public_id, now=now)
    return Granted(minutes, sitting.deadline if sitting else None)


def reason_digest(reason: str, salt: str) -> str:
    """What the ledger keeps of a reason."""
    return digest({"reason": reason, "salt": salt})


def _require_minutes(minutes: int, before: int) -> None:
    if not 0 <= minutes <= MINUTES_MOST:
        wrong = Fault("minutes", N_("give 0 to %(most)s minutes"), {"most": MINUTES_MOST})
        raise Invalid([wrong])
    if minutes == before:
        raise Invalid([Fault("minutes", N_("the person has exactly this much extra time already"))])


def _open_sitting(db: Session, exam: Exam, user: User, *, now: datetime) -> Sitting | None:
    """The sitting whose time runs, locked; PaperClosed where no try is left to use the minutes."""
    own = (Sitting.exam_id == exam.id, Sitting.user_id == user.id)
    sitting = db.scalar(
        select(Sitting)
        .where(*own, Sitting.closed_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if sitting and (sitting.paused_at or now < sitting.deadline):
        return sitting
    tries = db.scalar(select(func.count()).select_from(Sitting).where(*own)) or 0
    if tries >= from_data(exam.spec).tries:
        raise PaperClosed()
    return None


def _move(sitting: Sitting, length: timedelta, *, now: datetime) -> None:
    ends = sitting.deadline + length
    if ends <= (sitting.paused_at or now):
        raise NoTimeLeft()
    sitting.deadline, sitting.accepts_until = ends, sitting.accepts_until + length
