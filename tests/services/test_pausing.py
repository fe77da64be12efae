"""Pausing an exam: whoever stood still gets exactly that time back, and nobody else any."""

from __future__ import annotations

from datetime import timedelta
from time import perf_counter

import pytest
from sqlalchemy import func, insert, select, text, update

from examapp.core.exam_day import AlreadyPaused, ExamSettled, NothingToPause, PauseOver
from examapp.core.ledger import Event
from examapp.core.people import Role
from examapp.core.refusals import Invalid
from examapp.services.exams import pausing
from examapp.services.exams.entering import admission
from examapp.services.exams.setting import cancel
from examapp.services.ledger import record
from examapp.services.people.persons import by_id
from examapp.services.sittings import closing
from examapp.services.verification.exam_day import check_deadlines, check_pauses
from examapp.store.exam_days import Pause
from examapp.store.exams import Exam, Paper
from examapp.store.ledger import LedgerEntry
from examapp.store.people import User, UserRole
from examapp.store.sittings import Sitting
from tests.bureau import (
    HOUR,
    MINUTE,
    NOW,
    make_bank,
    make_exam,
    make_person,
    make_unit,
)
from tests.hall import begin

ODD = timedelta(minutes=7, seconds=3, microseconds=123_457)


@pytest.fixture
def exam(db) -> Exam:
    make_bank(db)
    return make_exam(db, make_person(db, "trainer", Role.TRAINER))


@pytest.fixture
def admin(db, exam):
    return make_person(db, "admin", Role.ADMIN)


@pytest.fixture
def office(db, exam):
    return make_unit(db, "office", make_unit(db))


def sitter(db, exam, name="cadre", unit=None):
    person = make_person(db, name, unit=unit)
    return begin(db, person, exam)


def pause(db, exam, admin, unit=None, *, now=NOW + MINUTE):
    return pausing.pause(db, exam, unit, because="停电了", by=admin, now=now)


def resume(db, found, admin, *, now):
    pausing.resume(db, found, by=admin, now=now)


def sound(db):
    return [*check_pauses(db), *check_deadlines(db)] == []


def test_a_sitting_gets_exactly_the_time_back_that_it_was_paused(db, exam, admin):
    sitting = sitter(db, exam)
    deadline, accepts = sitting.deadline, sitting.accepts_until
    found = pause(db, exam, admin)
    assert sitting.paused_at == NOW + MINUTE
    assert sitting.deadline == deadline
    resume(db, found, admin, now=NOW + MINUTE + ODD)
    assert sitting.paused_at is None
    assert (sitting.deadline, sitting.accepts_until) == (deadline + ODD, accepts + ODD)
    assert sound(db)


def test_pauses_that_overlap_count_once(db, exam, admin, office):
    both, only_all = sitter(db, exam, "both", office), sitter(db, exam, "only-all")
    deadline = both.deadline
    of_all = pause(db, exam, admin, now=NOW + MINUTE)
    of_office = pause(db, exam, admin, office, now=NOW + 2 * MINUTE)
    resume(db, of_all, admin, now=NOW + 5 * MINUTE)
    assert only_all.deadline == deadline + 4 * MINUTE
    assert both.paused_at == NOW + MINUTE
    resume(db, of_office, admin, now=NOW + 5 * MINUTE + ODD)
    assert both.deadline == deadline + 4 * MINUTE + ODD
    assert only_all.deadline == deadline + 4 * MINUTE
    assert sound(db)


def test_a_unit_is_paused_with_those_under_it_and_nobody_else(db, exam, admin, office):
    desk = make_unit(db, "desk", office)
    below, beside = sitter(db, exam, "below", desk), sitter(db, exam, "beside")
    deadline = beside.deadline
    found = pause(db, exam, admin, office)
    assert below.paused_at
    assert beside.paused_at is None
    resume(db, found, admin, now=NOW + 9 * MINUTE)
    assert (below.deadline, beside.deadline) == (deadline + 8 * MINUTE, deadline)


def test_two_pauses_one_after_the_other_both_count(db, exam, admin):
    sitting = sitter(db, exam)
    deadline = sitting.deadline
    for start in (NOW + MINUTE, NOW + 10 * MINUTE):
        resume(db, pause(db, exam, admin, now=start), admin, now=start + ODD)
    assert sitting.deadline == deadline + 2 * ODD
    assert sound(db)


def test_a_pause_over_the_deadline_lets_nothing_lapse(db, exam, admin):
    sitting = sitter(db, exam)
    deadline = sitting.deadline
    found = pause(db, exam, admin, now=deadline - MINUTE)
    assert closing.lapsed(db, deadline + 3 * HOUR) == []
    assert not closing.close_lapsed(db, sitting, now=deadline + 3 * HOUR)
    resume(db, found, admin, now=deadline + 3 * HOUR)
    assert sitting.deadline == deadline + 3 * HOUR + MINUTE
    assert sound(db)


