"""Many book at once, in real transactions on both databases: never one place too many."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from examapp.core.people import Role
from examapp.services.exams import booking, slots
from examapp.services.exams.slots import SlotDraft
from examapp.services.verification.slots import check_slots
from examapp.store.engine import make_engine
from examapp.store.exam_days import SlotBooking
from examapp.store.exams import Exam
from tests.at_once import AT_ONCE, at_once
from tests.bureau import HOUR, MINUTE, NOW, make_person
from tests.conftest import DATABASES, SEALING_KEY
from tests.sat import make_bare_exam

EARLY = NOW - 2 * HOUR


@pytest.fixture(params=DATABASES)
def city(request, fresh_databases):
    """An engine, people, an exam and two slots of three places."""
    engine = make_engine(fresh_databases.url(request.param), sealing_key=SEALING_KEY)
    with Session(engine, expire_on_commit=False) as db, db.begin():
        trainer = make_person(db, "trainer", Role.TRAINER)
        people = [make_person(db, f"cadre{n}") for n in range(AT_ONCE)]
        exam = make_bare_exam(db, trainer, released_at=None)
        made = [
            slots.add(
                db, exam, SlotDraft(NOW + n * HOUR, NOW + n * HOUR + 30 * MINUTE, capacity=3),
                by=trainer, now=EARLY,
            ).public_id
            for n in range(2)
        ]  # fmt: skip
    yield engine, trainer, people, exam.public_id, made
    engine.dispose()


def taken(engine) -> list[int]:
    with Session(engine) as db:
        assert not list(check_slots(db))
        counts = select(func.count()).select_from(SlotBooking).group_by(SlotBooking.slot_id)
        return sorted(db.scalars(counts))


def test_the_last_places_are_given_once(city):
    engine, _trainer, people, exam, (first, _second) = city

    def act(db: Session, number: int) -> object:
        booking.book(db, people[number], exam, first, now=EARLY)
        return "booked"

    got = at_once(engine, act)
    assert sorted(map(str, got)) == ["booked"] * 3 + ["slot_full"] * (AT_ONCE - 3)
    assert taken(engine) == [3]


def test_one_person_on_many_devices_holds_one_place(city):
    engine, _trainer, people, exam, made = city
    at_once(engine, lambda db, n: booking.book(db, people[0], exam, made[n % 2], now=EARLY).id)
    assert taken(engine) == [1]


def test_changing_places_at_once_fills_no_slot_over(city):
    engine, _trainer, people, exam, (first, second) = city
    with Session(engine) as db, db.begin():
        for number in range(6):
            booking.book(db, people[number], exam, (first, second)[number % 2], now=EARLY)

    def act(db: Session, number: int) -> object:
        return booking.book(db, people[number], exam, (second, first)[number % 2], now=EARLY).id

    at_once(engine, act)
    assert sum(taken(engine)) == 6
    assert max(taken(engine)) == 3


def test_a_slot_is_removed_or_booked_but_not_both(city):
    engine, trainer, people, exam, (first, _second) = city

    def act(db: Session, number: int) -> object:
        if number == 0:
            of = db.scalars(select(Exam).where(Exam.public_id == exam)).one()
            return slots.remove(db, of, first, by=trainer, now=EARLY)
        booking.book(db, people[number], exam, first, now=EARLY)
        return "booked"

    got = at_once(engine, act)
    if got[0] is None:
        assert set(got[1:]) == {"not_found"}
    else:
        assert got[0] == "slot_in_use"
        assert "booked" in got
    taken(engine)
