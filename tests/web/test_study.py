"""The study room over the web: who may, what is whose, forms, both languages."""

from __future__ import annotations

import html

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from examapp.core.items import Use
from examapp.core.people import Role
from examapp.services.people.persons import by_id
from examapp.services.study.loading import load_guides
from examapp.services.study.notes import note_of
from examapp.store.study import ReadingPosition, StudyCredit
from tests.bureau import NOW, make_item, make_shelf, make_user
from tests.services.study_builders import guide_facts, section_facts, the_section

SECTION = "/study/guides/g1/s1"


@pytest.fixture(scope="module")
def content(app):
    """Guide g1 with a section on article 1, where three study items are, and one on article 2."""
    with Session(app.extensions["engine"]) as store:
        make_shelf(store)
        sections = section_facts("s1"), section_facts("s2", cites="law-x:2")
        by_post = guide_facts("g1", *sections, posts=("legal-affairs",), level="post")
        load_guides(store, [by_post, guide_facts("g2", level="first-duty")], now=NOW)
        for number in range(3):
            make_item(store, f"study-{number}", use=Use.STUDY)
        store.commit()


@pytest.fixture
def shelf(content, store):
    return store


def member(store, name, *roles, **fields):
    user = make_user(store, name, *roles, **fields)
    store.commit()
    return user


def begin(client):
    answer = client.post(f"{SECTION}/check")
    assert answer.status_code == 303
    return answer.headers["Location"]


def answers(choice="B"):
    return {f"place-{place}": choice for place in (1, 2, 3)}


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
@pytest.mark.parametrize("path", ["/study", "/study/guides/g1", SECTION, "/study/notes"])
def test_pages_render_in_both_languages(shelf, as_user, path, language):
    user = member(shelf, f"r{abs(hash((path, language)))}", post="legal-affairs")
    answer = as_user(user, language).get(path)
    assert answer.status_code == 200
    assert "<h1>" in answer.text


@pytest.mark.parametrize("role", [Role.TRAINER, Role.PERSONNEL, Role.ADMIN])
def test_other_roles_read_but_have_no_checks(shelf, as_user, role):
    client = as_user(member(shelf, f"reads-{role}", role))
    assert "Take the check" not in client.get(SECTION).text
    assert client.get("/study").status_code == 200
    assert client.post(f"{SECTION}/check").status_code == 403


def test_an_auditor_does_not_study(shelf, as_user):
    client = as_user(member(shelf, "auditor", Role.AUDITOR))
    assert client.get("/study").status_code == 403
    assert client.get("/laws").status_code == 200


def test_the_shelf_marks_what_is_for_ones_post(shelf, as_user):
    mine = as_user(member(shelf, "lawyer", post="legal-affairs")).get("/study").text
    others = as_user(member(shelf, "clerk", post="finance")).get("/study").text
    assert "For your post" in mine
    assert "For your post" not in others
    assert "Written for: Legal affairs" in html.unescape(others)


def test_opening_a_section_keeps_the_place(shelf, as_user):
    user = member(shelf, "reader")
    client = as_user(user)
    assert "You stopped here" not in client.get("/study").text
    client.get("/study/guides/g1/s2")
    assert shelf.scalar(
        select(func.count()).select_from(ReadingPosition).where(ReadingPosition.user_id == user.id)
    )
    page = client.get("/study").text
    assert "You stopped here" in page
    assert "/study/guides/g1/s2" in page


@pytest.mark.parametrize(
    "path", ["/study/guides/none", "/study/guides/g1/none", "/study/guides/none/s1"]
)
def test_what_is_not_there_is_not_found(shelf, as_user, path):
    client = as_user(member(shelf, f"lost-{path[-6:]}"))
    assert client.get(path).status_code == 404


def test_the_sections_text_and_articles_stand_on_its_page(shelf, as_user):
    page = as_user(member(shelf, "zh-reader"), "zh_Hans_CN").get(SECTION).text
    link = '<a class="cite cite-inline" href="/laws/law-x#article-1">《某法》第一条</a>'
    assert f"正文s1 {link}" in page
    assert "/laws/law-x#article-1" in page


def test_a_note_is_saved_and_shown_to_its_writer_only(shelf, as_user):
    client = as_user(member(shelf, "writer"))
    answer = client.post(SECTION, data={"body": "<b>my</b> secret note", "revision": "0"})
    assert answer.status_code == 303
    assert "&lt;b&gt;my&lt;/b&gt; secret note" in client.get(SECTION).text
    assert "&lt;b&gt;my&lt;/b&gt; secret note" in client.get("/study/notes").text
    other = as_user(member(shelf, "curious", Role.ADMIN))
    for path in (SECTION, "/study/notes"):
        assert "secret note" not in other.get(path).text


