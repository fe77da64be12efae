"""The exam day's list: the same slots as entering has them, the last try, those who were moved."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from examapp.core.exam_day import SILENT_AFTER, DayState
from examapp.core.people import Role
from examapp.services.exams.day import Wanted, day
from examapp.services.exams.day_person import person_day
from examapp.services.exams.day_slots import slots_of
from examapp.services.exams.entering import slot_of
from examapp.services.people.persons import by_id
from examapp.services.sittings import closing
from examapp.store.exam_days import Excuse, Slot, SlotBooking, SlotUnit
from examapp.store.people import User
from examapp.store.sittings import Presence
from tests.bureau import (
    HOUR,
    MINUTE,
    NOW,
    make_bank,
    make_exam,
    make_person,
    make_spec,
    make_unit,
    make_user,
)
from tests.hall import begin

LATER = NOW + 5 * MINUTE


@pytest.fixture
def exam(db):
    make_bank(db)
    return make_exam(db, make_person(db, "trainer", Role.TRAINER), spec=make_spec(tries=2))


@pytest.fixture
def admin(db, exam):
    return make_person(db, "admin", Role.ADMIN)


def states(db, admin, exam, *, now=LATER):
    return {row.name: row.state for row in day(db, admin, exam, Wanted(), now=now).rows}


def sitter(db, exam, name, *, heard=None):
    sitting = begin(db, make_person(db, name), exam)
    if heard is not None:
        db.add(Presence(sitting_id=sitting.id, seen_at=heard))
        db.flush()
    return sitting


def test_after_ninety_seconds_without_a_sign_there_is_no_contact(db, exam, admin):
    instant = timedelta(microseconds=1)
    sitter(db, exam, "just", heard=LATER - SILENT_AFTER)
    sitter(db, exam, "gone", heard=LATER - SILENT_AFTER - instant)
    sitter(db, exam, "never")
    found = states(db, admin, exam)
    assert found["姓名just"] is DayState.CONNECTED
    assert found["姓名gone"] is found["姓名never"] is DayState.SILENT


def test_who_has_just_begun_is_connected_before_the_first_sign(db, exam, admin):
    sitter(db, exam, "fresh")
    assert states(db, admin, exam, now=NOW + MINUTE) == {"姓名fresh": DayState.CONNECTED}


def test_the_last_try_counts_for_the_state(db, exam, admin):
    person = make_person(db, "again")
    first = begin(db, person, exam)
    closing.submit(db, person, first.public_id, now=NOW + MINUTE)
    assert states(db, admin, exam) == {"姓名again": DayState.HANDED_IN}
    begin(db, person, exam, now=NOW + 4 * MINUTE)
    assert states(db, admin, exam) == {"姓名again": DayState.CONNECTED}


def test_from_the_deadline_on_the_time_ran_out(db, exam, admin):
    sitting = sitter(db, exam, "over", heard=LATER)
    instant = timedelta(microseconds=1)
    assert states(db, admin, exam, now=sitting.deadline - instant)["姓名over"] is DayState.SILENT
    assert states(db, admin, exam, now=sitting.deadline)["姓名over"] is DayState.LAPSED


def test_whoever_was_exempted_is_not_missing(db, exam, admin):
    user = make_user(db, "free")
    make_user(db, "noise")
    db.add(
        Excuse(
            exam_id=exam.id, user_id=user.id, kind="exemption", ground="maternity", reason="r",
            filed_by=user.id, filed_at=NOW, decided_by=admin.id, decided_at=NOW, approved=True,
        )
    )  # fmt: skip
    db.flush()
    found = day(db, admin, exam, Wanted(), now=LATER)
    assert found.counts == {DayState.EXEMPTED: 1, DayState.NOT_BEGUN: 1}


def test_whoever_sat_stays_on_the_page_when_they_are_moved_away(db, exam, admin):
    sitting = sitter(db, exam, "mover")
    elsewhere = make_unit(db, "elsewhere")
    db.execute(update(User).where(User.id == sitting.user_id).values(unit_id=elsewhere.id))
    assert "姓名mover" in states(db, admin, exam)


def test_the_slots_are_those_that_entering_has(db, exam):
    top = make_unit(db)
    office = make_unit(db, "office", top)
    desk = make_unit(db, "desk", office)
    slots = [
        Slot(exam_id=exam.id, opens_at=NOW, closes_at=NOW + HOUR, units=[SlotUnit(unit_id=of.id)])
        for of in (office, desk)
    ]
    booked = Slot(exam_id=exam.id, opens_at=NOW, closes_at=NOW + HOUR, capacity=5)
    db.add_all([*slots, booked])
    users = [make_user(db, f"u{n}", unit=of) for n, of in enumerate((top, office, desk, top, desk))]
    db.flush()
    for user in users[3:]:
        db.add(SlotBooking(exam_id=exam.id, user_id=user.id, slot_id=booked.id, booked_at=NOW))
    db.flush()
    has, found = slots_of(db, exam, {user.id: user.unit_id for user in users})
    assert has
    for user in users:
        assert found.get(user.id) == slot_of(db, exam.id, user.id, user.unit_id)[1]
    assert [found.get(user.id) for user in users] == [None, *slots, booked, slots[1]]


def test_what_was_done_for_one_person_is_told_and_nothing_of_others(db, exam, admin):
    sitting = sitter(db, exam, "one")
    other = make_person(db, "two")
    theirs = begin(db, other, exam, now=NOW)
    closing.submit(db, other, theirs.public_id, now=NOW + MINUTE)
    user = db.get_one(User, sitting.user_id)
    found = person_day(db, exam, user, now=LATER)
    assert [(one.event, one.by) for one in found.happenings] == [("paper.drawn", "姓名one")]
    closing.submit(db, by_id(db, user.id), sitting.public_id, now=LATER)
    found = person_day(db, exam, user, now=LATER)
    assert [one.event for one in found.happenings] == ["paper.drawn", "sitting.submitted"]
