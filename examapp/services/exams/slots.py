"""Slots of an exam: windows for units, or to be booked, so that a city can spread its load."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from examapp.core.ledger import Event
from examapp.core.refusals import N_, Fault, Invalid, NotFound, RuleBroken
from examapp.services.exams.audience import meant
from examapp.services.exams.entering import exempted
from examapp.services.ledger import record
from examapp.services.people.persons import Person
from examapp.services.people.units import subtree
from examapp.store.exam_days import Slot, SlotBooking, SlotUnit
from examapp.store.exams import Exam
from examapp.store.people import Unit, User

MOST_CAPACITY = 100_000


class SlotsFixed(RuleBroken):
    """People rely on the slots once the first of them has begun."""

    code = "slots_fixed"
    words = N_("The time slots can no longer be changed: the exam, or its first slot, has begun.")


class SlotInUse(RuleBroken):
    """A slot that somebody booked stays."""

    code = "slot_in_use"
    words = N_("Somebody has booked this slot, so it cannot be removed.")


class SlotsOutside(RuleBroken):
    """Somebody would have less time than their slot says, or none."""

    code = "slots_outside"
    words = N_("%(n)s time slots do not lie within the exam's window. Mend them first.")


@dataclass(frozen=True)
class SlotDraft:
    """A slot to add: for units, or with a capacity for whoever books it."""

    opens_at: datetime
    closes_at: datetime
    unit_ids: tuple[int, ...] = ()
    capacity: int | None = None


@dataclass(frozen=True)
class Planned:
    """A slot with the number of its bookings; `unit_ids` is empty for one to be booked."""

    slot: Slot
    unit_ids: tuple[int, ...]
    taken: int

    @property
    def left(self) -> int:
        return max(0, (self.slot.capacity or 0) - self.taken)


def planned(db: Session, exam: Exam) -> list[Planned]:
    """The slots of an exam in order of time, with what is taken."""
    taken = dict(
        db.execute(
            select(SlotBooking.slot_id, func.count())
            .where(SlotBooking.exam_id == exam.id)
            .group_by(SlotBooking.slot_id)
        ).all()
    )
    units: dict[int, list[int]] = {}
    rows = select(SlotUnit.slot_id, SlotUnit.unit_id).join(Slot, Slot.id == SlotUnit.slot_id)
    for slot_id, unit_id in db.execute(rows.where(Slot.exam_id == exam.id)):
        units.setdefault(slot_id, []).append(unit_id)
    slots = db.scalars(select(Slot).where(Slot.exam_id == exam.id).order_by(Slot.opens_at, Slot.id))
    return [Planned(s, tuple(sorted(units.get(s.id, ()))), taken.get(s.id, 0)) for s in slots]


def may_change(exam: Exam, slots: Sequence[Planned], now: datetime) -> bool:
    """A draft's slots, or a published exam's until it, or its first slot, begins."""
    if not exam.published_at:
        return True
    if exam.cancelled_at or exam.released_at:
        return False
    return now < min((each.slot.opens_at for each in slots), default=exam.opens_at)


def add(db: Session, exam: Exam, draft: SlotDraft, *, by: Person, now: datetime) -> Slot:
    """A new slot; raises Invalid with everything to mend, or SlotsFixed."""
    db.refresh(exam, with_for_update={"key_share": True})
    slots = planned(db, exam)
    if not may_change(exam, slots, now):
        raise SlotsFixed()
    faults = list(_faults(db, exam, slots, draft, now))
    if faults:
        raise Invalid(faults)
    made = Slot(
        exam_id=exam.id,
        opens_at=draft.opens_at,
        closes_at=draft.closes_at,
        capacity=draft.capacity,
        units=[SlotUnit(unit_id=unit_id) for unit_id in draft.unit_ids],
    )
    db.add(made)
    db.flush()
    facts = {"exam": exam.public_id, **slot_facts(db, made)}
    record(db, Event.SLOT_ADDED, made.public_id, facts, actor=by.public_id, now=now)
    return made


def slot_facts(db: Session, slot: Slot) -> dict[str, object]:
    """What the record keeps of a slot: it decides deadlines."""
    units = select(Unit.public_id).join(SlotUnit, SlotUnit.unit_id == Unit.id)
    return {
        "opens_at": slot.opens_at,
        "closes_at": slot.closes_at,
        "capacity": slot.capacity,
        "units": sorted(db.scalars(units.where(SlotUnit.slot_id == slot.id))),
    }


def _faults(
    db: Session, exam: Exam, slots: Sequence[Planned], draft: SlotDraft, now: datetime
) -> Iterator[Fault]:
    if draft.opens_at >= draft.closes_at:
        yield Fault("closes_at", N_("the slot closes after it opens"))
    if draft.opens_at < exam.opens_at:
        yield Fault("opens_at", N_("the slot opens before the exam does"))
    elif exam.published_at and draft.opens_at <= now:
        yield Fault("opens_at", N_("this moment is already over"))
    if draft.closes_at > exam.closes_at:
        yield Fault("closes_at", N_("the slot closes after the exam does"))
    if bool(draft.unit_ids) == (draft.capacity is not None):
        yield Fault("capacity", N_("choose units, or say how many people can book: one of the two"))
    elif draft.capacity is not None and not 1 <= draft.capacity <= MOST_CAPACITY:
        yield Fault("capacity", N_("give a number of at least 1"))
    yield from _unit_faults(db, slots, draft.unit_ids)


def _unit_faults(db: Session, slots: Iterable[Planned], unit_ids: Sequence[int]) -> Iterator[Fault]:
    """A unit has one slot in an exam; those under it may have another of their own."""
    if {unit for each in slots for unit in each.unit_ids} & set(unit_ids):
        yield Fault("units", N_("one of these units has a slot already"))
    known = db.scalar(select(func.count()).where(Unit.id.in_(unit_ids)))
    if unit_ids and len(unit_ids) != known:
        yield Fault("units", N_("one of the units does not exist"))


def remove(db: Session, exam: Exam, slot_id: str, *, by: Person, now: datetime) -> None:
    """Take a slot away while nobody booked it; NotFound, SlotsFixed or SlotInUse."""
    db.refresh(exam, with_for_update={"key_share": True})
    lock(db, exam)
    slots = planned(db, exam)
    found = next((each for each in slots if each.slot.public_id == slot_id), None)
    if found is None:
        raise NotFound()
    if not may_change(exam, slots, now):
        raise SlotsFixed()
    if found.taken:
        raise SlotInUse()
    db.delete(found.slot)
    db.flush()
    facts = {"exam": exam.public_id}
    record(db, Event.SLOT_REMOVED, slot_id, facts, actor=by.public_id, now=now)


def lock(db: Session, exam: Exam) -> None:
    """Bookings wait for one another: what one counts, the next must not have counted before."""
    rows = select(Slot.id).where(Slot.exam_id == exam.id).order_by(Slot.id)
    db.execute(rows.with_for_update(key_share=True)).all()


def without(db: Session, exam: Exam) -> int:
    """For how many people the exam is who have no slot yet; 0 where there are no slots."""
    slots = planned(db, exam)
    if not slots:
        return 0
    covered = User.unit_id.in_(subtree(*(unit for each in slots for unit in each.unit_ids)))
    booked = exists().where(SlotBooking.exam_id == exam.id, SlotBooking.user_id == User.id)
    free = exempted(exam.id, User.id)
    lost = select(func.count()).select_from(User).where(meant(exam), ~covered, ~booked, ~free)
    return db.scalar(lost) or 0


def require_within(db: Session, exam: Exam) -> None:
    """Raise SlotsOutside where the window was moved after slots were set."""
    outside = sum(
        each.slot.opens_at < exam.opens_at or each.slot.closes_at > exam.closes_at
        for each in planned(db, exam)
    )
    if outside:
        raise SlotsOutside(n=outside)