def test_whose_time_was_over_or_who_handed_in_is_not_touched(db, exam, admin):
    over, done = sitter(db, exam, "over"), sitter(db, exam, "done")
    closing.submit(db, by_id(db, done.user_id), done.public_id, now=NOW + MINUTE)
    deadline = over.deadline
    found = pause(db, exam, admin, now=deadline)
    assert (over.paused_at, done.paused_at) == (None, None)
    resume(db, found, admin, now=deadline + HOUR)
    assert (over.deadline, done.deadline) == (deadline, deadline)


def test_who_handed_in_before_the_pause_does_not_stand_still(db, exam, admin):
    done = sitter(db, exam, "done")
    closing.submit(db, by_id(db, done.user_id), done.public_id, now=NOW + MINUTE)
    pause(db, exam, admin, now=NOW + 2 * MINUTE)
    assert done.paused_at is None


def test_who_hands_in_during_the_pause_is_given_nothing_back(db, exam, admin):
    sitting = sitter(db, exam)
    deadline = sitting.deadline
    found = pause(db, exam, admin)
    closing.submit(db, by_id(db, sitting.user_id), sitting.public_id, now=NOW + 2 * MINUTE)
    resume(db, found, admin, now=NOW + 9 * MINUTE)
    assert sitting.deadline == deadline
    assert sound(db)


def test_a_person_who_moves_meanwhile_is_not_paused_for_ever(db, exam, admin, office):
    sitting = sitter(db, exam, "mover", office)
    deadline = sitting.deadline
    found = pause(db, exam, admin, office)
    db.execute(update(User).where(User.id == sitting.user_id).values(unit_id=make_unit(db).id))
    resume(db, found, admin, now=NOW + MINUTE + ODD)
    assert sitting.deadline == deadline + ODD


def test_a_person_who_moved_away_goes_on_when_any_pause_ends(db, exam, admin, office):
    sitting = sitter(db, exam, "mover", office)
    deadline = sitting.deadline
    pause(db, exam, admin, office)
    of_all = pause(db, exam, admin, now=NOW + 2 * MINUTE)
    db.execute(update(User).where(User.id == sitting.user_id).values(unit_id=make_unit(db).id))
    resume(db, of_all, admin, now=NOW + 4 * MINUTE)
    assert sitting.deadline == deadline + 3 * MINUTE


def test_another_exam_is_not_paused(db, exam, admin):
    other = make_exam(db, make_person(db, "t2", Role.TRAINER))
    sitting = sitter(db, other)
    found = pause(db, exam, admin)
    assert sitting.paused_at is None
    resume(db, found, admin, now=NOW + HOUR)
    assert sitting.deadline == NOW + 30 * MINUTE


def test_the_window_of_a_person_moves_by_the_pause(db, exam, admin):
    person = make_person(db, "later")
    resume(db, pause(db, exam, admin), admin, now=NOW + MINUTE + ODD)
    entry = admission(db, exam, person, now=NOW + HOUR).entry
    assert entry.window.closes_at == exam.closes_at + ODD


def test_in_the_time_given_back_an_exam_can_be_paused_again(db, exam, admin):
    resume(db, pause(db, exam, admin), admin, now=NOW + MINUTE + ODD)
    with pytest.raises(NothingToPause):
        pause(db, exam, admin, now=exam.closes_at + ODD)
    assert pause(db, exam, admin, now=exam.closes_at + ODD - pausing.INSTANT)


def test_the_same_people_are_not_paused_twice(db, exam, admin, office):
    pause(db, exam, admin)
    pause(db, exam, admin, office)
    for unit in (None, office):
        with pytest.raises(AlreadyPaused):
            pause(db, exam, admin, unit, now=NOW + 2 * MINUTE)


def test_a_pause_ends_once(db, exam, admin):
    found = pause(db, exam, admin)
    resume(db, found, admin, now=NOW + 2 * MINUTE)
    with pytest.raises(PauseOver):
        resume(db, found, admin, now=NOW + 3 * MINUTE)


@pytest.mark.parametrize("moment", [NOW - 61 * MINUTE, NOW + 5 * HOUR])
def test_there_is_nothing_to_pause_when_nobody_can_sit(db, exam, admin, moment):
    with pytest.raises(NothingToPause):
        pause(db, exam, admin, now=moment)


def test_after_the_close_whoever_still_sits_can_be_paused(db, exam, admin):
    sitting = sitter(db, exam)
    db.execute(
        update(Sitting).values(
            deadline=exam.closes_at + HOUR, accepts_until=exam.closes_at + 2 * HOUR
        )
    )
    db.expire_all()
    pause(db, exam, admin, now=exam.closes_at)
    assert sitting.paused_at == exam.closes_at


def test_an_exam_called_off_is_not_paused_but_a_pause_of_it_can_end(db, exam, admin):
    sitter(db, exam)
    found = pause(db, exam, admin)
    cancel(db, exam, because="停电", by=admin, now=NOW + 2 * MINUTE)
    with pytest.raises(ExamSettled):
        pause(db, exam, admin, now=NOW + 3 * MINUTE)
    resume(db, found, admin, now=NOW + 3 * MINUTE)
    assert found.resumed_at == NOW + 3 * MINUTE


