"""Extra time: before the sitting or during it, by whoever may, never for oneself."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from examapp.core.exam_day import ExamSettled, NotForOneself, NoTimeLeft, PaperClosed
from examapp.core.people import Role
from examapp.core.refusals import Invalid, NotFound
from examapp.services.exams import pausing
from examapp.services.exams.day_reach import DECIDES, exam_of, sitting_of, somebody
from examapp.services.exams.entering import extra_minutes
from examapp.services.exams.extra_time import grant
from examapp.services.exams.setting import cancel
from examapp.services.people.persons import by_id
from examapp.services.sittings import closing, leases, saving
from examapp.services.verification.exam_day import (
    check_deadlines,
    check_extra_time,
    check_leases,
)
from examapp.store.exam_days import ExtraTime
from examapp.store.ledger import LedgerEntry
from examapp.store.people import User
from tests.bureau import (
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

WHY = "右手骨折，书写不便"


@pytest.fixture
def exam(db):
    make_bank(db)
    return make_exam(db, make_person(db, "trainer", Role.TRAINER), spec=make_spec(tries=2))


@pytest.fixture
def admin(db, exam):
    return make_person(db, "admin", Role.ADMIN)


@pytest.fixture
def user(db, exam):
    make_user(db, "noise")
    return make_user(db, "cadre")


def give(db, exam, user, minutes, admin, *, now=NOW + MINUTE):
    return grant(db, exam, user, minutes, because=WHY, by=admin, now=now)


def sound(db):
    return [*check_extra_time(db), *check_deadlines(db)] == []


def test_before_the_sitting_it_waits_for_it(db, exam, user, admin):
    made = give(db, exam, user, 15, admin)
    assert made.deadline is None
    assert extra_minutes(db, exam.id, user.id) == 15
    assert sound(db)


def test_during_the_sitting_its_deadline_moves_by_the_difference(db, exam, user, admin):
    give(db, exam, user, 10, admin, now=NOW - MINUTE)
    sitting = begin(db, by_id(db, user.id), exam)
    deadline, accepts = sitting.deadline, sitting.accepts_until
    assert give(db, exam, user, 25, admin).deadline == deadline + 15 * MINUTE
    assert sitting.accepts_until == accepts + 15 * MINUTE
    give(db, exam, user, 5, admin)
    assert sitting.deadline == deadline - 5 * MINUTE
    assert sound(db)


def test_fewer_minutes_never_end_the_sitting_in_the_past(db, exam, user, admin):
    sitting = begin(db, by_id(db, user.id), exam)
    give(db, exam, user, 70, admin)
    deadline = sitting.deadline
    with pytest.raises(NoTimeLeft):
        give(db, exam, user, 0, admin, now=deadline - 70 * MINUTE)
    give(db, exam, user, 1, admin, now=deadline - 70 * MINUTE)
    assert sitting.deadline == deadline - 69 * MINUTE


def test_in_a_pause_the_clock_that_stands_still_decides(db, exam, user, admin):
    sitting = begin(db, by_id(db, user.id), exam)
    give(db, exam, user, 20, admin)
    pausing.pause(db, exam, None, because="停电", by=admin, now=NOW + 2 * MINUTE)
    give(db, exam, user, 10, admin, now=NOW + 600 * MINUTE)
    assert sitting.deadline == sitting.started_at + 40 * MINUTE
    assert sound(db)


def test_a_paper_that_is_closed_is_not_opened_again(db, exam, user, admin):
    person = by_id(db, user.id)
    first = begin(db, person, exam)
    closing.submit(db, person, first.public_id, now=NOW + MINUTE)
    deadline = first.deadline
    assert give(db, exam, user, 10, admin, now=NOW + 2 * MINUTE).deadline is None
    assert first.deadline == deadline
    second = begin(db, person, exam, now=NOW + 3 * MINUTE)
    closing.submit(db, person, second.public_id, now=NOW + 4 * MINUTE)
    with pytest.raises(PaperClosed):
        give(db, exam, user, 20, admin, now=NOW + 5 * MINUTE)
    assert extra_minutes(db, exam.id, user.id) == 10


def test_whose_time_is_over_gets_it_for_the_next_try_alone(db, exam, user, admin):
    sitting = begin(db, by_id(db, user.id), exam)
    deadline = sitting.deadline
    assert give(db, exam, user, 10, admin, now=deadline).deadline is None
    assert sitting.deadline == deadline


@pytest.mark.parametrize("minutes", [-1, 601])
def test_minutes_have_their_bounds(db, exam, user, admin, minutes):
    with pytest.raises(Invalid):
        give(db, exam, user, minutes, admin)


def test_what_is_there_already_is_not_given_again(db, exam, user, admin):
    for minutes in (0, 10):
        if minutes:
            give(db, exam, user, minutes, admin)
        with pytest.raises(Invalid):
            give(db, exam, user, minutes, admin)


def test_nobody_gives_time_to_themselves(db, exam):
    both = make_person(db, "both", Role.CADRE, Role.ADMIN)
    with pytest.raises(NotForOneself):
        give(db, exam, db.get_one(User, both.id), 10, both)


def test_an_exam_that_was_called_off_is_settled(db, exam, user, admin):
    cancel(db, exam, because="停电", by=admin, now=NOW)
    with pytest.raises(ExamSettled):
        give(db, exam, user, 10, admin)


def test_an_officer_reaches_the_people_of_their_own_subtree(db, exam):
    office = make_unit(db, "office", make_unit(db))
    officer = make_person(db, "officer", Role.PERSONNEL, unit=office)
    below = make_user(db, "below", unit=make_unit(db, "desk", office))
    beside = make_user(db, "beside")
    assert exam_of(db, officer, exam.public_id) is exam
    assert somebody(db, officer, exam, below.public_id, everywhere=DECIDES) == below
    with pytest.raises(NotFound):
        somebody(db, officer, exam, beside.public_id, everywhere=DECIDES)


def test_a_trainer_looks_everywhere_and_decides_nowhere_else(db, exam):
    office = make_unit(db, "office", make_unit(db))
    both = make_person(db, "both", Role.TRAINER, Role.PERSONNEL, unit=office)
    beside = make_user(db, "beside")
    assert somebody(db, both, exam, beside.public_id) == beside
    with pytest.raises(NotFound):
        somebody(db, both, exam, beside.public_id, everywhere=DECIDES)


def test_somebody_whom_the_exam_is_not_for_is_not_there(db, exam, admin):
    stranger = make_user(db, "stranger", unit=make_unit(db, "elsewhere"))
    with pytest.raises(NotFound):
        somebody(db, admin, exam, stranger.public_id)


def test_the_ledger_keeps_the_reason_as_a_salted_digest_alone(db, exam, user, admin):
    give(db, exam, user, 15, admin)
    entry = db.scalars(select(LedgerEntry).where(LedgerEntry.event == "exam.extra-time")).one()
    assert (entry.subject, entry.facts["minutes"]) == (user.public_id, 15)
    assert WHY not in str(entry.facts)
    assert sound(db)


@pytest.mark.parametrize("column", ["minutes = 16", "reason = 'another'", "granted_by = user_id"])
def test_a_grant_that_was_tampered_with_is_named(db, exam, user, admin, column):
    give(db, exam, user, 15, admin)
    _unguard(db, "extra_times")
    db.execute(text(f"UPDATE extra_times SET {column}"))
    db.expire_all()
    assert list(check_extra_time(db))


def test_a_grant_that_is_gone_is_named(db, exam, user, admin):
    give(db, exam, user, 15, admin)
    _unguard(db, "extra_times")
    db.query(ExtraTime).delete()
    assert list(check_extra_time(db))


def _unguard(db, table):
    """What somebody who owns the database can do: switch its guard off."""
    if db.get_bind().dialect.name == "sqlite":
        names = db.scalars(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :t"),
            {"t": table},
        ).all()
        for name in names:
            db.execute(text(f"DROP TRIGGER {name}"))
    else:
        db.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))


# ---- freeing a device ----


def test_a_freed_sitting_waits_for_the_next_device_and_the_old_one_only_watches(
    db, exam, user, admin
):
    person = by_id(db, user.id)
    sitting = begin(db, person, exam)
    assert leases.free(db, sitting, because="电脑坏了", by=admin, now=NOW + MINUTE) == 2
    assert (sitting.lease_no, sitting.lease_device) == (2, "")
    with pytest.raises(saving.TakenOver):
        saving.save(
            db, person, sitting.public_id, lease_no=1, seq=1, position=1,
            choice=frozenset("A"), now=NOW + 2 * MINUTE,
        )  # fmt: skip
    facts = db.scalars(select(LedgerEntry.facts).where(LedgerEntry.event == "sitting.freed")).one()
    assert facts == {"lease": 2, "because": "电脑坏了"}
    assert list(check_leases(db)) == []
    sitting.lease_no = 3
    db.flush()
    assert list(check_leases(db))


def test_freeing_twice_frees_once(db, exam, user, admin):
    sitting = begin(db, by_id(db, user.id), exam)
    for _ in range(2):
        assert leases.free(db, sitting, because="电脑坏了", by=admin, now=NOW + MINUTE) == 2
    assert (
        len(db.scalars(select(LedgerEntry).where(LedgerEntry.event == "sitting.freed")).all()) == 1
    )


def test_a_closed_paper_is_not_freed(db, exam, user, admin):
    person = by_id(db, user.id)
    sitting = begin(db, person, exam)
    with pytest.raises(PaperClosed):
        leases.free(db, sitting, because="电脑坏了", by=admin, now=sitting.deadline)
    closing.submit(db, person, sitting.public_id, now=NOW + MINUTE)
    with pytest.raises(PaperClosed):
        leases.free(db, sitting, because="电脑坏了", by=admin, now=NOW + 2 * MINUTE)


def test_nobody_frees_their_own(db, exam):
    both = make_person(db, "both", Role.CADRE, Role.ADMIN)
    sitting = begin(db, both, exam)
    with pytest.raises(NotForOneself):
        leases.free(db, sitting, because="电脑坏了", by=both, now=NOW)


def test_a_try_of_somebody_else_is_not_found_under_this_person(db, exam, user, admin):
    other = make_person(db, "other")
    sitting = begin(db, other, exam)
    with pytest.raises(NotFound):
        sitting_of(db, exam, user, sitting.public_id)
    assert sitting_of(db, exam, db.get_one(User, other.id), sitting.public_id) is sitting
