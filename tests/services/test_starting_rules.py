"""Whether somebody may begin now, and why not: in the order of docs/exam-time.md."""

from __future__ import annotations

from datetime import datetime

import pytest

from examapp.core.exam_time import Entry, Span, Window
from examapp.core.people import Role
from examapp.services.exams import entering
from examapp.services.exams.entering import Admission
from examapp.services.exams.starting_rules import refusal, running
from examapp.store.exam_days import Excuse, ExtraTime, Pause, Slot, SlotBooking, SlotUnit
from examapp.store.exams import Exam
from examapp.store.sittings import Sitting
from tests.bureau import HOUR, MINUTE, NOW, make_person, make_spec, make_unit
from tests.sat import make_bare_exam

OPEN = Window(NOW - HOUR, NOW + HOUR)


def admission(**fields: object) -> Admission:
    begins = Entry(OPEN, OPEN.closes_at)
    usual = {"entry": begins, "slot": None, "spans": (), "extra_minutes": 0, "exempted": False}
    return Admission(**{**usual, **fields})  # type: ignore[arg-type]


def exam(**fields: object) -> Exam:
    usual = {"published_at": NOW - HOUR, "wait_minutes": 0}
    return Exam(**{**usual, **fields})


def a_try(number: int = 1, *, closed_at: datetime | None = NOW, **fields: object) -> Sitting:
    ends = {"deadline": NOW - MINUTE, "accepts_until": NOW + MINUTE}
    return Sitting(try_no=number, closed_at=closed_at, **{**ends, **fields})


def why(*sittings: Sitting, tries: int = 2, of: Exam | None = None, **fields: object) -> str:
    found = refusal(admission(**fields), sittings, make_spec(tries=tries), of or exam(), NOW)
    return found.code if found else ""


LATE = Entry(OPEN, NOW)
AFTER = Entry(Window(NOW - HOUR, NOW), NOW)
BEFORE = Entry(Window(NOW + MINUTE, NOW + HOUR), NOW + HOUR)
STILL = (Span(NOW - MINUTE, None),)
USED_UP = (a_try(1), a_try(2))


@pytest.mark.parametrize(
    ("sittings", "fields", "code"),
    [
        ((), {}, ""),
        ((), {"entry": Entry(Window(NOW, NOW + HOUR), NOW + HOUR)}, ""),
        ((), {"of": exam(published_at=None)}, "not_open"),
        ((), {"of": exam(cancelled_at=NOW)}, "not_open"),
        ((), {"of": exam(released_at=NOW)}, "not_open"),
        ((), {"exempted": True}, "exempted"),
        ((), {"entry": None}, "no_slot"),
        ((), {"entry": BEFORE}, "not_open"),
        ((), {"entry": AFTER}, "not_open"),
        ((), {"spans": STILL}, "paused"),
        ((), {"spans": (Span(NOW - HOUR, NOW - MINUTE),)}, ""),
        ((), {"entry": LATE}, "entry_over"),
        (USED_UP, {}, "no_try_left"),
        ((a_try(),), {}, ""),
        ((a_try(),), {"of": exam(wait_minutes=1)}, "too_soon"),
        ((a_try(closed_at=NOW - MINUTE),), {"of": exam(wait_minutes=1)}, ""),
        ((a_try(closed_at=None),), {}, "try_ending"),
    ],
)
def test_each_refusal_has_its_reason(sittings, fields, code):
    assert why(*sittings, **fields) == code


def test_of_several_reasons_the_first_in_the_documents_order_is_told():
    everything = {
        "of": exam(cancelled_at=NOW), "exempted": True, "entry": None, "spans": STILL,
    }  # fmt: skip
    told = [why(*USED_UP, **everything)]
    for mended in (
        {"of": exam(wait_minutes=9)},
        {"exempted": False},
        {"entry": AFTER},
        {"entry": LATE},
        {"spans": ()},
        {"entry": Entry(OPEN, OPEN.closes_at)},
    ):
        everything |= mended
        told.append(why(*USED_UP, **everything))
    told.append(why(*USED_UP, tries=3, **everything))
    assert told == [
        "not_open", "exempted", "no_slot", "not_open", "paused", "entry_over", "no_try_left",
        "too_soon",
    ]  # fmt: skip


