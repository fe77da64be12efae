"""One person on an exam day: where they stand, and what was done for them, by whom and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from examapp.core.exam_day import DayState
from examapp.core.ledger import Event
from examapp.services.exams import day
from examapp.services.exams.day_slots import slots_of
from examapp.services.people.units import upwards
from examapp.services.sittings import deciding
from examapp.services.sittings.deciding import Decision, LateChoice
from examapp.store.exam_days import ExtraTime, Pause
from examapp.store.exams import Exam
from examapp.store.ledger import LedgerEntry
from examapp.store.people import Unit, User
from examapp.store.sittings import Presence, Response, Sitting

OF_THE_DAY = {
    Event.PAPER_DRAWN,
    Event.SITTING_TAKEN_OVER,
    Event.SITTING_FREED,
    Event.SITTING_SUBMITTED,
    Event.SITTING_LAPSED,
    Event.LATE_DECIDED,
}


@dataclass(frozen=True)
class Happening:
    """Something of that day, from the record; `by` is None for the platform itself."""

    at: datetime
    event: str
    by: str | None
    because: str
    minutes: int | None = None
    counts: bool | None = None


@dataclass(frozen=True)
class LateTry:
    """The late choices of one try, without the choices, and what officers say of them."""

    sitting: Sitting
    choices: Sequence[LateChoice]
    decisions: Sequence[Decision]
    waits: bool

    @property
    def proposal(self) -> Decision | None:
        return next((d for d in self.decisions if d.is_open), None)


@dataclass(frozen=True)
class PersonDay:
    """The page of one person: their row, their open try, late choices, and the day so far."""

    row: day.Row
    try_no: int | None
    sitting: Sitting | None
    late: Sequence[LateTry]
    happenings: Sequence[Happening]

    @property
    def runs(self) -> bool:
        return self.row.state in day.RUNS


def person_day(db: Session, exam: Exam, user: User, *, now: datetime) -> PersonDay:
    """How one person stands, and what was done."""
    sittings = db.scalars(
        select(Sitting)
        .where(Sitting.exam_id == exam.id, Sitting.user_id == user.id)
        .order_by(Sitting.try_no)
    ).all()
    last = sittings[-1] if sittings else None
    late = [found for sitting in sittings if (found := _late(db, sitting)).choices]
    return PersonDay(
        row=_row(db, exam, user, last, any(one.waits for one in late), now),
        try_no=last.try_no if last else None,
        sitting=last,
        late=late,
        happenings=_happenings(db, exam, user, sittings),
    )


def _row(
    db: Session, exam: Exam, user: User, last: Sitting | None, late: bool, now: datetime
) -> day.Row:
    query = select(day.state_at(exam, now)).select_from(User).where(User.id == user.id)
    state = DayState(db.scalars(day.with_last_try(query, exam)).one())
    unit = db.get_one(Unit, user.unit_id)
    return day.Row(
        public_id=user.public_id,
        name=user.name,
        unit={"zh": unit.name, "en": unit.name_en or unit.name},
        extra=day.extra_times(db, exam, [user.id]).get(user.id, 0),
        slot=slots_of(db, exam, {user.id: user.unit_id})[1].get(user.id),
        late=late,
        **day.clock_of(state, last, _heard(db, last), now),
    )


def _heard(db: Session, sitting: Sitting | None) -> dict[int, datetime]:
    """The later of the last sign of presence and the last save."""
    if sitting is None:
        return {}
    seen = db.scalar(select(Presence.seen_at).where(Presence.sitting_id == sitting.id))
    saved = db.scalar(
        select(func.max(Response.received_at)).where(Response.sitting_id == sitting.id)
    )
    return {sitting.id: max(filter(None, (seen, saved, sitting.started_at)))}


def _late(db: Session, sitting: Sitting) -> LateTry:
    waits = bool(db.scalar(select(deciding.undecided(sitting.id))))
    return LateTry(sitting, deciding.choices(db, sitting), deciding.decisions(db, sitting), waits)


def _happenings(
    db: Session, exam: Exam, user: User, sittings: Sequence[Sitting]
) -> list[Happening]:
    """From the record: this person's tries, their extra time, and the pauses that concern them."""
    tries = [sitting.public_id for sitting in sittings]
    paused = [str(Event.EXAM_PAUSED), str(Event.EXAM_RESUMED)]
    rows = db.execute(
        select(LedgerEntry, User.name)
        .outerjoin(User, User.public_id == LedgerEntry.actor)
        .where(
            or_(
                LedgerEntry.subject.in_(tries) & LedgerEntry.event.in_(map(str, OF_THE_DAY)),
                (LedgerEntry.subject == user.public_id)
                & (LedgerEntry.event == str(Event.EXTRA_TIME)),
                (LedgerEntry.subject == exam.public_id) & LedgerEntry.event.in_(paused),
            )
        )
        .order_by(LedgerEntry.number)
    ).all()
    about = _pauses(db, exam, user)
    reasons = iter(_reasons(db, exam, user))
    return [
        _happening(entry, name, reasons)
        for entry, name in rows
        if entry.facts.get("exam", exam.public_id) == exam.public_id
        and entry.facts.get("pause") in about
    ]


def _happening(entry: LedgerEntry, name: str | None, reasons: Any) -> Happening:
    facts = entry.facts
    granted = entry.event == str(Event.EXTRA_TIME)
    return Happening(
        at=entry.at,
        event=entry.event,
        by=name,
        because=next(reasons, "") if granted else facts.get("because", ""),
        minutes=facts["minutes"] if granted else None,
        counts=facts.get("counts"),
    )


def _pauses(db: Session, exam: Exam, user: User) -> set[str | None]:
    """The pauses that concern people of the person's unit; None stands for entries without."""
    line = upwards(db, user.unit_id)
    rows = db.scalars(
        select(Pause.public_id).where(
            Pause.exam_id == exam.id, or_(Pause.unit_id.is_(None), Pause.unit_id.in_(line))
        )
    )
    return {None, *rows}


def _reasons(db: Session, exam: Exam, user: User) -> Sequence[str]:
    """The record keeps only digests of them: they may be a matter of health."""
    return db.scalars(
        select(ExtraTime.reason)
        .where(ExtraTime.exam_id == exam.id, ExtraTime.user_id == user.id)
        .order_by(ExtraTime.id)
    ).all()
