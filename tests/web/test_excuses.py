"""The room of excuses: asked for in the lobby, decided and signed, told to nobody else."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from examapp import clock
from examapp.core.people import Role
from examapp.services.exams import excuses
from examapp.services.people.persons import by_id
from examapp.services.people.signing_in import set_password
from examapp.store.exam_days import Excuse
from examapp.store.ledger import LedgerEntry
from tests.bureau import HOUR, make_unit, make_user
from tests.sat import make_bare_exam

NUMBERS = iter(range(100_000))
PASSWORD = "a long-winded word"
ASKED = {"kind": "exemption", "ground": "illness", "reason": "住院<手术>"}


@pytest.fixture
def house(store):
    """An office of its own with a cadre, an officer, and an exam that is open."""
    now = clock.now()
    number = next(NUMBERS)
    office = make_unit(store, f"office-{number}", make_unit(store))

    def make(name, *roles, unit=office):
        return make_user(store, f"{name}-{number}", *roles, unit=unit)

    class House:
        cadre = make("cadre")
        officer = make("officer", Role.PERSONNEL, Role.CADRE)
        stranger = make("stranger", Role.PERSONNEL, unit=make_unit(store, f"far-{number}"))
        admin = make("admin", Role.ADMIN)
        auditor = make("auditor", Role.AUDITOR)
        exam = make_bare_exam(
            store, by_id(store, make("trainer", Role.TRAINER).id), released_at=None,
            opens_at=now - HOUR, closes_at=now + HOUR, unit_ids=(office.id,),
        )  # fmt: skip

    House.exam.pool_digest = f"p{number}"
    set_password(House.officer, PASSWORD)
    store.commit()
    return House


def asked(store, house, person=None, **fields) -> Excuse:
    made = excuses.file(
        store, by_id(store, (person or house.cadre).id), house.exam.public_id,
        **{**ASKED, **fields}, now=clock.now(),
    )  # fmt: skip
    store.commit()
    return made


def test_a_cadre_asks_in_the_lobby_and_may_take_it_back(store, house, as_user):
    client, lobby = as_user(house.cadre), f"/exams/{house.exam.public_id}"
    assert f"{lobby}/excuse" in client.get(lobby).text
    wrong = client.post(f"{lobby}/excuse", data={**ASKED, "reason": " ", "ground": "mood"})
    assert wrong.status_code == 422
    assert {"reason", "ground"} <= set(re.findall(r'id="([\w-]+)-error"', wrong.text))
    assert client.post(f"{lobby}/excuse", data=ASKED).status_code == 302
    page = client.get(lobby).text
    assert "Waits for a decision" in page
    assert "Start the exam" in page
    assert f"{lobby}/excuse" not in page
    again = client.post(f"{lobby}/excuse", data=ASKED, follow_redirects=True)
    assert "There is an excuse for this exam already" in again.text
    (mine,) = store.scalars(select(Excuse).where(Excuse.user_id == house.cadre.id))
    store.commit()
    assert client.post(f"/excuses/{mine.public_id}/withdraw").status_code == 302
    assert "Withdrawn" in client.get(lobby).text
    assert client.post(f"/excuses/{mine.public_id}/withdraw").status_code == 409


def test_an_officer_signs_an_exemption_and_prints_the_decision(store, house, as_user):
    excuse, officer = asked(store, house), as_user(house.officer)
    address = f"/excuses/{excuse.public_id}"
    assert "住院&lt;手术&gt;" in officer.get(address).text
    assert ">1<" in re.sub(r"\s", "", officer.get("/").text.split("Excuses that wait")[1][:200])
    unsigned = officer.post(address, data={"note": "同意", "decision": "approve"})
    assert unsigned.status_code == 422
    assert 'id="password-error"' in unsigned.text
    assert officer.post(address, data={"decision": "approve"}).status_code == 422
    signed = officer.post(
        address, data={"note": "同意", "decision": "approve", "password": PASSWORD}
    )
    assert (signed.status_code, signed.location) == (302, f"{address}/paper")
    entry = store.scalars(
        select(LedgerEntry).where(LedgerEntry.event == "excuse.decided").order_by(
            LedgerEntry.number.desc())
    ).first()  # fmt: skip
    store.commit()
    for reader in (house.cadre, house.officer, house.admin):
        paper = as_user(reader).get(f"{address}/paper").text
        assert entry.digest in paper
        assert f"Entry No. {entry.number} " in paper
        assert house.officer.name in paper
        assert "Serious illness" in paper
    lobby = as_user(house.cadre).get(f"/exams/{house.exam.public_id}").text
    assert "You have been exempted" in lobby
    assert "Start the exam" not in lobby
    assert "Exempted" in as_user(house.cadre).get("/exams").text
    assert officer.post(address, data={"note": "x y", "decision": "refuse"}).status_code == 422
    report = officer.get(f"/reports/exams/{house.exam.public_id}").text
    assert "Exempted" in report
    assert "1 exempted" in officer.get("/reports").text


def test_a_wrong_signature_is_remembered_though_the_page_refuses(store, house, as_user):
    excuse, officer = asked(store, house), as_user(house.officer)
    said = {"note": "同意", "decision": "approve", "password": "a wrong word"}
    answers = [officer.post(f"/excuses/{excuse.public_id}", data=said) for _ in range(12)]
    assert {answer.status_code for answer in answers} == {422}
    assert "This is not your password" in answers[0].text
    assert "This is not your password" not in answers[-1].text
    store.refresh(excuse)
    assert excuse.approved is None


def test_nobody_else_sees_or_decides_it(store, house, as_user):
    excuse = asked(store, house)
    address = f"/excuses/{excuse.public_id}"
    for path in (address, f"{address}/paper"):
        assert as_user(house.stranger).get(path).status_code == 404
    assert as_user(house.cadre).get(address).status_code == 403
    assert as_user(house.auditor).get(f"{address}/paper").status_code == 403
    assert as_user(house.stranger).post(f"{address}/withdraw").status_code == 403
    assert as_user(house.officer).post(f"{address}/withdraw").status_code == 404
    assert house.cadre.name not in as_user(house.stranger).get("/excuses").text
    own = asked(store, house, house.officer)
    page = as_user(house.officer).get(f"/excuses/{own.public_id}")
    assert "Another officer must decide" in page.text
    said = {"note": "同意", "decision": "approve", "password": PASSWORD}
    refused = as_user(house.officer).post(f"/excuses/{own.public_id}", data=said)
    assert refused.status_code == 403


def test_an_officer_asks_for_somebody_in_hospital(store, house, as_user):
    officer = as_user(house.officer)
    page = officer.get(f"/excuses/new?exam={house.exam.public_id}").text
    assert re.search(rf'selected[^>]*value="{house.exam.public_id}"', page)
    form = {**ASKED, "exam": house.exam.public_id, "username": house.stranger.username}
    assert 'id="username-error"' in officer.post("/excuses/new", data=form).text
    form["username"] = house.cadre.username
    assert officer.post("/excuses/new", data=form).status_code == 302
    assert "already" in officer.post("/excuses/new", data=form).text
    listed = officer.get("/excuses").text
    assert house.cadre.name in listed


def test_the_record_shows_an_excuse_without_its_salt(store, house, as_user):
    asked(store, house)
    entry = store.scalars(
        select(LedgerEntry).where(LedgerEntry.event == "excuse.filed").order_by(
            LedgerEntry.number.desc())
    ).first()  # fmt: skip
    store.commit()
    page = as_user(house.auditor).get(f"/record/{entry.number}").text
    assert entry.facts["excuse"] in page
    assert entry.facts["salt"] not in page
    assert "Be exempted from this exam" in page


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_all_pages_of_excuses_render_in_both_languages(store, house, as_user, language):
    excuse = asked(store, house)
    for user, pages in (
        (house.cadre, [f"/exams/{house.exam.public_id}/excuse"]),
        (house.officer, ["/excuses", "/excuses/new", f"/excuses/{excuse.public_id}"]),
        (house.admin, ["/excuses", "/"]),
    ):
        for page in pages:
            assert as_user(user, language).get(page).status_code == 200, page
    excuses.decide(
        store, by_id(store, house.officer.id), excuse.public_id, approve=False,
        note="材料不全", now=clock.now(),
    )  # fmt: skip
    store.commit()
    for path in (f"/excuses/{excuse.public_id}", f"/excuses/{excuse.public_id}/paper", "/excuses"):
        assert as_user(house.officer, language).get(path).status_code == 200
    assert as_user(house.cadre, language).get(f"/exams/{house.exam.public_id}").status_code == 200
