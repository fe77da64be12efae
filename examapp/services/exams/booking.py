"""Book a slot of an exam: one a person, never more than there are places."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, func, literal, select, update
from sqlalchemy.orm import Session, aliased

from examapp.core.exam_time import Exempted, NotOpen
from examapp.core.ledger import Event
from examapp.core.refusals import N_, NotFound, RuleBroken
from examapp.services.exams.candidates import mine
from examapp.services.exams.entering import is_exempted, slot_of
from examapp.services.exams.slots import lock
from examapp.services.ledger import record
from examapp.services.people.persons import Person
from examapp.store.base import Moment
from examapp.store.exam_days import Slot, SlotBooking
from examapp.store.exams import Exam
from examapp.store.upsert import insert_unless_there


class SlotFull(RuleBroken):
    """All places are taken."""

    code = "slot_full"
    words = N_("This time slot has just become full. Choose another one.")


class SlotBegun(RuleBroken):
    """A slot is booked, and changed, until it opens."""

    code = "slot_begun"
    words = N_("A time slot can be booked or changed only until it opens.")


class UnitHasSlot(RuleBroken):
    """Whose unit has a slot sits then."""

    code = "unit_has_slot"
    words = N_("Your unit has a time slot of its own; you need not book one.")


REFUSALS = (NotOpen, Exempted, UnitHasSlot, SlotBegun, SlotFull)


def book(db: Session, person: Person, exam_id: str, slot_id: str, *, now: datetime) -> Slot:
    """Take a place in a slot, and leave the one held before; the same one again is no change.

    Raises NotFound, NotOpen, Exempted, UnitHasSlot, SlotBegun or SlotFull.
    """
    exam = mine(db, person, exam_id)
    lock(db, exam)
    slot = db.scalar(select(Slot).where(Slot.exam_id == exam.id, Slot.public_id == slot_id))
    if slot is None or slot.capacity is None:
        raise NotFound()
    _require_open(db, exam, person)
    held = _booked(db, exam, person)
    if held and held.id == slot.id:
        return slot
    if not (_move(db, exam, person, slot, now) if held else _take(db, exam, person, slot, now)):
        begun = slot.opens_at <= now or (held is not None and held.opens_at <= now)
        raise SlotBegun() if begun else SlotFull()
    facts = {"exam": exam.public_id, "person": person.public_id}
    record(db, Event.SLOT_BOOKED, slot.public_id, facts, actor=person.public_id, now=now)
    return slot


def _require_open(db: Session, exam: Exam, person: Person) -> None:
    if exam.cancelled_at or exam.released_at:
        raise NotOpen()
    if is_exempted(db, exam.id, person.id):
        raise Exempted()
    _, slot = slot_of(db, exam.id, person.id, person.unit_id)
    if slot is not None and slot.capacity is None:
        raise UnitHasSlot()


def _booked(db: Session, exam: Exam, person: Person) -> Slot | None:
    return db.scalar(
        select(Slot)
        .join(SlotBooking, SlotBooking.slot_id == Slot.id)
        .where(SlotBooking.exam_id == exam.id, SlotBooking.user_id == person.id)
    )


def _free(slot: Slot, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Conditions on Slot rows; counted in the statement that takes the place."""
    booking = aliased(SlotBooking)
    taken = select(func.count()).select_from(booking).where(booking.slot_id == slot.id)
    return Slot.id == slot.id, Slot.opens_at > now, Slot.capacity > taken.scalar_subquery()


def _take(db: Session, exam: Exam, person: Person, slot: Slot, now: datetime) -> bool:
    """The primary key decides where one person books twice at once."""
    place = select(literal(exam.id), literal(person.id), Slot.id, literal(now, Moment())).where(
        *_free(slot, now)
    )
    columns = ["exam_id", "user_id", "slot_id", "booked_at"]
    made = insert_unless_there(db, SlotBooking).from_select(columns, place)
    return db.execute(made.returning(SlotBooking.slot_id)).first() is not None


def _move(db: Session, exam: Exam, person: Person, slot: Slot, now: datetime) -> bool:
    still_to_come = select(Slot.id).where(Slot.exam_id == exam.id, Slot.opens_at > now)
    moved = db.execute(
        update(SlotBooking)
        .where(
            SlotBooking.exam_id == exam.id,
            SlotBooking.user_id == person.id,
            SlotBooking.slot_id.in_(still_to_come),
            select(Slot.id).where(*_free(slot, now)).exists(),
        )
        .values(slot_id=slot.id, booked_at=now)
        .returning(SlotBooking.slot_id)
        .execution_options(synchronize_session=False)
    ).first()
    return moved is not None