def test_a_sitting_whose_time_is_not_over_goes_on_whatever_else_holds():
    mine = a_try(closed_at=None, deadline=NOW + MINUTE)
    assert why(mine, exempted=True, entry=None, spans=STILL) == ""
    paused = a_try(closed_at=None, deadline=NOW - MINUTE, paused_at=NOW - HOUR)
    assert running([paused], NOW) is paused
    assert running([a_try(closed_at=None)], NOW) is None


def test_the_refusals_name_the_moment():
    late = refusal(admission(entry=LATE), (), make_spec(), exam(), NOW)
    assert late
    assert late.facts == {"latest": NOW}
    soon = refusal(admission(), [a_try()], make_spec(tries=2), exam(wait_minutes=5), NOW)
    assert soon
    assert soon.facts == {"when": NOW + 5 * MINUTE}


@pytest.fixture
def world(db):
    """Three exams of one person who sits in a unit under a unit."""
    trainer = make_person(db, "trainer", Role.TRAINER)
    under = make_unit(db, "under", make_unit(db))
    person, other = make_person(db, "cadre", unit=under), make_person(db, "other")
    exams = [make_bare_exam(db, trainer, released_at=None) for _ in range(3)]
    return exams, person, other


def slot(db, exam, *units, capacity=None, opens=NOW, minutes=30) -> Slot:
    made = Slot(
        exam_id=exam.id, opens_at=opens, closes_at=opens + minutes * MINUTE, capacity=capacity,
        units=[SlotUnit(unit_id=unit) for unit in units],
    )  # fmt: skip
    db.add(made)
    db.flush()
    return made


def book(db, exam, person, slot) -> None:
    db.add(SlotBooking(exam_id=exam.id, user_id=person.id, slot_id=slot.id, booked_at=NOW))
    db.flush()


def test_the_slot_of_the_nearest_unit_holds_and_else_the_one_booked(db, world):
    (first, second, third), person, other = world
    top = make_unit(db).id
    near, far = slot(db, first, person.unit_id), slot(db, first, top)
    bookable = slot(db, first, capacity=5)
    book(db, first, person, bookable)
    booked = slot(db, second, capacity=5)
    book(db, second, person, booked)
    book(db, second, other, slot(db, second, capacity=5))
    slot(db, third, make_unit(db, "elsewhere", make_unit(db)).id)
    found = entering.admissions(db, world[0], person.id, person.unit_id, now=NOW)
    assert [found[e.id].slot for e in world[0]] == [near, booked, None]
    assert found[third.id].entry is None
    assert entering.admission(db, first, other, now=NOW).slot == far


def test_many_exams_at_once_say_the_same_as_each_alone(db, world):
    exams, person, other = world
    slot(db, exams[0], person.unit_id)
    for number, exam in enumerate(exams):
        db.add_all(
            [
                ExtraTime(
                    exam_id=exam.id, user_id=user, minutes=minutes, reason="x",
                    granted_by=other.id, granted_at=NOW,
                )
                for user, minutes in ((person.id, number), (person.id, number + 5), (other.id, 99))
            ]
        )  # fmt: skip
    for who in (person, other):
        db.add(
            Excuse(
                exam_id=exams[1 if who is person else 2].id, user_id=who.id, kind="exemption",
                ground="other", reason="x", filed_by=who.id, filed_at=NOW, approved=True,
                decided_at=NOW, decided_by=other.id if who is person else person.id,
            )
        )  # fmt: skip
    for unit, since in ((None, 40), (person.unit_id, 50), (make_unit(db, "x").id, 55)):
        db.add(
            Pause(
                exam_id=exams[2].id, unit_id=unit, reason="x", paused_by=other.id,
                paused_at=NOW - since * MINUTE, resumed_at=NOW - 30 * MINUTE,
            )
        )  # fmt: skip
    db.flush()
    many = entering.admissions(db, exams, person.id, person.unit_id, now=NOW)
    assert many == {e.id: entering.admission(db, e, person, now=NOW) for e in exams}
    assert [many[e.id].extra_minutes for e in exams] == [5, 6, 7]
    assert [many[e.id].exempted for e in exams] == [False, True, False]
    assert [len(many[e.id].spans) for e in exams] == [0, 0, 2]
    last = many[exams[2].id].entry
    assert last
    assert last.window.closes_at == exams[2].closes_at + 20 * MINUTE
