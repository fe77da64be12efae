"""What is held, moved and withdrawn, on the pages of the bank, of study, exams and the lottery."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from examapp.clock import now
from examapp.core.people import Role
from examapp.services.people.persons import by_id
from examapp.store.bank import Item
from tests.bureau import make_exam, make_item, make_shelf, make_user
from tests.law_changes import FIRST, SECOND, give_text, make_law
from tests.services.study_builders import guide_facts, load, section_facts
from tests.services.test_laws_held import NEW, OLD
from tests.services.test_pool_withdrawals import make_ports_bank

LANGUAGES = ("en", "zh_Hans_CN")


@pytest.fixture(scope="module")
def bureau(app):
    """A trainer, a cadre, and two exams to come: what is left fills one, and not the other."""
    with Session(app.extensions["engine"], expire_on_commit=False) as db:
        make_shelf(db)
        law = make_law(db)
        give_text(db, law, FIRST, OLD)
        make_ports_bank(db)
        make_item(db, "both-move", cites="harbour:10")
        text = {"zh": "见[[harbour:4]]", "en": "See [[harbour:4]]"}
        load(db, guide_facts("g", section_facts("held", cites="harbour:3"),
                             section_facts("moved", cites="harbour:4", body=text)))  # fmt: skip
        trainer = make_user(db, "trainer", Role.TRAINER)
        cadre = make_user(db, "cadre")
        person = by_id(db, trainer.id)
        hours = [now() + timedelta(hours=n) for n in (1, 9)]
        well = make_exam(db, person, opens_at=hours[0], closes_at=hours[1])
        stays = update(Item).where(Item.code.like("stays-%") | (Item.code == "both-move"))
        db.execute(stays.values(retired_at=now()))
        short = make_exam(db, person, opens_at=hours[0], closes_at=hours[1])
        db.execute(stays.values(retired_at=None))
        give_text(db, law, SECOND, NEW, now=now())
        db.commit()
    return trainer, cadre, well.public_id, short.public_id


@pytest.fixture
def trainer(bureau, as_user):
    return lambda language="en": as_user(bureau[0], language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_bank_lists_what_is_held(trainer, language):
    page = trainer(language).get("/bank?state=held").text
    assert [f"goes-{n}" in page for n in range(3)] == [True] * 3
    assert "stays-0" not in page
    assert "/held/questions/goes-0" in trainer(language).get("/bank/items/goes-0").text


def test_an_items_page_says_where_its_citation_stands_and_stood(trainer):
    page = trainer().get("/bank/items/stays-0").text
    assert "Law harbour, Article 5" in page
    assert "its author cited Law harbour, Article 4" in page


def test_the_editor_begins_with_todays_citations_and_with_the_change(trainer):
    assert ">\r\nharbour:5<" in trainer().get("/bank/items/stays-0/revise").text
    page = trainer().get("/bank/items/goes-2/revise?held=1").text
    assert ">\r\nharbour:6\nharbour:7<" in page
    assert "Law harbour changed" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_held_section_says_what_changed_and_has_no_check(bureau, as_user, language):
    cadre = as_user(bureau[1], language)
    page = cadre.get("/study/guides/g/held").text
    assert ("/laws/harbour/compare" in page, "/check" in page) == (True, False)
    drawn = cadre.post("/study/guides/g/held/check", follow_redirects=True).text
    assert language != "en" or "Its check comes back" in drawn


def test_references_of_a_section_follow_the_law(bureau, as_user):
    page = as_user(bureau[1]).get("/study/guides/g/moved").text
    assert "Article 5" in page
    assert "Article 4" not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_everybody_sees_what_left_the_pool(app, bureau, language):
    client = app.test_client()
    with client.session_transaction() as session:
        session["language"] = language
    for exam in bureau[2:]:
        page = client.get(f"/lottery/{exam}")
        assert (page.status_code, "2026" in page.text) == (200, True)
        assert language != "en" or "questions left the pool" in page.text


def test_who_set_the_exam_is_told_what_to_do(bureau, trainer):
    _trainer, _cadre, well, short = bureau
    assert "there is nothing to do" in trainer().get(f"/set-exams/{well}").text
    assert "Cancel it and set it anew" in trainer().get(f"/set-exams/{short}").text
    for page in ("/", "/set-exams"):
        told = trainer().get(page).text
        assert (f"/set-exams/{short}" in told, "a law changed" in told) == (True, True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_trainers_desk_counts_what_is_held(trainer, language):
    assert "/held" in trainer(language).get("/").text
