"""Pause an exam, for all or for a unit, and give every sitting exactly that time back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, bindparam, case, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from examapp.core.exam_day import AlreadyPaused, NothingToPause, PauseOver
from examapp.core.ledger import Event
from examapp.core.refusals import NotFound
from examapp.services.exams.day_reach import claim, hold, sentence
from examapp.services.exams.entering import closed_for_all
from examapp.services.ledger import record
from examapp.services.people.persons import Person
from examapp.services.people.units import lineage, subtree
from examapp.store.base import Moment
from examapp.store.exam_days import Pause
from examapp.store.exams import Exam
from examapp.store.people import Unit, User
from examapp.store.sittings import Sitting

_SITTINGS = cast(Table, Sitting.__table__)  # not the class: thousands of rows, no entity wanted
_row = _SITTINGS.c
INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Running:
    """A pause that goes on, as the day page shows it; no unit means everybody."""

    public_id: str
    unit: Unit | None
    reason: str
    by: str
    since: datetime


def pause(
    db: Session, exam: Exam, unit: Unit | None, *, because: str, by: Person, now: datetime
) -> Pause:
    """Stop the clock for everybody, or for a unit and those under it.

    The exam's row is locked: a start that went before is stopped too, one that comes after
    is refused. Raises Invalid, ExamSettled, NothingToPause or AlreadyPaused.
    """
    because = sentence(because)
    claim(db, exam)
    _require_running(db, exam, now)
    unit_id = unit.id if unit else None
    there = select(Pause.id).where(*_runs(exam.id), Pause.unit_id.is_not_distinct_from(unit_id))
    if db.scalar(there):
        raise AlreadyPaused()
    made = Pause(exam_id=exam.id, unit_id=unit_id, reason=because, paused_by=by.id, paused_at=now)
    db.add(made)
    db.flush()
    facts = {
        "pause": made.public_id,
        "unit": unit.public_id if unit else None,
        "because": because,
        "sittings": _stop(db, exam.id, unit_id, now),
    }
    record(db, Event.EXAM_PAUSED, exam.public_id, facts, actor=by.public_id, now=now)
    return made


def _stop(db: Session, exam_id: int, unit_id: int | None, now: datetime) -> int:
    """Stop the clocks that still run; how many. A save on its way meets them before or after."""
    wanted = [
        _row.exam_id == exam_id,
        _row.closed_at.is_(None),
        _row.paused_at.is_(None),
        _row.deadline > now,
    ]
    if unit_id is not None:
        wanted.append(_row.user_id.in_(select(User.id).where(User.unit_id.in_(subtree(unit_id)))))
    since = case((_row.started_at > now, _row.started_at), else_=bindparam("now", now, Moment()))
    stopping = update(_SITTINGS).where(*wanted).values(paused_at=since).returning(_row.id)
    stopped = len(db.execute(stopping).all())
    _forget(db)
    return stopped


def resume(db: Session, found: Pause, *, by: Person, now: datetime) -> None:
    """Go on: whom no other pause holds gets exactly the time back that they stood still.

    Raises PauseOver where somebody else was faster.
    """
    exam = db.get_one(Exam, found.exam_id)
    hold(db, exam)
    db.refresh(found)
    if found.resumed_at:
        raise PauseOver()
    now = max(now, found.paused_at + INSTANT)  # the clocks of two hosts may differ a little
    found.resumed_at, found.resumed_by = now, by.id
    db.flush()
    facts = {
        "pause": found.public_id,
        "seconds": exact_seconds(now - found.paused_at),
        "sittings": _give_back(db, exam.id, now),
    }
    record(db, Event.EXAM_RESUMED, exam.public_id, facts, actor=by.public_id, now=now)


def exact_seconds(length: timedelta) -> str:
    """A length to the microsecond, as text."""
    whole, rest = divmod(length // INSTANT, 10**6)
    return f"{whole}.{rest:06d}"


def _give_back(db: Session, exam_id: int, now: datetime) -> list[tuple[str, datetime]]:
    """Let go whom no running pause concerns today, wherever they worked when it began."""
    rows = db.execute(
        select(_SITTINGS, User.unit_id)
        .join(User, User.id == Sitting.user_id)
        .where(
            Sitting.exam_id == exam_id, Sitting.paused_at.is_not(None), Sitting.closed_at.is_(None)
        )
        .order_by(Sitting.id)
        .with_for_update(of=Sitting)
    ).all()
    held = _held(db, exam_id)
    moved = [
        (row, max(now - row.paused_at, timedelta(0)))
        for row in rows
        if held is not None and row.unit_id not in held
    ]
    if moved:
        db.execute(_GO_ON, [_moved(row, length) for row, length in moved])
    _forget(db)
    return [(row.public_id, row.deadline + length) for row, length in moved]


_GO_ON = (
    update(_SITTINGS)
    .where(_row.id == bindparam("sitting"), _row.closed_at.is_(None))
    .values(paused_at=None, deadline=bindparam("ends"), accepts_until=bindparam("takes_until"))
)


def _forget(db: Session) -> None:
    """What this session has read of sittings before is out of date."""
    for row in list(db.identity_map.values()):
        if isinstance(row, Sitting):
            db.expire(row)


def _moved(row: Any, length: timedelta) -> dict[str, object]:
    return {
        "sitting": row.id,
        "ends": row.deadline + length,
        "takes_until": row.accepts_until + length,
    }


def _held(db: Session, exam_id: int) -> Collection[int] | None:
    """Units whose people still stand still; None where everybody does."""
    units = db.scalars(select(Pause.unit_id).where(*_runs(exam_id))).all()
    if None in units:
        return None
    held = [unit_id for unit_id in units if unit_id is not None]
    return set(db.scalars(subtree(*held))) if held else set()


def _runs(exam_id: int) -> tuple[ColumnElement[bool], ...]:
    return (Pause.exam_id == exam_id, Pause.resumed_at.is_(None))


def _require_running(db: Session, exam: Exam, now: datetime) -> None:
    """The exam is open for somebody, or somebody still sits."""
    sits = exists().where(
        Sitting.exam_id == exam.id,
        Sitting.closed_at.is_(None),
        or_(Sitting.deadline > now, Sitting.paused_at.is_not(None)),
    )
    opened = exam.opens_at <= now and not closed_for_all(db, exam, now)
    if not opened and not db.scalar(select(sits)):
        raise NothingToPause()


def running(db: Session, exam: Exam, unit_id: int | None = None) -> list[Running]:
    """The pauses that go on, the oldest first; those that concern a part of the tree alone."""
    wanted = list(_runs(exam.id))
    if unit_id is not None:
        here = or_(Pause.unit_id.in_(lineage(unit_id)), Pause.unit_id.in_(subtree(unit_id)))
        wanted.append(or_(Pause.unit_id.is_(None), here))
    officer = aliased(User)
    rows = db.execute(
        select(Pause, Unit, officer.name)
        .join(officer, officer.id == Pause.paused_by)
        .outerjoin(Unit, Unit.id == Pause.unit_id)
        .where(*wanted)
        .order_by(Pause.paused_at, Pause.id)
    )
    return [
        Running(row.public_id, unit, row.reason, name, row.paused_at) for row, unit, name in rows
    ]


def of(db: Session, exam: Exam, public_id: str) -> Pause:
    """A pause of the exam; else NotFound."""
    found = db.scalar(select(Pause).where(Pause.exam_id == exam.id, Pause.public_id == public_id))
    if found is None:
        raise NotFound()
    return found
