"""Excuses: asked once, decided by somebody else, signed where they exempt, sealed on the record."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select, update

from examapp.core.excuses import (
    AlreadyAsked,
    ExcuseSettled,
    ExcuseStanding,
    NothingToExcuse,
    NotOnOneself,
)
from examapp.core.people import Role
from examapp.core.progress import Progress
from examapp.core.refusals import Invalid, NotFound
from examapp.core.throttle import TooManyTries
from examapp.services.assessments import facts
from examapp.services.exams import candidates, entering, excuse_pages, excuses, setting, turnout
from examapp.services.people.persons import by_id
from examapp.services.people.signing_in import WrongPassword, set_password
from examapp.services.reports import overview, rows
from examapp.services.verification.excuses import check_excuses
from examapp.store.exam_days import Excuse
from examapp.store.ledger import LedgerEntry
from examapp.store.people import SignInTry
from tests.bureau import HOUR, MINUTE, NOW, make_person, make_unit, make_user
from tests.sat import make_bare_exam, make_sat

PASSWORD = "a long-winded word"
ASKED = {"kind": "exemption", "ground": "illness", "reason": "住院手术"}


@pytest.fixture
def trainer(db):
    return make_person(db, "trainer", Role.TRAINER)


@pytest.fixture
def exam(db, trainer):
    return make_bare_exam(db, trainer, released_at=None)


@pytest.fixture
def office(db):
    return make_unit(db, "office", make_unit(db))


@pytest.fixture
def cadre(db, office):
    return make_person(db, "cadre", unit=office)


@pytest.fixture
def officer(db, office):
    user = make_user(db, "officer", Role.PERSONNEL, Role.CADRE, unit=office)
    set_password(user, PASSWORD)
    db.flush()
    return by_id(db, user.id)


def ask(db, person, exam, **fields):
    return excuses.file(db, person, exam.public_id, **{**ASKED, **fields}, now=NOW)


def decide(db, officer, excuse, *, approve=True, note="同意", password=PASSWORD, now=NOW):
    return excuses.decide(
        db, officer, excuse.public_id, approve=approve, note=note, password=password, now=now
    )


def standing(excuse) -> ExcuseStanding:
    return excuse_pages.standing_of(excuse)


@pytest.mark.parametrize(
    ("fields", "place"),
    [({"kind": "holiday"}, "kind"), ({"ground": "mood"}, "ground"), ({"reason": " 病 "}, "reason"),
     ({"reason": "长" * 501}, "reason")],
)  # fmt: skip
def test_what_is_asked_must_be_said(db, exam, cadre, fields, place):
    with pytest.raises(Invalid) as refusal:
        ask(db, cadre, exam, **fields)
    assert [fault.place for fault in refusal.value.faults] == [place]


def test_one_excuse_at_a_time_and_none_beside_an_approved_one(db, exam, cadre, officer):
    first = ask(db, cadre, exam)
    with pytest.raises(AlreadyAsked):
        ask(db, cadre, exam, kind="make_up")
    excuses.withdraw(db, cadre, first.public_id, now=NOW)
    second = ask(db, cadre, exam)
    decide(db, officer, second, approve=False, note="材料不全")
    third = ask(db, cadre, exam, kind="make_up")
    decide(db, officer, third)
    with pytest.raises(AlreadyAsked):
        ask(db, cadre, exam)
    kinds = [(excuse.kind, standing(excuse)) for excuse in excuse_pages.of(db, cadre, exam)]
    assert kinds == [
        ("make_up", ExcuseStanding.APPROVED),
        ("exemption", ExcuseStanding.REFUSED),
        ("exemption", ExcuseStanding.WITHDRAWN),
    ]


def test_nothing_is_asked_for_an_exam_that_is_not_ones_own_or_no_more(db, trainer, exam, cadre):
    far = make_bare_exam(
        db, trainer, released_at=None, unit_ids=(make_unit(db, "far", make_unit(db)).id,)
    )
    with pytest.raises(NotFound):
        ask(db, cadre, far)
    make_sat(db, exam, cadre)
    with pytest.raises(NothingToExcuse):
        ask(db, cadre, exam)
    assert ask(db, cadre, exam, kind="make_up")
    released = make_bare_exam(db, trainer)
    with pytest.raises(NothingToExcuse):
        ask(db, cadre, released)
    called_off = make_bare_exam(db, trainer, released_at=None)
    setting.cancel(db, called_off, because="x", by=trainer, now=NOW)
    with pytest.raises(NothingToExcuse):
        ask(db, cadre, called_off, kind="make_up")


def test_an_officer_asks_for_somebody_of_their_own_units_only(db, exam, cadre, officer):
    make_person(db, "stranger")
    said = {**ASKED, "now": NOW}
    made = excuses.file_for(db, officer, exam.public_id, " CADRE ", **said)
    assert (made.user_id, made.filed_by) == (cadre.id, officer.id)
    for name in ("stranger", "nobody", "trainer"):
        with pytest.raises(Invalid) as refusal:
            excuses.file_for(db, officer, exam.public_id, name, **said)
        assert [fault.place for fault in refusal.value.faults] == ["username"]
    with pytest.raises(NotFound):
        excuses.file_for(db, officer, "nothing", "cadre", **said)
    assert [page.filed_by for page in excuse_pages.waiting(db, officer)] == [officer.name]
    excuses.withdraw(db, cadre, made.public_id, now=NOW)


def test_officers_see_and_decide_in_their_subtree_and_administrators_everywhere(
    db, exam, cadre, officer
):
    stranger = make_person(db, "stranger")
    mine, theirs = ask(db, cadre, exam), ask(db, stranger, exam)
    other = make_person(db, "other", Role.PERSONNEL, unit=make_unit(db, "far", make_unit(db)))
    admin, plain = make_person(db, "admin", Role.ADMIN), make_person(db, "plain", Role.TRAINER)
    seen = [
        [page.excuse for page in excuse_pages.waiting(db, who)]
        for who in (officer, other, admin, plain)
    ]
    assert [set(found) for found in seen] == [{mine}, set(), {mine, theirs}, set()]
    assert [excuse_pages.waiting_count(db, who) for who in (officer, admin)] == [1, 2]
    for who, excuse in ((officer, theirs), (other, mine), (plain, mine), (cadre, theirs)):
        with pytest.raises(NotFound):
            decide(db, who, excuse)
        with pytest.raises(NotFound):
            excuse_pages.one(db, who, excuse.public_id)
    with pytest.raises(NotFound):
        excuses.withdraw(db, stranger, mine.public_id, now=NOW)


def test_nobody_decides_on_an_excuse_of_their_own(db, exam, officer):
    own = ask(db, officer, exam)
    assert excuse_pages.waiting_count(db, officer) == 0
    assert excuse_pages.waiting(db, officer)[0].own
    with pytest.raises(NotOnOneself):
        decide(db, officer, own)


def test_an_excuse_is_decided_once_and_with_a_note(db, exam, cadre, officer):
    excuse = ask(db, cadre, exam)
    with pytest.raises(Invalid):
        decide(db, officer, excuse, note=" ")
    decide(db, officer, excuse, approve=False, note="材料不全")
    with pytest.raises(ExcuseSettled):
        decide(db, officer, excuse)
    with pytest.raises(ExcuseSettled):
        excuses.withdraw(db, cadre, excuse.public_id, now=NOW)
    gone = ask(db, cadre, exam)
    excuses.withdraw(db, cadre, gone.public_id, now=NOW)
    with pytest.raises(ExcuseSettled):
        decide(db, officer, gone)


def test_an_exemption_is_signed_with_the_officers_own_password(db, exam, cadre, officer):
    excuse = ask(db, cadre, exam)
    with pytest.raises(WrongPassword):
        decide(db, officer, excuse, password="something else")
    assert [t.right for t in db.scalars(select(SignInTry))] == [False]
    decide(db, officer, excuse)
    assert entering.is_exempted(db, exam.id, cadre.id)
    paper = excuse_pages.paper(db, cadre, excuse.public_id)
    entry = db.scalars(select(LedgerEntry).filter_by(event="excuse.decided")).one()
    assert (paper.number, paper.digest, paper.signed) == (entry.number, entry.digest, True)
    assert paper.page.decided_by == officer.name
    with pytest.raises(NotFound):
        excuse_pages.paper(db, make_person(db, "other"), excuse.public_id)


def test_guessing_the_signature_is_slowed_down(db, exam, cadre, officer):
    excuse = ask(db, cadre, exam)
    for number in range(20):
        try:
            decide(db, officer, excuse, password=f"guess {number}")
        except WrongPassword:
            continue
        except TooManyTries:
            break
    else:
        pytest.fail("nobody stopped it")
    with pytest.raises(TooManyTries):
        decide(db, officer, excuse)


def test_a_refusal_or_a_make_up_needs_no_signature(db, exam, cadre, officer):
    decide(db, officer, ask(db, cadre, exam), approve=False, note="材料不全", password="")
    decide(db, officer, ask(db, cadre, exam, kind="make_up"), password="")


def test_whoever_began_meanwhile_is_not_let_off(db, exam, cadre, officer):
    excuse = ask(db, cadre, exam)
    make_sat(db, exam, cadre)
    with pytest.raises(NothingToExcuse):
        decide(db, officer, excuse)


def test_an_exempted_person_cannot_start_and_may_give_the_exemption_back(db, exam, cadre, officer):
    excuse = decide(db, officer, ask(db, cadre, exam))
    before = candidates.standing(db, cadre, exam, now=NOW)
    assert (before.refusal.code, before.may_start, before.exempted) == ("exempted", False, True)
    with pytest.raises(ExcuseSettled):
        excuses.withdraw(db, cadre, excuse.public_id, now=NOW + 6 * HOUR)
    excuses.withdraw(db, cadre, excuse.public_id, now=NOW)
    assert candidates.standing(db, cadre, exam, now=NOW).may_start
    assert not list(check_excuses(db))


def test_who_is_exempted_is_not_counted_as_missing(db, exam, cadre, officer):
    before = turnout.turnout(db, exam, now=NOW)
    decide(db, officer, ask(db, cadre, exam))
    after = turnout.turnout(db, exam, now=NOW)
    assert (after.people, after.not_yet, after.exempted) == (before.people, before.not_yet - 1, 1)
    (tally,) = overview.missing(db, officer, now=NOW)
    assert (tally.people, tally.not_yet, tally.exempted) == (2, 1, 1)
    report = rows.report(db, officer, exam, now=NOW)
    assert {row.name: row.progress for row in report.rows} == {
        cadre.name: Progress.EXEMPTED,
        officer.name: Progress.NOT_YET,
    }
    make_sat(db, exam, cadre)
    assert turnout.turnout(db, exam, now=NOW).exempted == 0


def test_an_exemption_stands_on_the_yearly_sheet_in_the_place_of_the_exam(db, exam, cadre, officer):
    excuse = ask(db, cadre, exam)
    assert not facts.of_year(db, [cadre.id], 2026)[cadre.id]
    decide(db, officer, excuse)
    (fact,) = facts.of_year(db, [cadre.id, officer.id], 2026)[cadre.id]
    assert (fact.amount, fact.reference) == (1, f"exempted:{excuse.public_id}")
    assert not facts.of_year(db, [officer.id], 2026)[officer.id]
    assert not facts.of_year(db, [cadre.id], 2027)[cadre.id]


def test_the_record_tells_neither_ground_nor_reason_nor_note(db, exam, cadre, officer):
    decide(db, officer, ask(db, cadre, exam), note="慢性病，同意")
    said = [json.dumps(entry.facts, ensure_ascii=False) for entry in db.scalars(
        select(LedgerEntry).where(LedgerEntry.event.like("excuse.%")))]  # fmt: skip
    assert len(said) == 2
    for secret in ("住院", "illness", "慢性病"):
        assert not [text for text in said if secret in text]
    again = ask(db, make_person(db, "other", unit=make_unit(db, "office")), exam)
    entries = db.scalars(select(LedgerEntry).filter_by(event="excuse.filed")).all()
    assert len({entry.facts["excuse"] for entry in entries}) == 2
    assert again.reason == "住院手术"


@pytest.mark.parametrize(
    "change",
    [
        {"approved": False}, {"kind": "make_up"}, {"reason": "别的"}, {"ground": "other"},
        {"note": "别的"}, {"withdrawn_at": NOW},
        {"approved": None, "decided_at": None, "decided_by": None},
    ],
)  # fmt: skip
def test_tampering_with_an_excuse_is_found(db, exam, cadre, officer, change):
    excuse = decide(db, officer, ask(db, cadre, exam))
    assert not list(check_excuses(db))
    db.execute(update(Excuse).where(Excuse.id == excuse.id).values(**change))
    db.expire_all()
    assert list(check_excuses(db))


def test_an_excuse_from_nowhere_or_gone_is_found(db, exam, cadre, officer):
    excuse = decide(db, officer, ask(db, cadre, exam))
    db.delete(excuse)
    db.add(
        Excuse(
            exam_id=exam.id, user_id=officer.id, kind="exemption", ground="other", reason="x",
            filed_by=officer.id, filed_at=NOW, decided_by=cadre.id, decided_at=NOW + MINUTE,
            approved=True,
        )
    )  # fmt: skip
    db.flush()
    assert len(list(check_excuses(db))) >= 2