def test_the_second_window_sees_both_texts_and_can_save_on(shelf, as_user):
    user = member(shelf, "two-windows")
    client = as_user(user)
    client.post(SECTION, data={"body": "from window one", "revision": "0"})
    conflict = client.post(SECTION, data={"body": "from window two", "revision": "0"})
    assert conflict.status_code == 409
    assert "changed in another window" in conflict.text
    assert "from window one" in conflict.text
    assert "from window two" in conflict.text
    assert 'name="revision" type="hidden" value="1"' in conflict.text
    saved = client.post(SECTION, data={"body": "from both", "revision": "1"})
    assert saved.status_code == 303
    shelf.rollback()
    assert note_of(shelf, by_id(shelf, user.id), the_section(shelf)).body == "from both"


@pytest.mark.parametrize(
    "data", [{"body": "长" * 20_001, "revision": "0"}, {"body": "x", "revision": "-1"}]
)
def test_a_note_that_cannot_be_right_is_shown_again(shelf, as_user, data):
    client = as_user(member(shelf, f"wrong-{data['revision']}"))
    answer = client.post(SECTION, data=data)
    assert answer.status_code == 422
    assert data["body"] in answer.text


def test_nothing_of_keys_or_rationales_stands_in_a_check_before_the_hand_in(shelf, as_user):
    client = as_user(member(shelf, "honest"))
    page = client.get(begin(client)).text
    assert "Stem 题干study-" in page
    assert "Rationale" not in page
    assert "is-key" not in page


def test_a_passed_check_shows_the_credit_and_why(shelf, as_user):
    client = as_user(member(shelf, "diligent"))
    address = begin(client)
    answer = client.post(address, data=answers() | {"place-1": "A"})
    assert answer.status_code == 303
    page = client.get(address).text
    assert "2 of 3 right" in page
    assert "40 minutes of study are credited" in page
    assert page.count("Rationale 题干study-") == 3
    assert "Credited in" in client.get(SECTION).text
    again = begin(client)
    client.post(again, data=answers())
    assert "already credited" in client.get(again).text


def test_a_failed_check_leads_back_to_the_text(shelf, as_user):
    user = member(shelf, "hasty")
    client = as_user(user)
    address = begin(client)
    client.post(address, data=answers("A"))
    page = client.get(address).text
    assert "Not passed yet" in page
    assert f'href="{SECTION}"' in page
    client.post(address, data=answers("B"))
    assert "0 of 3 right" in client.get(address).text
    mine = select(func.count()).select_from(StudyCredit).where(StudyCredit.user_id == user.id)
    assert shelf.scalar(mine) == 0


def test_unanswered_questions_are_asked_for_and_choices_kept(shelf, as_user):
    client = as_user(member(shelf, "unfinished"))
    address = begin(client)
    answer = client.post(address, data={"place-2": "C"})
    assert answer.status_code == 422
    assert "Question 1 has no answer yet." in answer.text
    assert 'name="place-2" value="C" checked' in answer.text
    assert client.get(address).text.count("checked") == 0


def test_a_made_up_choice_is_refused(shelf, as_user):
    client = as_user(member(shelf, "forger"))
    assert client.post(begin(client), data=answers("<script>")).status_code == 422


def test_another_persons_check_is_not_found(shelf, as_user):
    address = begin(as_user(member(shelf, "owner")))
    other = as_user(member(shelf, "stranger"))
    assert other.get(address).status_code == 404
    assert other.post(address, data=answers()).status_code == 404


def test_a_section_without_questions_says_so_kindly(shelf, as_user):
    client = as_user(member(shelf, "early"))
    answer = client.post("/study/guides/g1/s2/check", follow_redirects=True)
    assert answer.status_code == 200
    assert "no questions for this section" in answer.text


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_checks_and_results_render_in_both_languages(shelf, as_user, language):
    client = as_user(member(shelf, f"both-{language}"), language)
    address = begin(client)
    assert client.get(address).status_code == 200
    client.post(address, data=answers("A"))
    assert client.get(address).status_code == 200


def test_a_page_that_only_reads_is_refused_a_write(shelf, app, as_user):
    """Only opening a section writes on a GET; the other pages get a reading transaction."""
    writing = [n for n, view in app.view_functions.items() if getattr(view, "writes", False)]
    assert [name for name in writing if name.startswith("study.")] == ["study.section"]
