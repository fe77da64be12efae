"""Reading, searching and comparing the law over the web."""

from __future__ import annotations

import html
from datetime import date
from itertools import count

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.core.people import Role
from examapp.services.laws.register import EditionFacts
from examapp.store.laws import ArticleNote, LawHeading
from tests.bureau import make_item, make_shelf, make_user
from tests.law_changes import FIRST, SECOND, WORDS, give_text, make_law

OLD = list(WORDS.values())
RESCUE = "新设水上救援站，配备救生艇与医护人员。"
NEW = [
    OLD[0],
    "新设水上救援站，配备救生艇与医护人员。",
    OLD[1],
    OLD[2].replace("季度", "月"),
    *OLD[3:],
]
COMING = date(2999, 1, 1)
NUMBERS = count()


@pytest.fixture(scope="module", autouse=True)
def library(app):
    """A law in two editions, one of which is still to come, and one that moved to a new code."""
    with Session(app.extensions["engine"], expire_on_commit=False) as store:
        make_shelf(store)
        facts = (EditionFacts(FIRST, FIRST, 12, 1), EditionFacts(SECOND, COMING, 13, 1))
        law = make_law(store, *facts)
        make_item(store, "on-fees", cites="harbour:3")
        for adopted, words in ((FIRST, OLD), (SECOND, NEW)):
            edition = give_text(store, law, adopted, words, preamble="为了示例，制定本法。")
            store.add(LawHeading(edition_id=edition.id, position=-1, level="chapter",
                                 label="第一章", title="总则"))  # fmt: skip
        moved = make_law(store, code="lamps-law", title="示例灯塔法")
        moved.former_codes = ["law-0123456789"]
        give_text(store, moved, FIRST, [OLD[0]])
        store.commit()


@pytest.fixture
def reader(store, as_user):
    """A new person with a role, signed in."""

    def of(role=Role.CADRE, language="en"):
        user = make_user(store, f"reader-{next(NUMBERS)}", role)
        store.commit()
        return as_user(user, language)

    return of


PAGES = (
    "/laws", "/laws?whole=1", "/laws?whole=1&words=nothing", "/laws/harbour",
    "/laws/harbour?on=2026-05-01", "/laws/harbour?edition=2026-01-01",
    "/laws/harbour/articles/3", "/laws/harbour/articles/preamble",
    "/laws/harbour/articles/4?edition=2026-01-01", "/laws/harbour/compare",
    "/laws/harbour/compare?kind=unchanged", "/laws/law-x/compare", "/laws/search",
    "/laws/search?q=港", "/laws/search?q=nothing", "/laws/search?q=港&law=harbour",
)  # fmt: skip


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
@pytest.mark.parametrize("role", [Role.CADRE, Role.TRAINER, Role.AUDITOR])
def test_pages_render_for_everybody_in_both_languages(reader, role, language):
    client = reader(role, language)
    for path in PAGES:
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "<h1>" in answer.text


def test_a_law_opens_at_the_edition_in_force(reader):
    page = reader().get("/laws/harbour").text
    assert 'id="article-3"' in page
    assert 'id="preamble"' in page
    assert 'href="#h-1"' in page
    assert OLD[2] in page
    assert NEW[1] not in page


def test_the_date_picker_opens_the_edition_of_that_day(reader):
    page = reader().get("/laws/harbour?on=2999-01-01").text
    assert NEW[1] in page
    assert "This edition is not yet in force" in page
    assert "/laws/harbour/articles/2?edition=2026-01-01" in page


@pytest.mark.parametrize("day", ["2026-02-30", "yesterday", "20260101", "2026-1-1", "１"])
def test_a_day_that_is_none_is_said_beside_the_field(reader, day):
    answer = reader().get("/laws/harbour", query_string={"on": day})
    assert answer.status_code == 422
    assert "That is not a day" in answer.text
    assert OLD[2] in answer.text


def test_a_day_before_the_first_edition_is_said(reader):
    assert "was in force yet" in reader().get("/laws/harbour?on=1999-01-01").text


@pytest.mark.parametrize("edition", ["2019-01-01", "nonsense"])
def test_a_link_to_an_edition_that_is_not_here_is_not_found(reader, edition):
    assert reader().get(f"/laws/harbour?edition={edition}").status_code == 404
    assert reader().get(f"/laws/harbour/articles/3?edition={edition}").status_code == 404


def test_a_former_code_leads_to_the_new_one(reader):
    client = reader()
    answer = client.get("/laws/law-0123456789/articles/1?edition=2020-01-01&_scheme=x")
    assert answer.headers["Location"] == "/laws/lamps-law/articles/1?edition=2020-01-01"
    assert client.get("/laws/law-0123456789").headers["Location"] == "/laws/lamps-law"


def test_an_article_shows_its_history_and_a_link_to_share(reader):
    page = html.unescape(reader().get("/laws/harbour/articles/3").text)
    assert "/laws/harbour?edition=2020-01-01#article-3" in page
    assert "<del>季度</del><ins>月</ins>" in page
    assert "/laws/harbour/articles/4?edition=2026-01-01" in page


def test_an_article_that_only_a_later_edition_has_leads_there(reader):
    answer = reader().get("/laws/harbour/articles/13")
    assert answer.headers["Location"] == "/laws/harbour/articles/13?edition=2026-01-01"