def test_a_pause_needs_its_reason(db, exam, admin):
    with pytest.raises(Invalid):
        pausing.pause(db, exam, None, because="  ", by=admin, now=NOW)


def test_a_host_whose_clock_is_behind_ends_a_pause_too(db, exam, admin):
    sitting = sitter(db, exam)
    found = pause(db, exam, admin)
    resume(db, found, admin, now=NOW)
    assert found.resumed_at == NOW + MINUTE + pausing.INSTANT
    assert sitting.deadline == NOW + 30 * MINUTE + pausing.INSTANT
    assert sound(db)


def test_the_ledger_tells_both_ends(db, exam, admin):
    sitting = sitter(db, exam)
    found = pause(db, exam, admin)
    resume(db, found, admin, now=NOW + MINUTE + ODD)
    begun, ended = (
        db.scalars(select(LedgerEntry).where(LedgerEntry.event == event)).one()
        for event in ("exam.paused", "exam.resumed")
    )
    assert (begun.subject, begun.actor) == (exam.public_id, admin.public_id)
    assert begun.facts == {
        "pause": found.public_id,
        "unit": None,
        "because": "停电了",
        "sittings": 1,
    }
    assert ended.facts["seconds"] == "423.123457"
    assert ended.facts["sittings"] == [[sitting.public_id, "2026-06-01T02:37:03.123457Z"]]


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE pauses SET reason = 'another'",
        "UPDATE pauses SET resumed_by = (SELECT user_id FROM sittings LIMIT 1)",
        "UPDATE pauses SET unit_id = (SELECT min(id) FROM units)",
        "UPDATE pauses SET resumed_at = NULL, resumed_by = NULL",
        "DELETE FROM pauses",
    ],
)
def test_a_pause_that_was_tampered_with_is_named(db, exam, admin, tampering):
    sitter(db, exam)
    resume(db, pause(db, exam, admin), admin, now=NOW + 2 * MINUTE)
    assert sound(db)
    db.execute(text(tampering))
    db.expire_all()
    assert list(check_pauses(db))


def test_a_deadline_that_was_tampered_with_is_named(db, exam, admin):
    sitting = sitter(db, exam)
    resume(db, pause(db, exam, admin), admin, now=NOW + 2 * MINUTE)
    assert sound(db)
    sitting.deadline += pausing.INSTANT
    db.flush()
    assert len(list(check_deadlines(db))) == 2


def test_time_that_no_pause_took_is_named_though_the_record_has_it(db, exam, admin):
    """Whoever writes the chain anew, with a resumption to their taste."""
    sitting = sitter(db, exam)
    resume(db, pause(db, exam, admin), admin, now=NOW + 2 * MINUTE)
    sitting.deadline, sitting.accepts_until = (
        end + HOUR for end in (sitting.deadline, sitting.accepts_until)
    )
    facts = {"pause": "x", "seconds": "3600", "sittings": [[sitting.public_id, sitting.deadline]]}
    record(db, Event.EXAM_RESUMED, exam.public_id, facts, actor=None, now=NOW + 3 * MINUTE)
    db.flush()
    assert [finding.why for finding in check_deadlines(db)] == [
        f"entry {last_entry(db)} gave it time that no pause took"
    ]


def last_entry(db):
    return db.scalar(select(func.max(LedgerEntry.number)))


MANY = 5000


def test_five_thousand_are_paused_and_go_on_in_a_moment(db, exam, admin):
    crowd(db, exam, MANY)
    began = perf_counter()
    found = pause(db, exam, admin)
    resume(db, found, admin, now=NOW + MINUTE + ODD)
    assert perf_counter() - began < 10  # two seconds on a quiet machine
    deadlines = set(db.scalars(select(Sitting.deadline)))
    assert deadlines == {NOW + 30 * MINUTE + ODD}
    assert db.scalars(select(Pause.resumed_at)).one() == NOW + MINUTE + ODD


def crowd(db, exam, count):
    unit = make_unit(db).id
    users = [
        {"username": f"c{n}", "name": f"众{n}", "unit_id": unit, "created_at": NOW,
         "must_change_password": False, "id": 10_000 + n}
        for n in range(count)
    ]  # fmt: skip
    db.execute(insert(User), users)
    db.execute(insert(UserRole), [{"user_id": u["id"], "role": "cadre"} for u in users])
    common = {"exam_id": exam.id, "try_no": 1}
    db.execute(
        insert(Paper),
        [{"id": u["id"], "user_id": u["id"], "digest": "d", "drawn_at": NOW, **common}
         for u in users],
    )  # fmt: skip
    db.execute(
        insert(Sitting),
        [{"paper_id": u["id"], "user_id": u["id"], "started_at": NOW,
          "deadline": NOW + 30 * MINUTE, "accepts_until": NOW + 31 * MINUTE, **common}
         for u in users],
    )  # fmt: skip
