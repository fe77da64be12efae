"""When one person may begin an exam: their slot, the pauses that concern them, extra time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from examapp.core.exam_time import Entry, Span, Window, entry, paused
from examapp.services.people.persons import Person
from examapp.services.people.units import lineage, upwards
from examapp.store.exam_days import Excuse, ExtraTime, Pause, Slot, SlotBooking, SlotUnit
from examapp.store.exams import Exam


@dataclass(frozen=True)
class Admission:
    """How an exam's clock stands for one person, whether or not they may sit it at all.

    `entry` is None where the exam has slots and the person has none.
    """

    entry: Entry | None
    slot: Slot | None
    spans: Sequence[Span]
    extra_minutes: int
    exempted: bool

    @property
    def paused_since(self) -> datetime | None:
        """Since when the exam stands still for them; None while it does not."""
        running = [span.since for span in self.spans if span.until is None]
        return min(running, default=None)


def admission(db: Session, exam: Exam, person: Person, *, now: datetime) -> Admission:
    """What docs/exam-time.md says of this person's window, now."""
    return admissions(db, [exam], person.id, person.unit_id, now=now)[exam.id]


def admissions(
    db: Session, exams: Sequence[Exam], user_id: int, unit_id: int, *, now: datetime
) -> dict[int, Admission]:
    """The same for several exams by row id, with no more questions than for one."""
    ids = [exam.id for exam in exams]
    spans = _spans(db, ids, unit_id)
    slots = _slots(db, ids, user_id, unit_id)
    extra = _extra_minutes(db, ids, user_id)
    free = set(db.scalars(_FREE, {"exams": ids, "user": user_id}))
    found = {}
    for exam in exams:
        more, exempt = extra.get(exam.id, 0), exam.id in free
        found[exam.id] = _admission(exam, slots, spans[exam.id], more, exempt, now)
    return found


def _admission(
    exam: Exam,
    slots: Mapping[int, Slot | None],
    spans: Sequence[Span],
    extra: int,
    exempted: bool,
    now: datetime,
) -> Admission:
    slot = slots.get(exam.id)
    whole = Window(exam.opens_at, exam.closes_at)
    mine = whole.cut_to(Window(slot.opens_at, slot.closes_at)) if slot else whole
    lost = exam.id in slots and slot is None
    begins = None if lost else entry(mine, spans, exam.entry_minutes, now)
    return Admission(begins, slot, spans, extra, exempted)


def concerns(unit_id: int | BindParameter[int]) -> ColumnElement[bool]:
    """The condition on Pause rows under which they concern people of this unit."""
    return or_(Pause.unit_id.is_(None), Pause.unit_id.in_(lineage(unit_id)))


# Statements made once: everybody asks them in the minute in which an exam opens.
_THESE: BindParameter[Any] = bindparam("exams", expanding=True)
_PAUSES = (
    select(Pause.exam_id, Pause.paused_at, Pause.resumed_at)
    .where(Pause.exam_id.in_(_THESE), concerns(bindparam("unit")))
    .order_by(Pause.paused_at)
)
_SLOTS = select(Slot).where(Slot.exam_id.in_(_THESE))
_EXTRA = (
    select(ExtraTime.exam_id, ExtraTime.minutes)
    .where(ExtraTime.exam_id.in_(_THESE), ExtraTime.user_id == bindparam("user"))
    .order_by(ExtraTime.id)
)


def spans_for(db: Session, exam_id: int, unit_id: int) -> list[Span]:
    """All pauses of the exam that concern people of this unit, in order."""
    return _spans(db, [exam_id], unit_id)[exam_id]


def _spans(db: Session, exam_ids: Sequence[int], unit_id: int) -> dict[int, list[Span]]:
    found: dict[int, list[Span]] = {exam_id: [] for exam_id in exam_ids}
    rows = db.execute(_PAUSES, {"exams": exam_ids, "unit": unit_id})
    for exam_id, paused_at, resumed_at in rows:
        found[exam_id].append(Span(paused_at, resumed_at))
    return found


def slot_of(db: Session, exam_id: int, user_id: int, unit_id: int) -> tuple[bool, Slot | None]:
    """Whether the exam has slots, and the person's: of their nearest unit, else the one booked."""
    found = _slots(db, [exam_id], user_id, unit_id)
    return exam_id in found, found.get(exam_id)


def _slots(
    db: Session, exam_ids: Sequence[int], user_id: int, unit_id: int
) -> dict[int, Slot | None]:
    """The person's slot in each exam that has slots; None where they have none."""
    slots = {slot.id: slot for slot in db.scalars(_SLOTS, {"exams": exam_ids})}
    if not slots:
        return {}
    found: dict[int, Slot | None] = {slot.exam_id: None for slot in slots.values()}
    booked = select(SlotBooking.slot_id).where(
        SlotBooking.exam_id.in_(found), SlotBooking.user_id == user_id
    )
    for slot_id in db.scalars(booked):
        found[slots[slot_id].exam_id] = slots[slot_id]
    line = upwards(db, unit_id)
    for_units = select(SlotUnit.unit_id, SlotUnit.slot_id).where(
        SlotUnit.slot_id.in_(slots), SlotUnit.unit_id.in_(line)
    )
    rows = sorted(db.execute(for_units), key=lambda row: line.index(row.unit_id), reverse=True)
    for _unit_id, slot_id in rows:  # the nearest unit comes last, and has the last word
        found[slots[slot_id].exam_id] = slots[slot_id]
    return found


def closed_for_all(db: Session, exam: Exam, now: datetime) -> bool:
    """Whether nobody can begin any more, pauses and the time given back for them included."""
    rows = db.execute(select(Pause.paused_at, Pause.resumed_at).where(Pause.exam_id == exam.id))
    spans = [Span(paused_at, resumed_at) for paused_at, resumed_at in rows]
    if any(span.until is None for span in spans):
        return False
    return now >= exam.closes_at + paused(spans, exam.opens_at, now)


def extra_minutes(db: Session, exam_id: int, user_id: int) -> int:
    """The minutes of the newest grant; 0 where there is none."""
    return _extra_minutes(db, [exam_id], user_id).get(exam_id, 0)


def _extra_minutes(db: Session, exam_ids: Sequence[int], user_id: int) -> dict[int, int]:
    rows = db.execute(_EXTRA, {"exams": exam_ids, "user": user_id})
    return dict(rows.all())  # a later grant overwrites an earlier one


def is_exempted(db: Session, exam_id: int, user_id: int) -> bool:
    """Whether an exemption from the exam was approved and still stands."""
    return bool(db.scalar(select(exempted(exam_id, user_id))))


def exempted(exam_id: int, user_id: object) -> ColumnElement[bool]:
    """The condition under which somebody is exempted from an exam."""
    return exists().where(Excuse.exam_id == exam_id, *_freed(user_id))


def exemptions(db: Session, exam_ids: Sequence[int]) -> set[tuple[int, int]]:
    """Everybody who is exempted, as pairs of exam and user."""
    rows = db.execute(
        select(Excuse.exam_id, Excuse.user_id).where(
            Excuse.exam_id.in_(exam_ids), *_freed(Excuse.user_id)
        )
    )
    return {(exam_id, user_id) for exam_id, user_id in rows}


def _freed(user_id: object) -> tuple[ColumnElement[bool], ...]:
    return (
        Excuse.user_id == user_id,
        Excuse.kind == "exemption",
        Excuse.approved.is_(True),
        Excuse.withdrawn_at.is_(None),
    )


_FREE = select(Excuse.exam_id).where(Excuse.exam_id.in_(_THESE), *_freed(bindparam("user")))
