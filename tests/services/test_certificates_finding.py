"""Certificates found: one's own, the public's, and the officers' register."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import pytest

from examapp.core.certificates import Standing
from examapp.core.people import Role
from examapp.core.refusals import NotFound
from examapp.services.certificates import finding, register
from examapp.services.certificates.issuing import issue_due, revoke
from tests.bureau import NOW, make_person, make_unit, make_user
from tests.sat import make_bare_exam, make_sat

YEARS_LATER = NOW + timedelta(days=5 * 365)


@pytest.fixture
def trainer(db):
    return make_person(db, "trainer", Role.TRAINER)


def certify(db, trainer, person, *, now=NOW, **fields):
    exam = make_bare_exam(db, trainer, **fields)
    sitting = make_sat(db, exam, person)
    issue_due(db, exam, now=now)
    return next(h for h in finding.mine(db, person, now=now) if h.sitting == sitting.public_id)


def test_mine_are_only_mine_the_newest_first(db, trainer):
    me, other = make_person(db, "me"), make_person(db, "other")
    certify(db, trainer, other)
    old = certify(db, trainer, me, now=NOW - timedelta(days=400))
    new = certify(db, trainer, me)
    assert [held.serial for held in finding.mine(db, me, now=NOW)] == [new.serial, old.serial]


def test_standing_goes_by_the_bureaus_calendar_day(db, trainer):
    me = make_person(db)
    certify(db, trainer, me, certificate_years=1)  # until 31 May 2027
    still = datetime(2027, 5, 31, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai
    after = datetime(2027, 5, 31, 16, 0, tzinfo=UTC)  # 1 June there
    assert finding.mine(db, me, now=still)[0].standing is Standing.VALID
    assert finding.mine(db, me, now=after)[0].standing is Standing.EXPIRED


def test_the_paper_names_holder_unit_and_the_top_unit(db, trainer):
    top = make_unit(db)
    me = make_person(db, "me", unit=make_unit(db, "b", make_unit(db, "a", top)))
    held = certify(db, trainer, me)
    paper = finding.paper(db, me, held.serial.lower(), now=NOW)
    assert (paper.name, paper.unit["en"], paper.bureau["en"]) == (me.name, "Unit b", "Unit top")


def test_the_paper_of_somebody_else_is_not_found(db, trainer):
    held = certify(db, trainer, make_person(db, "other"))
    with pytest.raises(NotFound):
        finding.paper(db, make_person(db, "me"), held.serial, now=NOW)


def test_the_public_learns_standing_dates_and_exam_and_nothing_else(db, trainer):
    me = make_person(db)
    held = certify(db, trainer, me)
    revoke(db, make_person(db, "admin", Role.ADMIN), held.serial, because="个人原因", now=NOW)
    shown = finding.public(db, held.serial, now=NOW)
    assert shown.standing is Standing.REVOKED
    assert set(asdict(shown)) == {
        "serial",
        "title",
        "standing",
        "valid_from",
        "valid_until",
        "revoked_on",
    }
    for secret in (me.name, me.username, me.public_id, "单位", held.sitting, "个人原因"):
        assert secret not in repr(shown)


@pytest.mark.parametrize("serial", ["", "2026-00000-00000-0", "2026-00000-00000-1", "nonsense"])
def test_an_unknown_serial_is_not_found(db, trainer, serial):
    certify(db, trainer, make_person(db))
    with pytest.raises(NotFound):
        finding.public(db, serial, now=NOW)


@pytest.fixture
def house(db, trainer):
    """Two units under the top; in a: one valid, one expired, one without, and noise."""
    top = make_unit(db)
    a, b = make_unit(db, "a", top), make_unit(db, "b", top)
    people = {name: make_person(db, name, unit=a) for name in ("1valid", "2expired", "3without")}
    people["elsewhere"] = make_person(db, "elsewhere", unit=b)
    make_person(db, "trainer2", Role.TRAINER, unit=a)
    make_user(db, "gone", unit=a, disabled_at=NOW)
    certify(db, trainer, people["2expired"], now=NOW - timedelta(days=800), certificate_years=1)
    certify(db, trainer, people["1valid"])
    revoked = certify(db, trainer, people["1valid"])
    officer = make_person(db, "officer", Role.PERSONNEL, unit=a)
    revoke(db, officer, revoked.serial, because="doubled", now=NOW)
    return officer


def names(rows):
    return [row.cadre.name for row in rows]


def test_the_register_lists_the_cadres_of_the_subtree_by_name(db, house):
    rows = register.rows(db, register.reach(house), now=NOW)
    assert names(rows) == ["姓名1valid", "姓名2expired", "姓名3without"]
    assert [h.standing for h in rows[0].held] == [Standing.VALID, Standing.REVOKED]


@pytest.mark.parametrize(
    ("only", "found"),
    [("none", ["姓名2expired", "姓名3without"]), ("valid", ["姓名1valid"])],
)
def test_the_register_tells_who_has_no_valid_certificate(db, house, only, found):
    assert names(register.rows(db, register.reach(house), only=only, now=NOW)) == found


def test_administrators_see_every_unit_in_the_order_of_the_tree(db, house):
    admin = make_person(db, "admin", Role.ADMIN)
    rows = register.rows(db, register.reach(admin), now=NOW)
    assert names(rows) == ["姓名1valid", "姓名2expired", "姓名3without", "姓名elsewhere"]


@pytest.mark.parametrize(("named", "found"), [("3WITH", ["姓名3without"]), ("%", []), ("_", [])])
def test_a_name_is_looked_for_literally(db, house, named, found):
    assert names(register.rows(db, register.reach(house), named=named, now=NOW)) == found


def test_a_serial_is_found_only_in_ones_charge(db, house, trainer):
    mine = register.rows(db, register.reach(house), now=NOW)[0].held[0].serial
    assert register.with_serial(db, house, f" {mine.lower()}") == mine
    other = make_person(db, "officer-b", Role.PERSONNEL, unit=make_unit(db, "b"))
    assert register.with_serial(db, other, mine) is None
    assert register.with_serial(db, house, "姓名1valid") is None
