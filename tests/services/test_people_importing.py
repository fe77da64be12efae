"""An import: every fault by its cell, then everybody or nobody."""

import pytest
from sqlalchemy import func, select

from examapp.core.people import Role
from examapp.core.people_list import PeopleList, PersonRow
from examapp.core.refusals import Invalid
from examapp.services.people import importing
from examapp.services.people.accounts import OneTime
from examapp.services.people.signing_in import sign_in
from examapp.store.ledger import LedgerEntry
from examapp.store.people import User
from tests.bureau import NOW, make_person, make_unit, make_user

COLUMNS = {"username": "A", "name": "B", "unit": "C", "roles": "G"}


def people(*rows: PersonRow) -> PeopleList:
    return PeopleList(COLUMNS, rows)


def row(number: int, unit: str = "01", **fields: object) -> PersonRow:
    return PersonRow(
        **{"number": number, "username": f"u{number}", "name": "甲", "unit": unit, **fields}
    )


def given(count: int) -> list[OneTime]:
    return [OneTime(f"password {n}", "$argon2id$…") for n in range(count)]


def cells(db, *rows: PersonRow) -> list[str]:
    return [fault.place for fault in importing.plan(db, people(*rows)).faults]


@pytest.fixture
def admin(db):
    make_unit(db, "01", make_unit(db))
    return make_person(db, "boss", Role.ADMIN)


def test_a_list_in_order_has_no_faults_and_names_the_units(db, admin):
    plan = importing.plan(db, people(row(2), row(3)))
    assert plan.faults == []
    assert [one.unit.code for one in plan.planned] == ["01", "01"]


def test_names_that_exist_and_units_that_do_not_are_told_by_cell_in_the_order_of_rows(db, admin):
    assert cells(db, row(2, unit="99"), row(3), row(4, username="BOSS", unit="98")) == [
        "C2",
        "A4",
        "C4",
    ]


def test_a_unit_may_be_called_by_its_name_where_only_one_has_it(db, admin):
    assert cells(db, row(2, unit="单位01"), row(3, unit="Unit 01")) == []
    make_unit(db, "02").name = "单位01"
    db.flush()
    plan = importing.plan(db, people(row(2, unit="单位01")))
    assert [str(fault) for fault in plan.faults] == [
        "C2: Several units are called “单位01”. Write the code of the unit instead."
    ]


def test_everybody_is_added_with_a_password_that_opens_the_door(db, admin):
    secrets = importing.one_times(2)
    added = importing.import_people(
        db, people(row(2), row(3, roles=("trainer", "cadre"))), secrets, by=admin, now=NOW
    )
    assert [one.username for one in added] == ["u2", "u3"]
    person = sign_in(db, "u3", added[1].password, address="a", device="", now=NOW).person
    assert person.roles == {Role.TRAINER, Role.CADRE}
    assert person.must_change_password
    assert db.scalar(select(func.count()).select_from(LedgerEntry)) == 2


@pytest.mark.parametrize(
    "wrong", [{"unit": "99"}, {"username": "boss"}, {"roles": ("admin", "auditor")}]
)
def test_one_fault_and_nobody_is_added(db, admin, wrong):
    with pytest.raises(Invalid):
        importing.import_people(db, people(row(2), row(3, **wrong)), given(2), by=admin, now=NOW)
    assert db.scalars(select(User.username)).all() == ["boss"]


def test_a_name_taken_between_check_and_import_takes_everybody_back(db, admin, monkeypatch):
    listed = people(row(2), row(3))
    unaware = importing.plan(db, listed)
    make_user(db, "u3")
    monkeypatch.setattr(importing, "plan", lambda *_: unaware)
    with pytest.raises(Invalid) as refusal:
        importing.import_people(db, listed, given(2), by=admin, now=NOW)
    assert refusal.value.faults[0].place == "A3"
    assert sorted(db.scalars(select(User.username))) == ["boss", "u3"]
    assert db.scalars(select(LedgerEntry)).all() == []


def test_passwords_are_all_different():
    assert len({one.password for one in importing.one_times(5)}) == 5
