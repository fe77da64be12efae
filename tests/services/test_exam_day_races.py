"""The officer and the candidates at the same moment, in real transactions on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from examapp.core.people import Role
from examapp.services.exams import pausing
from examapp.services.exams.extra_time import grant
from examapp.services.exams.setting import release
from examapp.services.people.persons import Person
from examapp.services.sittings import closing, deciding, leases, saving, starting
from examapp.services.verification.exam_day import (
    check_deadlines,
    check_extra_time,
    check_pauses,
)
from examapp.services.verification.late import check_late
from examapp.store.engine import make_engine
from examapp.store.exam_days import Pause
from examapp.store.exams import Exam
from examapp.store.ledger import LedgerEntry
from examapp.store.people import User
from examapp.store.sittings import LateDecision, LateResponse, Response, Score, Sitting
from tests.at_once import AT_ONCE, at_once
from tests.bureau import HOUR, MINUTE, NOW, make_bank, make_exam, make_person
from tests.conftest import DATABASES, SEALING_KEY

WHY = "停电了"
GONE_BY = timedelta(minutes=3, microseconds=7)


class Bureau:
    """A committed exam, its officers and its cadres on a database of its own."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        with Session(engine, expire_on_commit=False) as db, db.begin():
            make_bank(db)
            self.admins = [make_person(db, f"admin{n}", Role.ADMIN) for n in range(AT_ONCE)]
            self.cadres = [make_person(db, f"cadre{n}") for n in range(AT_ONCE)]
            self.exam = make_exam(db, make_person(db, "trainer", Role.TRAINER)).public_id

    def at_once(self, act: Callable[[Session, int], object]) -> list[object]:
        return at_once(self.engine, act)

    def do(self, act: Callable[[Session], object]) -> object:
        with Session(self.engine, expire_on_commit=False) as db, db.begin():
            return act(db)

    def begin_all(self) -> list[str]:
        return [str(self.do(lambda db, p=person: _start(db, self, p))) for person in self.cadres]

    def of_exam(self, db: Session) -> Exam:
        return db.scalars(select(Exam).where(Exam.public_id == self.exam)).one()

    def pause(self, db: Session, number: int = 0, *, now=NOW + MINUTE) -> str:
        by = self.admins[number]
        return pausing.pause(db, self.of_exam(db), None, because=WHY, by=by, now=now).public_id

    def resume(self, db: Session, number: int = 0) -> None:
        found = db.scalars(select(Pause)).one()
        pausing.resume(db, found, by=self.admins[number], now=NOW + MINUTE + GONE_BY)

    def sound(self) -> bool:
        with Session(self.engine) as db:
            checks = (check_pauses, check_deadlines, check_extra_time, check_late)
            return [finding for check in checks for finding in check(db)] == []

    def all(self, query) -> list:
        with Session(self.engine) as db:
            return list(db.scalars(query))


@pytest.fixture(params=DATABASES)
def bureau(request, fresh_databases):
    engine = make_engine(fresh_databases.url(request.param), sealing_key=SEALING_KEY)
    yield Bureau(engine)
    engine.dispose()


def _start(db: Session, bureau: Bureau, person: Person) -> str:
    return starting.start(db, person, bureau.exam, device="pc", now=NOW).public_id


def _save(db: Session, person: Person, sitting: str, seq: int = 1, *, now=NOW + MINUTE) -> str:
    saving.save(
        db, person, sitting, lease_no=1, seq=seq, position=1, choice=frozenset("A"), now=now
    )
    return "saved"


def test_a_save_that_meets_a_pause_is_never_lost(bureau):
    sittings = bureau.begin_all()

    def act(db: Session, number: int) -> object:
        if number == 0:
            return bureau.pause(db)
        return _save(db, bureau.cadres[number], sittings[number])

    assert bureau.at_once(act)[1:] == ["saved"] * (AT_ONCE - 1)
    assert len(bureau.all(select(Response.id))) == AT_ONCE - 1
    assert len(bureau.all(select(Sitting.id).where(Sitting.paused_at.is_not(None)))) == AT_ONCE


