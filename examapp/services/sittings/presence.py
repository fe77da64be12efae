"""What a device asks now and then: how much time is left, whether it still holds the sitting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from examapp.core.ledger import Event
from examapp.core.refusals import NotFound
from examapp.core.sittings import left_ms
from examapp.services.people.persons import Person
from examapp.store.ledger import LedgerEntry
from examapp.store.sittings import Presence, Sitting
from examapp.store.upsert import insert_unless_there

NOTED_EVERY = timedelta(seconds=50)  # what an officer sees; a write a minute for each candidate


class Course(StrEnum):
    """How a sitting goes on: its time runs, stands still, is over but for the grace, or closed."""

    OPEN = "open"
    PAUSED = "paused"
    OVER = "over"
    CLOSED = "closed"


@dataclass(frozen=True)
class Pulse:
    """What the device is told; `since` is when it was paused, closed or taken over."""

    left_ms: int
    course: Course
    lease: int
    mine: bool
    since: datetime | None
    accepts_until: datetime


_sitting, _presence = Sitting.__table__.c, Presence.__table__.c
_FACTS = (
    select(
        _sitting.id,
        _sitting.deadline,
        _sitting.accepts_until,
        _sitting.paused_at,
        _sitting.submitted_at,
        _sitting.closed_at,
        _sitting.lease_no,
        _sitting.lease_device,
        _presence.seen_at,
    )
    .join_from(
        Sitting.__table__, Presence.__table__, _presence.sitting_id == _sitting.id, isouter=True
    )
    .where(_sitting.public_id == bindparam("sitting"), _sitting.user_id == bindparam("user"))
)
_TAKEN_OVER_AT = (
    select(LedgerEntry.at)
    .where(
        LedgerEntry.subject == bindparam("sitting"),
        LedgerEntry.event.in_([str(Event.SITTING_TAKEN_OVER), str(Event.SITTING_FREED)]),
    )
    .order_by(LedgerEntry.number.desc())
    .limit(1)
)


def pulse(db: Session, person: Person, sitting_id: str, *, device: str, now: datetime) -> Pulse:
    """How the sitting stands, for one of the person's devices; notes that it was heard of."""
    own = {"sitting": sitting_id, "user": person.id}
    sitting = db.execute(_FACTS, own).first()
    if sitting is None:
        raise NotFound()
    mine = sitting.lease_device == device
    course = _course(sitting, now)
    if mine and course is not Course.CLOSED:
        _note(db, sitting.id, sitting.seen_at, now)
    since = {
        Course.PAUSED: sitting.paused_at,
        Course.CLOSED: sitting.submitted_at or sitting.deadline,
    }.get(course)
    if not mine and course is not Course.CLOSED:
        since = db.execute(_TAKEN_OVER_AT, own).scalar()
    left = left_ms(sitting.deadline, sitting.paused_at, now)
    return Pulse(left, course, sitting.lease_no, mine, since, sitting.accepts_until)


def _course(sitting: Any, now: datetime) -> Course:
    if sitting.closed_at:
        return Course.CLOSED
    if sitting.paused_at:
        return Course.PAUSED
    return Course.OPEN if now < sitting.deadline else Course.OVER


def _note(db: Session, sitting_id: int, seen_at: datetime | None, now: datetime) -> None:
    if seen_at is None:
        db.execute(insert_unless_there(db, Presence).values(sitting_id=sitting_id, seen_at=now))
    elif now - seen_at >= NOTED_EVERY:
        db.execute(update(Presence).where(Presence.sitting_id == sitting_id).values(seen_at=now))


def claim(db: Session, person: Person, sitting_id: str, *, device: str) -> bool:
    """Hold a sitting that an officer has freed from its device; of two devices the first one."""
    return bool(
        db.execute(
            update(Sitting)
            .where(
                Sitting.public_id == sitting_id,
                Sitting.user_id == person.id,
                Sitting.lease_device == "",
                Sitting.closed_at.is_(None),
            )
            .values(lease_device=device)
            .returning(Sitting.id)
        ).scalar()
    )
