"""The queue in the browser: lists, cases with old and new words, two trainers, refusals."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.clock import local_date, now
from examapp.core.people import Role
from examapp.services.bank.revisions import current
from examapp.store.bank import Item, ItemRevision
from examapp.store.held import HoldDecision
from tests.bureau import make_item, make_shelf, make_user
from tests.law_changes import FIRST, SECOND, give_text, make_law
from tests.services.study_builders import guide_facts, load, section_facts
from tests.services.test_laws_held import NEW, OLD


@pytest.fixture(scope="module")
def people(app):
    """Two trainers, and a law of which the articles 3, 5 and 6 changed, with an item on each."""
    with Session(app.extensions["engine"], expire_on_commit=False) as db:
        make_shelf(db)
        law = make_law(db)
        for article in (4, 3, 5, 6):
            make_item(db, f"case-{article}", cites=f"harbour:{article}")
        load(db, guide_facts("g", section_facts("s", cites="harbour:3")))
        one, two = (make_user(db, f"trainer-{x}", Role.TRAINER) for x in "ab")
        give_text(db, law, FIRST, OLD)
        give_text(db, law, SECOND, NEW)
        db.commit()
    return one, two


@pytest.fixture
def one(people):
    return people[0]


@pytest.fixture
def two(people):
    return people[1]


def newest_proposal(store):
    found = store.scalars(select(HoldDecision.public_id).order_by(HoldDecision.id.desc())).first()
    store.rollback()
    return f"/held/proposals/{found}"


def running(store, code):
    rows = select(Item.code).join(ItemRevision)
    codes = store.scalars(rows.where(ItemRevision.id.in_(current(local_date(now())))))
    found = code in set(codes)
    store.rollback()
    return found


@pytest.mark.parametrize("language", ["en", "zh_Hans_CN"])
def test_the_list_has_what_is_held_and_nothing_else(one, as_user, language):
    page = as_user(one, language).get("/held").text
    assert [f"case-{article}" in page for article in (3, 5, 6, 4)] == [True, True, True, False]
    assert "g/s" in page


@pytest.mark.parametrize("language", ["en", "zh_Hans_CN"])
def test_the_other_lists_open_even_when_they_are_empty(one, as_user, language):
    for show in ("coming", "answers", "unknown", "nonsense"):
        assert as_user(one, language).get(f"/held?show={show}").status_code == 200


@pytest.mark.parametrize("language", ["en", "zh_Hans_CN"])
def test_a_case_shows_old_and_new_words_and_where_the_citation_goes(one, as_user, language):
    page = as_user(one, language).get("/held/questions/case-3").text
    assert "<del>" in page
    assert "<ins>" in page
    assert 'value="harbour:3"' in page
    both = as_user(one, language).get("/held/questions/case-6").text
    assert 'value="harbour:6 harbour:7"' in both


def test_two_trainers_release_a_question(one, two, as_user, store):
    address = "/held/questions/case-3"
    field, reason = "harbour:3", "period does not matter here"
    sent = as_user(one).post(address, data={"goes-1": field, "reason": reason})
    assert sent.status_code == 302
    proposal = newest_proposal(store)
    own = as_user(one).post(proposal, data={"do": "confirm"})
    assert own.status_code == 403
    assert reason in as_user(two).get(address).text
    assert "case-3" in as_user(two).get("/held?show=answers").text
    done = as_user(two).post(proposal, data={"do": "confirm"})
    assert done.status_code == 302
    assert running(store, "case-3")
    again = as_user(two).post(proposal, data={"do": "confirm"})
    assert again.status_code == 409
    assert "confirmed" in as_user(one).get(address).text


def test_faults_stand_beside_their_fields(one, two, as_user, store):
    address = "/held/questions/case-5"
    refused = as_user(one).post(address, data={"goes-1": "", "reason": ""})
    assert refused.status_code == 422
    assert 'id="goes-1-error"' in refused.text
    assert 'id="reason-error"' in refused.text
    as_user(one).post(address, data={"goes-1": "harbour:4", "reason": "x"})
    proposal = newest_proposal(store)
    no = as_user(two).post(proposal, data={"do": "refuse"})
    assert (no.status_code, 'id="answer-error"' in no.text) == (422, True)
    words = {"do": "refuse", "answer": "another article decides this"}
    assert as_user(two).post(proposal, data=words).status_code == 302
    assert words["answer"] in as_user(one).get(address).text


def test_a_section_has_its_case_as_well(one, as_user):
    page = as_user(one).get("/held/sections/g/s")
    assert (page.status_code, "change the file of the guide" in page.text) == (200, True)


def test_what_is_not_held_says_so(one, as_user):
    assert "This is not held" in as_user(one).get("/held/questions/case-4").text


def test_nobody_else_sees_the_queue(people, as_user, store):
    for role in (Role.CADRE, Role.PERSONNEL, Role.AUDITOR, Role.ADMIN):
        user = make_user(store, f"some-{role}", role)
        store.commit()
        assert as_user(user).get("/held").status_code == 403
        assert as_user(user).get("/held/questions/case-3").status_code == 403


def test_what_does_not_exist_is_not_found(one, as_user):
    for path in ("questions/nothing", "sections/no/such"):
        assert as_user(one).get(f"/held/{path}").status_code == 404
    assert as_user(one).post("/held/proposals/nothing").status_code == 404