def test_a_save_that_meets_the_resuming_is_never_lost(bureau):
    """By the old deadline it would be too late: it counts before the resuming, and after it."""
    sittings = bureau.begin_all()
    bureau.do(lambda db: bureau.pause(db, now=NOW + 30 * MINUTE - GONE_BY))

    def act(db: Session, number: int) -> object:
        if number == 0:
            found = db.scalars(select(Pause)).one()
            return pausing.resume(db, found, by=bureau.admins[0], now=NOW + 40 * MINUTE)
        person, at = bureau.cadres[number], NOW + 40 * MINUTE + timedelta(seconds=1)
        return _save(db, person, sittings[number], now=at)

    assert bureau.at_once(act)[1:] == ["saved"] * (AT_ONCE - 1)
    assert set(bureau.all(select(Sitting.deadline))) == {NOW + 40 * MINUTE + GONE_BY}
    assert bureau.sound()


def test_a_start_that_meets_a_pause_is_paused_or_refused(bureau):
    def act(db: Session, number: int) -> object:
        if number == 0:
            return bureau.pause(db, now=NOW)
        return _start(db, bureau, bureau.cadres[number])

    got = bureau.at_once(act)[1:]
    rows = bureau.all(select(Sitting))
    assert {row.public_id for row in rows} == {one for one in got if one != "paused"}
    assert all(row.paused_at == NOW for row in rows)
    bureau.do(bureau.resume)
    rows = bureau.all(select(Sitting))
    assert all(row.deadline == NOW + 31 * MINUTE + GONE_BY for row in rows)
    assert bureau.sound()


def test_a_hand_in_that_meets_the_resuming_keeps_its_deadline_or_gets_the_new_one(bureau):
    sittings = bureau.begin_all()
    bureau.do(bureau.pause)

    def act(db: Session, number: int) -> object:
        if number == 0:
            return bureau.resume(db)
        return closing.submit(
            db, bureau.cadres[number], sittings[number], now=NOW + 2 * MINUTE
        ).answered

    assert bureau.at_once(act)[1:] == [0] * (AT_ONCE - 1)
    assert len(bureau.all(select(Score.id))) == AT_ONCE - 1
    deadlines = set(bureau.all(select(Sitting.deadline)))
    assert deadlines <= {NOW + 30 * MINUTE, NOW + 30 * MINUTE + GONE_BY}
    assert bureau.sound()


def test_a_hand_in_that_meets_a_pause_is_scored_once(bureau):
    sittings = bureau.begin_all()

    def act(db: Session, number: int) -> object:
        if number == 0:
            return bureau.pause(db)
        return closing.submit(
            db, bureau.cadres[number], sittings[number], now=NOW + 2 * MINUTE
        ).answered

    assert bureau.at_once(act)[1:] == [0] * (AT_ONCE - 1)
    bureau.do(bureau.resume)
    assert len(bureau.all(select(Score.id))) == AT_ONCE - 1
    assert bureau.sound()


def test_two_who_pause_at_once_make_one_pause(bureau):
    bureau.begin_all()
    got = bureau.at_once(bureau.pause)
    assert got.count("already_paused") == AT_ONCE - 1
    assert len(bureau.all(select(Pause.id))) == 1


def test_two_who_resume_at_once_give_the_time_back_once(bureau):
    bureau.begin_all()
    bureau.do(bureau.pause)
    got = bureau.at_once(bureau.resume)
    assert got.count("pause_over") == AT_ONCE - 1
    assert set(bureau.all(select(Sitting.deadline))) == {NOW + 30 * MINUTE + GONE_BY}
    assert bureau.sound()


def test_extra_time_that_meets_the_start_is_never_without_effect(bureau):
    """Each cadre starts while their extra minutes are given."""
    half = AT_ONCE // 2

    def act(db: Session, number: int) -> object:
        person = bureau.cadres[number % half]
        if number < half:
            return _start(db, bureau, person)
        user = db.get_one(User, person.id)
        made = grant(db, bureau.of_exam(db), user, 10, because=WHY, by=bureau.admins[0], now=NOW)
        return made.minutes

    bureau.at_once(act)
    assert bureau.all(select(Sitting.deadline)) == [NOW + 40 * MINUTE] * half
    assert bureau.sound()


def test_extra_time_that_meets_a_pause_is_given_beside_it(bureau):
    bureau.begin_all()

    def act(db: Session, number: int) -> object:
        if number == 0:
            return bureau.pause(db)
        user = db.get_one(User, bureau.cadres[number].id)
        exam, by = bureau.of_exam(db), bureau.admins[number]
        return grant(db, exam, user, 10, because=WHY, by=by, now=NOW + MINUTE).minutes

    assert bureau.at_once(act)[1:] == [10] * (AT_ONCE - 1)
    bureau.do(bureau.resume)
    ends = NOW + 30 * MINUTE + GONE_BY
    assert sorted(bureau.all(select(Sitting.deadline))) == [ends] + [ends + 10 * MINUTE] * (
        AT_ONCE - 1
    )
    assert bureau.sound()


