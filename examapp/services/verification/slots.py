"""Are slots and bookings, which decide deadlines, the ones that the ledger has?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.core.canonical import plain
from examapp.services.exams.slots import slot_facts
from examapp.services.verification.findings import Finding, differing, recorded
from examapp.store.exam_days import Slot, SlotBooking
from examapp.store.exams import Exam
from examapp.store.ledger import LedgerEntry
from examapp.store.people import User


def check_slots(db: Session) -> Iterator[Finding]:
    """Every slot's times, places and units, and everybody's booking, against the entries."""
    exams = set(db.scalars(select(Exam.public_id)))
    said, removed = recorded(db, "slot.added"), recorded(db, "slot.removed")
    for slot, exam in db.execute(
        select(Slot, Exam.public_id).join(Exam, Exam.id == Slot.exam_id).order_by(Slot.id)
    ):
        where = f"slot {slot.public_id}"
        if slot.public_id in removed:
            yield Finding(where, "it was removed, and is there again")
        found: dict[str, Any] = plain({"exam": exam, **slot_facts(db, slot)})
        yield from differing(where, found, said.pop(slot.public_id, None))
    for slot_id, facts in said.items():
        # The slots of a draft go with it, and a draft that is thrown away is on no record.
        if slot_id not in removed and facts["exam"] in exams:
            yield Finding(f"slot {slot_id}", "it was added but is gone")
    yield from _check_bookings(db)


def _check_bookings(db: Session) -> Iterator[Finding]:
    entries = db.execute(
        select(LedgerEntry.subject, LedgerEntry.facts)
        .where(LedgerEntry.event == "slot.booked")
        .order_by(LedgerEntry.number)
    )
    said = {(facts["exam"], facts["person"]): slot for slot, facts in entries}
    rows = db.execute(
        select(Exam.public_id, User.public_id, Slot.public_id)
        .select_from(SlotBooking)
        .join(Exam, Exam.id == SlotBooking.exam_id)
        .join(User, User.id == SlotBooking.user_id)
        .join(Slot, Slot.id == SlotBooking.slot_id)
    )
    for exam, user, slot in rows:
        if said.pop((exam, user), None) != slot:
            yield Finding(f"booking of {user}", f"slot {slot} is not the one booked")
    for exam, user in said:
        yield Finding(f"booking of {user}", f"a slot of exam {exam} was booked but is not held")
