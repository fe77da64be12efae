"""Certificates: who gets one, once, and who may take it back."""

from datetime import UTC, date, datetime

import pytest

from examapp.core import certificates
from examapp.core.certificates import AlreadyRevoked
from examapp.core.people import Role
from examapp.core.refusals import Invalid, NotFound
from examapp.core.spec import Counts
from examapp.services.certificates import issuing
from examapp.services.certificates.issuing import issue_due, revoke
from examapp.services.ledger import entries
from examapp.store.certificates import Certificate
from tests.bureau import NOW, make_person, make_spec, make_unit
from tests.sat import make_bare_exam, make_sat, make_score


@pytest.fixture
def trainer(db):
    return make_person(db, "trainer", Role.TRAINER)


def certificates_of(db):
    return db.query(Certificate).order_by(Certificate.id).all()


def test_everybody_whose_counting_try_passed_gets_one(db, trainer):
    exam = make_bare_exam(db, trainer)
    passed, failed = make_person(db, "passed"), make_person(db, "failed")
    make_sat(db, exam, passed)
    make_sat(db, exam, failed, points=1, passed=False)
    other = make_bare_exam(db, trainer)
    make_sat(db, other, failed)
    assert issue_due(db, exam, now=NOW) == 1
    (made,) = certificates_of(db)
    assert (made.user_id, made.exam_id) == (passed.id, exam.id)
    assert (made.valid_from, made.valid_until) == (date(2026, 6, 1), date(2029, 5, 31))
    assert certificates.normal(made.serial) == made.serial


def test_validity_begins_on_the_bureaus_calendar_day(db, trainer):
    exam = make_bare_exam(db, trainer)
    make_sat(db, exam, make_person(db))
    issue_due(db, exam, now=datetime(2025, 12, 31, 17, tzinfo=UTC))  # 1 January in Shanghai
    (made,) = certificates_of(db)
    assert made.valid_from == date(2026, 1, 1)
    assert made.serial.startswith("2026-")


@pytest.mark.parametrize(
    ("counts", "issued"), [(Counts.BEST, 1), (Counts.LAST, 0), (Counts.FIRST, 1)]
)
def test_the_try_that_counts_decides(db, trainer, counts, issued):
    exam = make_bare_exam(db, trainer, spec=make_spec(tries=2, counts=counts))
    person = make_person(db)
    make_sat(db, exam, person, points=9)
    make_sat(db, exam, person, points=1, passed=False, try_no=2)
    assert issue_due(db, exam, now=NOW) == issued


def test_the_score_in_force_decides(db, trainer):
    exam = make_bare_exam(db, trainer)
    lowered, raised = make_person(db, "lowered"), make_person(db, "raised")
    make_score(db, make_sat(db, exam, lowered), points=1, passed=False, number=2)
    make_score(db, make_sat(db, exam, raised, points=1, passed=False), points=9, number=2)
    issue_due(db, exam, now=NOW)
    assert [made.user_id for made in certificates_of(db)] == [raised.id]


@pytest.mark.parametrize("fields", [{"released_at": None}, {"certificate_years": 0}])
def test_an_exam_that_is_not_released_or_gives_none_issues_nothing(db, trainer, fields):
    exam = make_bare_exam(db, trainer, **fields)
    make_sat(db, exam, make_person(db))
    assert issue_due(db, exam, now=NOW) == 0


def test_a_second_time_nothing_new_is_issued(db, trainer):
    exam = make_bare_exam(db, trainer)
    make_sat(db, exam, make_person(db, "one"))
    issue_due(db, exam, now=NOW)
    make_sat(db, exam, make_person(db, "two"))
    assert issue_due(db, exam, now=NOW) == 1
    assert len(certificates_of(db)) == 2
    issued = [entry for entry in entries(db) if entry.event == "certificate.issued"]
    assert [entry.subject for entry in issued] == [made.serial for made in certificates_of(db)]


def test_a_serial_that_is_taken_is_drawn_again(db, trainer, monkeypatch):
    exam = make_bare_exam(db, trainer)
    make_sat(db, exam, make_person(db, "one"))
    make_sat(db, exam, make_person(db, "two"))
    numbers = iter([7, 7, 8])
    monkeypatch.setattr(issuing.secrets, "randbelow", lambda _space: next(numbers))
    assert issue_due(db, exam, now=NOW) == 2


@pytest.fixture
def issued(db, trainer):
    """A certificate of somebody in unit a."""
    exam = make_bare_exam(db, trainer)
    top = make_unit(db)
    make_sat(db, exam, make_person(db, "holder", unit=make_unit(db, "a", top)))
    issue_due(db, exam, now=NOW)
    return certificates_of(db)[0]


@pytest.mark.parametrize(
    ("role", "place"),
    [(Role.PERSONNEL, "a"), (Role.PERSONNEL, "top"), (Role.ADMIN, "b"), (Role.ADMIN, "top")],
)
def test_officers_above_and_administrators_anywhere_revoke(db, issued, role, place):
    officer = make_person(db, "officer", role, unit=make_unit(db, place, make_unit(db)))
    revoke(db, officer, issued.serial, because="考试违纪", now=NOW)
    db.expire(issued)
    assert (issued.revoked_at, issued.revoked_because) == (NOW, "考试违纪")
    entry = list(entries(db))[-1]
    assert (entry.event, entry.subject) == ("certificate.revoked", issued.serial)
    assert (entry.actor, entry.facts) == (officer.public_id, {"because": "考试违纪"})


@pytest.mark.parametrize(
    ("role", "place"), [(Role.PERSONNEL, "b"), (Role.CADRE, "a"), (Role.TRAINER, "top")]
)
def test_for_everybody_else_there_is_no_such_certificate(db, issued, role, place):
    officer = make_person(db, "officer", role, unit=make_unit(db, place, make_unit(db)))
    with pytest.raises(NotFound):
        revoke(db, officer, issued.serial, because="考试违纪", now=NOW)
    assert issued.revoked_at is None


def test_a_certificate_is_revoked_once(db, issued):
    first = make_person(db, "first", Role.ADMIN)
    second = make_person(db, "second", Role.ADMIN)
    revoke(db, first, issued.serial, because="one reason", now=NOW)
    with pytest.raises(AlreadyRevoked):
        revoke(db, second, issued.serial, because="another reason", now=NOW)
    db.expire(issued)
    assert issued.revoked_because == "one reason"
    assert [e.event for e in entries(db)].count("certificate.revoked") == 1


@pytest.mark.parametrize("because", ["", "   ", "x" * 301])
def test_a_reason_is_needed(db, issued, because):
    with pytest.raises(Invalid):
        revoke(db, make_person(db, "a", Role.ADMIN), issued.serial, because=because, now=NOW)