def test_two_who_free_a_device_at_once_free_it_once(bureau):
    sitting = bureau.begin_all()[0]

    def act(db: Session, number: int) -> object:
        row = db.scalars(select(Sitting).where(Sitting.public_id == sitting)).one()
        return leases.free(db, row, because=WHY, by=bureau.admins[number], now=NOW + MINUTE)

    assert bureau.at_once(act) == [2] * AT_ONCE
    freed = select(LedgerEntry.number).where(LedgerEntry.event == "sitting.freed")
    assert len(bureau.all(freed)) == 1


# ---- late choices ----


def _late(bureau: Bureau) -> int:
    """A closed paper with a late choice; its row id."""
    person = bureau.cadres[0]

    def act(db: Session) -> int:
        sitting = starting.start(db, person, bureau.exam, device="pc", now=NOW)
        closing.submit(db, person, sitting.public_id, now=NOW + MINUTE)
        db.add(
            LateResponse(
                sitting_id=sitting.id, lease_no=1, seq=1, position=1, choice="A", left_ms=1,
                received_at=NOW + 2 * MINUTE,
            )
        )  # fmt: skip
        return sitting.id

    return int(bureau.do(act))  # type: ignore[call-overload]


def _propose(db: Session, bureau: Bureau, sitting: int, number: int) -> str:
    row = db.get_one(Sitting, sitting)
    return deciding.propose(
        db, row, counts=True, because=WHY, by=bureau.admins[number], now=NOW + 3 * MINUTE
    ).public_id


def test_two_who_propose_at_once_make_one_proposal(bureau):
    sitting = _late(bureau)
    got = bureau.at_once(lambda db, n: _propose(db, bureau, sitting, n))
    assert got.count("already_proposed") == AT_ONCE - 1
    assert len(bureau.all(select(LateDecision.id))) == 1


def test_two_who_confirm_at_once_score_once(bureau):
    sitting = _late(bureau)
    decision = str(bureau.do(lambda db: _propose(db, bureau, sitting, 0)))

    def act(db: Session, number: int) -> object:
        row, by = db.get_one(Sitting, sitting), bureau.admins[number]
        return deciding.confirm(db, row, decision, by=by, now=NOW + 4 * MINUTE)

    got = bureau.at_once(act)
    assert sorted(map(str, got)) == ["None"] + ["proposal_over"] * (AT_ONCE - 2) + ["same_officer"]
    assert sorted(bureau.all(select(Score.number))) == [1, 2]
    assert bureau.sound()


def test_a_confirmation_that_meets_the_withdrawal_is_one_of_the_two(bureau):
    sitting = _late(bureau)
    decision = str(bureau.do(lambda db: _propose(db, bureau, sitting, 0)))

    def act(db: Session, number: int) -> object:
        row, by = db.get_one(Sitting, sitting), bureau.admins[number]
        does = deciding.confirm if number % 2 else deciding.withdraw
        return does(db, row, decision, by=by, now=NOW + 4 * MINUTE)

    assert bureau.at_once(act).count(None) == 1
    made = bureau.all(select(LateDecision))[0]
    assert (made.confirmed_at is None) != (made.withdrawn_at is None)
    assert bureau.sound()


def test_a_confirmation_that_meets_the_release_comes_before_it_or_not_at_all(bureau):
    sitting = _late(bureau)
    decision = str(bureau.do(lambda db: _propose(db, bureau, sitting, 0)))

    def act(db: Session, number: int) -> object:
        if number % 2:
            return release(db, bureau.of_exam(db), by=bureau.admins[0], now=NOW + 6 * HOUR)
        row, by = db.get_one(Sitting, sitting), bureau.admins[number + 1]
        return deciding.confirm(db, row, decision, by=by, now=NOW + 6 * HOUR)

    bureau.at_once(act)
    events = bureau.all(
        select(LedgerEntry.event)
        .where(LedgerEntry.event.in_(["late.decided", "exam.released"]))
        .order_by(LedgerEntry.number)
    )
    assert events in (["exam.released"], ["late.decided", "exam.released"])
    with Session(bureau.engine) as db:
        assert db.scalar(select(func.count()).select_from(Score)) == len(events)
    assert bureau.sound()