def test_an_article_that_no_text_has_is_told_with_what_rests_on_it(store, reader):
    law = make_law(store, code="short-law", title="示例短法")
    make_item(store, "on-the-missing", cites="short-law:9")
    give_text(store, law, FIRST, [OLD[0]])
    store.commit()
    answer = reader(Role.TRAINER).get("/laws/short-law/articles/9")
    assert answer.status_code == 404
    assert "not in the library" in answer.text
    assert "on-the-missing" in answer.text
    assert "not in the library" in reader().get("/laws/law-x/articles/3").text


@pytest.mark.parametrize("key", ["0", "nine", "9.1", "9-", "preamble2", "9%0A"])
def test_what_is_no_article_is_not_found(reader, key):
    answer = reader().get(f"/laws/harbour/articles/{key}")
    assert answer.status_code == 404
    assert "not in the library" not in answer.text


def test_only_trainers_see_which_questions_rest_on_an_article(reader):
    for path in ("/laws/harbour/articles/3", "/laws/harbour/compare"):
        assert "on-fees" in reader(Role.TRAINER).get(path).text
        assert "on-fees" not in reader().get(path).text


def test_a_comparison_marks_what_went_and_what_came(reader):
    page = reader().get("/laws/harbour/compare").text
    assert "<del>季度</del>" in page
    assert "<ins>月</ins>" in page
    assert f"<ins>{NEW[1]}</ins>" in page
    assert OLD[5].split("\n")[0] not in page
    turned = reader().get("/laws/harbour/compare?old=2026-01-01&new=2020-01-01").text
    assert "<del>季度</del>" in turned


def test_the_same_edition_twice_is_nothing_to_compare(reader):
    page = reader().get("/laws/harbour/compare?old=2020-01-01&new=2020-01-01").text
    assert "There is nothing to compare" in page


@pytest.mark.parametrize("number", ["3", "第三条", "3条"])
def test_a_number_within_a_law_leads_to_the_article(reader, number):
    answer = reader().get("/laws/search", query_string={"q": number, "law": "harbour"})
    assert answer.headers["Location"] == "/laws/harbour#article-3"


def test_a_citation_opens_the_article_where_its_words_are_here(reader):
    page = reader(Role.TRAINER).get("/bank/items/on-fees").text
    assert 'href="/laws/harbour/articles/3"' in page


def write(client, body, revision="0", path="/laws/harbour/articles/3?edition=2020-01-01"):
    return client.post(path, data={"body": body, "revision": revision})


def test_a_note_is_saved_and_stands_among_ones_notes(reader):
    client = reader()
    answer = write(client, "every quarter")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/laws/harbour/articles/3#note"
    assert "every quarter" in client.get("/laws/harbour/articles/3").text
    assert "every quarter" in client.get("/study/notes").text
    assert "every quarter" not in reader().get("/study/notes").text
    assert "My note" in client.get("/laws/harbour").text


def test_a_note_shows_on_the_newer_edition_with_its_date(reader):
    client = reader()
    write(client, "every quarter")
    page = client.get("/laws/harbour/articles/4?edition=2026-01-01").text
    assert "every quarter" in page
    assert "Written on the edition adopted on 1 January 2020" in page


def test_a_note_is_saved_on_the_edition_that_was_read(reader):
    client = reader()
    page = client.get("/laws/harbour/articles/2?on=2999-01-01").text
    address = "/laws/harbour/articles/2?edition=2026-01-01"
    assert f'action="{address}"' in page
    assert write(client, "rescue", path=address).headers["Location"] == f"{address}#note"
    assert "rescue" in client.get(address).text
    assert "rescue" not in client.get("/laws/harbour/articles/2").text


def test_a_conflict_shows_both_texts(reader):
    client = reader()
    write(client, "theirs")
    answer = write(client, "mine")
    assert answer.status_code == 409
    assert "theirs" in answer.text
    assert "mine" in answer.text
    assert write(client, "both", "1").status_code == 303


def test_a_note_that_is_too_long_is_refused_beside_the_field(reader):
    answer = write(reader(), "x" * 20_001)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


def test_an_auditor_has_no_notes(reader, store):
    client = reader(Role.AUDITOR)
    assert write(client, "secret").status_code == 403
    assert 'name="body"' not in client.get("/laws/harbour/articles/3").text
    assert store.scalar(select(ArticleNote).where(ArticleNote.body == "secret")) is None


def test_an_older_edition_stands_in_for_one_without_words_and_says_so(store, reader):
    law = make_law(store, EditionFacts(FIRST, FIRST, 1, 0), EditionFacts(SECOND, SECOND, 1, 0),
                   code="gap-law", title="示例缺文法")  # fmt: skip
    give_text(store, law, FIRST, [OLD[0]])
    store.commit()
    client = reader()
    page = client.get("/laws/gap-law").text
    assert OLD[0] in page
    assert "An older edition" in page
    assert "An older edition" in client.get("/laws/gap-law/articles/1").text
    assert "An older edition" not in client.get("/laws/gap-law?on=2021-01-01").text
    assert OLD[0] not in client.get("/laws/gap-law?edition=2026-01-01").text
