"""The register of laws over the web."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from examapp.core.people import Role
from examapp.services.laws.register import EditionFacts, LawFacts, load_laws
from examapp.services.study.loading import load_guides
from tests.bureau import NOW, make_item, make_shelf, make_user
from tests.services.study_builders import guide_facts, section_facts


@pytest.fixture(scope="module")
def register(app):
    with Session(app.extensions["engine"], expire_on_commit=False) as store:
        make_shelf(store)
        title = {"zh": "将来法", "en": "Future Law"}
        editions = (
            EditionFacts(date(2020, 1, 1), date(2020, 2, 1), 10, 0),
            EditionFacts(date(2026, 1, 1), date(2999, 1, 1), 20, 2),
        )
        load_laws(store, [LawFacts("future", "regulation", title, title, editions)], now=NOW)
        load_guides(store, [guide_facts("g1", section_facts(cites="law-x:3.1"))], now=NOW)
        make_item(store, "item", cites="law-x:2")
        store.commit()


def client_of(store, as_user, name, role=Role.CADRE, language="en"):
    user = make_user(store, name, role)
    store.commit()
    return as_user(user, language)


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
@pytest.mark.parametrize("path", ["/laws", "/laws/law-x", "/laws/future"])
def test_pages_render_in_both_languages(register, store, as_user, path, language):
    client = client_of(store, as_user, f"r{abs(hash((path, language)))}", language=language)
    assert client.get(path).status_code == 200


def test_a_law_shows_which_sections_cite_which_article(register, store, as_user):
    page = client_of(store, as_user, "reader").get("/laws/law-x").text
    assert 'id="article-3"' in page
    assert 'href="/study/guides/g1/s1"' in page
    assert "not in the library yet" in page


def test_an_auditor_sees_the_sections_without_links(register, store, as_user):
    page = client_of(store, as_user, "auditor", Role.AUDITOR).get("/laws/law-x").text
    assert "Section s1" in page
    assert "/study/" not in page


def test_an_edition_to_come_is_marked(register, store, as_user):
    page = client_of(store, as_user, "early").get("/laws/future").text
    assert page.count("Not yet in force") == 1
    assert page.count(">In force now</span>") == 1


def test_an_unknown_law_is_not_found(register, store, as_user):
    assert client_of(store, as_user, "lost").get("/laws/none").status_code == 404
