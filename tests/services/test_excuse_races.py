"""Excuses when several act at once, in real transactions on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.core.people import Role
from examapp.services.exams import excuses
from examapp.services.people.persons import by_id
from examapp.services.people.signing_in import set_password
from examapp.services.sittings import starting
from examapp.services.verification.excuses import check_excuses
from examapp.store.engine import make_engine
from examapp.store.exam_days import Excuse
from examapp.store.people import User
from examapp.store.sittings import Sitting
from tests.at_once import AT_ONCE, at_once
from tests.bureau import NOW, make_bank, make_exam, make_person
from tests.conftest import DATABASES, SEALING_KEY

PASSWORD = "a long-winded word"
ASKED = {"kind": "exemption", "ground": "duty", "reason": "出差", "now": NOW}


class Office:
    """A committed exam, a cadre and officers on a database of its own."""

    def __init__(self, engine) -> None:
        self.engine = engine
        with Session(engine, expire_on_commit=False) as db, db.begin():
            make_bank(db)
            trainer = make_person(db, "trainer", Role.TRAINER)
            self.cadre = make_person(db)
            self.officers = []
            for number in range(AT_ONCE):
                officer = make_person(db, f"officer{number}", Role.PERSONNEL)
                set_password(db.get_one(User, officer.id), PASSWORD)
                db.flush()
                self.officers.append(by_id(db, officer.id))
            self.exam = make_exam(db, trainer).public_id

    def ask(self) -> str:
        with Session(self.engine) as db, db.begin():
            return excuses.file(db, self.cadre, self.exam, **ASKED).public_id

    def decide(self, db: Session, number: int, excuse: str, *, approve: bool) -> str:
        excuses.decide(
            db, self.officers[number], excuse, approve=approve, note="同意", password=PASSWORD,
            now=NOW,
        )  # fmt: skip
        return "approved" if approve else "refused"


@pytest.fixture(params=DATABASES)
def office(request, fresh_databases):
    engine = make_engine(fresh_databases.url(request.param), sealing_key=SEALING_KEY)
    yield Office(engine)
    engine.dispose()


def test_many_asks_at_once_make_one_excuse(office):
    got = at_once(
        office.engine, lambda db, _n: excuses.file(db, office.cadre, office.exam, **ASKED).kind
    )
    assert sorted(map(str, got)) == ["already_asked"] * (AT_ONCE - 1) + ["exemption"]


def test_many_officers_decide_once(office):
    excuse = office.ask()
    got = at_once(office.engine, lambda db, n: office.decide(db, n, excuse, approve=bool(n % 2)))
    assert got.count("excuse_settled") == AT_ONCE - 1
    with Session(office.engine) as db:
        approved = db.scalars(select(Excuse.approved)).one()
        assert not list(check_excuses(db))
    assert ("approved" if approved else "refused") in got


def test_whoever_starts_while_being_exempted_does_one_or_the_other(office):
    excuse = office.ask()

    def act(db: Session, number: int) -> object:
        if number % 2:
            return office.decide(db, number, excuse, approve=True)
        return starting.start(db, office.cadre, office.exam, device="pc", now=NOW).try_no

    got = at_once(office.engine, act)
    with Session(office.engine) as db:
        begun = db.scalar(select(Sitting.id)) is not None
        exempted = db.scalars(select(Excuse.approved)).one() is True
    assert begun is not exempted
    assert ("approved" in got) is exempted
