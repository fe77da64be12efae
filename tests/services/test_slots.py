"""Slots of an exam: within its window, one for a unit, booked once; and on the record."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from examapp.core.exam_time import Exempted, NotOpen
from examapp.core.people import Role
from examapp.core.refusals import Invalid, NotFound
from examapp.services.exams import booking, entering, slots
from examapp.services.exams.booking import SlotBegun, SlotFull, UnitHasSlot
from examapp.services.exams.ready import require_ready
from examapp.services.exams.setting import cancel, delete_draft
from examapp.services.exams.slots import SlotDraft, SlotInUse, SlotsFixed, SlotsOutside
from examapp.services.verification.slots import check_slots
from examapp.store.exam_days import Excuse, Slot, SlotBooking, SlotUnit
from examapp.store.ledger import LedgerEntry
from tests.bureau import HOUR, MINUTE, NOW, make_exam, make_person, make_shelf, make_unit, make_user
from tests.sat import make_bare_exam

BEFORE = NOW - 90 * MINUTE  # the exam opens at NOW - HOUR and closes at NOW + 5 * HOUR


@pytest.fixture
def trainer(db):
    make_shelf(db)
    return make_person(db, "trainer", Role.TRAINER)


@pytest.fixture
def exam(db, trainer):
    return make_bare_exam(db, trainer, released_at=None)


def add(db, exam, by, begins=0, minutes=30, *, units=(), capacity=None, now=BEFORE):
    draft = SlotDraft(
        NOW + begins * MINUTE,
        NOW + (begins + minutes) * MINUTE,
        tuple(unit.id for unit in units),
        capacity,
    )
    return slots.add(db, exam, draft, by=by, now=now)


def book(db, person, exam, slot, now=BEFORE):
    return booking.book(db, person, exam.public_id, slot.public_id, now=now)


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"capacity": 3, "minutes": 0}, "closes_at"),
        ({"capacity": 3, "begins": -61}, "opens_at"),
        ({"capacity": 3, "begins": 290}, "closes_at"),
        ({}, "capacity"),
        ({"capacity": 0}, "capacity"),
    ],
)
def test_a_slot_that_cannot_be_right_is_refused_at_its_place(db, exam, trainer, fields, place):
    with pytest.raises(Invalid) as refusal:
        add(db, exam, trainer, **fields)
    assert [fault.place for fault in refusal.value.faults] == [place]


def test_a_slot_is_for_units_or_to_be_booked_and_a_unit_has_one(db, exam, trainer):
    top = make_unit(db)
    under = make_unit(db, "under", top)
    with pytest.raises(Invalid):
        add(db, exam, trainer, units=[top], capacity=2)
    add(db, exam, trainer, units=[top])
    add(db, exam, trainer, 60, units=[under])
    with pytest.raises(Invalid) as refusal:
        add(db, exam, trainer, 90, units=[under])
    assert [fault.place for fault in refusal.value.faults] == ["units"]
    with pytest.raises(Invalid):
        slots.add(db, exam, SlotDraft(NOW, NOW + HOUR, (987_654,)), by=trainer, now=BEFORE)


def test_slots_are_fixed_once_the_first_one_or_the_exam_itself_begins(db, exam, trainer):
    with pytest.raises(SlotsFixed):
        add(db, exam, trainer, capacity=3, now=NOW)
    later = add(db, exam, trainer, 10, capacity=3)
    add(db, exam, trainer, 60, capacity=3, now=NOW)  # between the opening and the first slot
    with pytest.raises(SlotsFixed):
        add(db, exam, trainer, 90, capacity=3, now=NOW + 10 * MINUTE)
    with pytest.raises(SlotsFixed):
        slots.remove(db, exam, later.public_id, by=trainer, now=NOW + 10 * MINUTE)
    with pytest.raises(Invalid):
        add(db, exam, trainer, -10, capacity=3, now=NOW)


def test_a_slot_is_removed_while_nobody_booked_it(db, exam, trainer):
    cadre = make_person(db)
    kept, gone = add(db, exam, trainer, capacity=3), add(db, exam, trainer, 40, capacity=3)
    book(db, cadre, exam, kept)
    slots.remove(db, exam, gone.public_id, by=trainer, now=BEFORE)
    assert db.scalars(select(Slot)).all() == [kept]
    with pytest.raises(SlotInUse):
        slots.remove(db, exam, kept.public_id, by=trainer, now=BEFORE)
    with pytest.raises(NotFound):
        slots.remove(db, exam, gone.public_id, by=trainer, now=BEFORE)
    assert not list(check_slots(db))


def test_a_person_holds_one_place_and_can_change_it_until_it_opens(db, exam, trainer):
    cadre = make_person(db)
    first, second = add(db, exam, trainer, capacity=1), add(db, exam, trainer, 60, capacity=1)
    book(db, cadre, exam, first)
    book(db, cadre, exam, first)
    assert entering.slot_of(db, exam.id, cadre.id, cadre.unit_id) == (True, first)
    book(db, cadre, exam, second)
    assert [p.taken for p in slots.planned(db, exam)] == [0, 1]
    book(db, cadre, exam, first)
    with pytest.raises(SlotBegun):
        book(db, cadre, exam, second, now=NOW)
    other = make_person(db, "other")
    with pytest.raises(SlotBegun):
        book(db, other, exam, first, now=NOW)
    assert len(db.scalars(select(LedgerEntry).filter_by(event="slot.booked")).all()) == 3
    assert not list(check_slots(db))


def test_a_full_slot_takes_nobody_more(db, exam, trainer):
    slot, spare = add(db, exam, trainer, capacity=1), add(db, exam, trainer, 60, capacity=9)
    book(db, make_person(db), exam, slot)
    other = make_person(db, "other")
    with pytest.raises(SlotFull):
        book(db, other, exam, slot)
    book(db, other, exam, spare)
    with pytest.raises(SlotFull):
        book(db, other, exam, slot)
    assert [p.left for p in slots.planned(db, exam)] == [0, 8]


def test_who_has_no_business_there_books_nothing(db, exam, trainer):
    unit = make_unit(db, "busy", make_unit(db))
    slot = add(db, exam, trainer, capacity=9)
    theirs = add(db, exam, trainer, 60, units=[unit])
    with pytest.raises(UnitHasSlot):
        book(db, make_person(db, "a", unit=unit), exam, slot)
    cadre = make_person(db)
    with pytest.raises(NotFound):
        book(db, cadre, exam, theirs)
    elsewhere = make_bare_exam(db, trainer, released_at=None)
    with pytest.raises(NotFound):
        book(db, cadre, exam, add(db, elsewhere, trainer, capacity=9))
    with pytest.raises(NotFound):
        book(db, make_person(db, "t", Role.TRAINER), exam, slot)
    db.add(
        Excuse(
            exam_id=exam.id, user_id=cadre.id, kind="exemption", ground="other", reason="x",
            filed_by=cadre.id, filed_at=NOW, decided_by=trainer.id, decided_at=NOW, approved=True,
        )
    )  # fmt: skip
    with pytest.raises(Exempted):
        book(db, cadre, exam, slot)
    cancel(db, exam, because="x", by=trainer, now=NOW)
    with pytest.raises(NotOpen):
        book(db, make_person(db, "b"), exam, slot)


def test_the_page_counts_who_has_no_slot_yet(db, exam, trainer):
    unit = make_unit(db, "busy", make_unit(db))
    make_user(db, "a", unit=make_unit(db, "below", unit))
    people = [make_person(db, name) for name in "bcd"]
    make_user(db, "gone", disabled_at=NOW)
    assert slots.without(db, exam) == 0
    slot = add(db, exam, trainer, capacity=9)
    assert slots.without(db, exam) == 4
    add(db, exam, trainer, 60, units=[unit])
    book(db, people[0], exam, slot)
    db.add(
        Excuse(
            exam_id=exam.id, user_id=people[1].id, kind="exemption", ground="other", reason="x",
            filed_by=people[1].id, filed_at=NOW, decided_by=trainer.id, decided_at=NOW,
            approved=True,
        )
    )  # fmt: skip
    db.flush()
    assert slots.without(db, exam) == 1


def test_a_draft_whose_window_left_its_slots_is_not_ready(db, trainer):
    draft = make_exam(db, trainer, published=False)
    add(db, draft, trainer, capacity=3)
    require_ready(db, draft)
    draft.opens_at = NOW + MINUTE
    with pytest.raises(SlotsOutside):
        require_ready(db, draft)


def test_the_slots_of_a_draft_that_is_thrown_away_go_with_it(db, trainer):
    draft = make_exam(db, trainer, published=False)
    add(db, draft, trainer, units=[make_unit(db)])
    delete_draft(db, draft)
    db.expire_all()
    assert not db.scalars(select(Slot)).all()
    assert not list(check_slots(db))


@pytest.mark.parametrize(
    ("statement", "where"),
    [
        (update(Slot).values(closes_at=NOW + 4 * HOUR), "slot "),
        (update(Slot).values(capacity=99), "slot "),
        (SlotUnit.__table__.delete(), "slot "),
        (SlotBooking.__table__.delete(), "booking "),
        (update(SlotBooking).values(slot_id=select(Slot.id).order_by(Slot.id).limit(1)
                                    .scalar_subquery()), "booking "),
    ],
)  # fmt: skip
def test_tampering_with_slots_is_found(db, exam, trainer, statement, where):
    add(db, exam, trainer, units=[make_unit(db, "busy", make_unit(db))])
    book(db, make_person(db), exam, add(db, exam, trainer, 60, capacity=3))
    assert not list(check_slots(db))
    db.execute(statement.execution_options(synchronize_session=False))
    db.expire_all()
    findings = list(check_slots(db))
    assert findings
    assert all(finding.where.startswith(where) for finding in findings)


def test_a_slot_that_is_gone_or_came_from_nowhere_is_found(db, exam, trainer):
    slot = add(db, exam, trainer, capacity=3)
    db.delete(slot)
    db.add(Slot(exam_id=exam.id, opens_at=NOW, closes_at=NOW + HOUR, capacity=1))
    db.flush()
    assert len(list(check_slots(db))) == 2
