"""The practice room: what is shown to whom, hand-in with and without open questions, mocks."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from examapp.core.items import Kind, Use
from examapp.core.people import Role
from examapp.services.bank.loading import load_topics
from examapp.services.exams.setting import cancel
from examapp.services.people.persons import by_id
from examapp.services.practice import mocks
from examapp.services.study import checks
from examapp.store.bank import Item
from examapp.store.ledger import LedgerEntry
from examapp.store.practice import PracticeCard, PracticeRun
from examapp.web.practice import views
from tests.bureau import HOUR, MINUTE, NOW, make_exam, make_item, make_shelf, make_unit, make_user
from tests.services.study_builders import guide_facts, load, section_facts, the_section, wrongs

TOPIC = "/practice/topics/law.basic"


@pytest.fixture
def bank(store):
    """Study items of every kind (keys B, AC, true), once a file."""
    if not store.scalar(select(Item.id).limit(1)):
        make_shelf(store)
        load(store, guide_facts("g1", section_facts("s1")))
        for kind, count in ((Kind.SINGLE, 5), (Kind.MULTIPLE, 3), (Kind.JUDGEMENT, 2)):
            for number in range(count):
                make_item(store, f"study-{kind}-{number}", kind=kind, use=Use.STUDY)
        store.commit()
    return store


def member(store, name, *roles):
    user = make_user(store, name, *roles, unit=make_unit(store))
    store.commit()
    return user


def begin(client, path=TOPIC):
    answer = client.post(path)
    assert answer.status_code == 303
    assert answer.location.startswith("/practice/runs/")
    return answer.location


def answers(page, right=True):
    """What a person who knows (or does not know) the keys would send."""
    sent = {}
    for place in re.findall(r'id="item-(\d+)"', page):
        values = re.findall(rf'name="place-{place}" value="(\w+)"', page)
        if not values:
            continue  # kept back
        kind = re.search(rf'type="(\w+)" name="place-{place}"', page)[1]
        key = ["true"] if "true" in values else ["A", "C"] if kind == "checkbox" else ["B"]
        wrong = ["false"] if "true" in values else ["D"]
        sent[f"place-{place}"] = key if right else wrong
    return sent


@pytest.mark.parametrize("role", [Role.TRAINER, Role.PERSONNEL, Role.ADMIN, Role.AUDITOR])
def test_the_room_is_for_cadres(bank, as_user, role):
    client = as_user(member(bank, f"no-{role}", role))
    assert client.get("/practice").status_code == 403
    assert "/practice" not in client.get("/").text


def test_the_menu_the_shelf_and_the_home_page_lead_there(bank, as_user):
    client = as_user(member(bank, "guided"))
    for path in ("/", "/study"):
        assert client.get(path).text.count('href="/practice"') == 2


def test_the_room_says_that_nothing_counts_and_how_many_items_there_are(bank, as_user):
    page = as_user(member(bank, "new")).get("/practice").text
    assert "It counts for nothing" in page
    assert re.search(r'data-label="Questions available now" class="num">10<', page)
    assert "Nothing is waiting." in page
    assert "comes back the next day" in page


def test_a_run_is_answered_and_explained_at_once(bank, as_user):
    client = as_user(member(bank, "diligent"))
    entries = bank.scalar(select(func.count(LedgerEntry.number)))
    bank.rollback()  # SQLite has one writer
    address = begin(client)
    page = client.get(address).text
    assert page.count("Stem 题干study-") == 10
    assert "Rationale" not in page
    assert "is-key" not in page
    assert client.post(address, data=answers(page)).status_code == 303
    result = client.get(address).text
    assert "10 of 10 right" in result
    assert result.count("Rationale 题干study-") == 10
    assert "/laws/law-x#article-1" in result
    bank.rollback()
    assert bank.scalar(select(func.count(LedgerEntry.number))) == entries


def test_open_questions_are_asked_for_once_and_may_then_stay_open(bank, as_user):
    client = as_user(member(bank, "unfinished"))
    address = begin(client)
    sent = {"place-2": answers(client.get(address).text)["place-2"]}
    answer = client.post(address, data=sent)
    assert answer.status_code == 422
    assert "9 questions are not answered" in answer.text
    assert '<a class="text-nowrap" href="#item-1">Question 1</a>' in answer.text
    assert answer.text.count(" checked") == len(sent["place-2"])
    assert 'name="leave_open"' in answer.text
    assert client.post(address, data=sent | {"leave_open": "yes"}).status_code == 303
    result = client.get(address).text
    assert "1 of 10 right" in result
    assert result.count("Not answered") == 9


def test_a_made_up_choice_is_refused(bank, as_user):
    client = as_user(member(bank, "forger"))
    address = begin(client)
    sent = answers(client.get(address).text) | {"place-1": "<script>"}
    assert client.post(address, data=sent).status_code == 422
    assert "10 of 10" not in client.get(address).text


def test_another_persons_run_is_not_found_whatever_ones_role(bank, as_user):
    address = begin(as_user(member(bank, "owner")))
    for name, roles in (("stranger", (Role.CADRE,)), ("chief", tuple(set(Role) - {Role.AUDITOR}))):
        other = as_user(member(bank, name, *roles))
        assert other.get(address).status_code == 404
        assert other.post(address, data={}).status_code == 404
        assert address not in other.get("/practice").text


def test_the_history_lists_ones_own_runs(bank, as_user):
    client = as_user(member(bank, "historian"))
    address = begin(client)
    page = client.get("/practice").text
    assert "not handed in yet" in page
    client.post(address, data=answers(client.get(address).text))
    page = client.get("/practice").text
    assert f'href="{address}"' in page
    assert "By topic: Basics" in page
    assert "10 of 10 right" in page


def test_an_unknown_topic_is_not_found_and_nothing_due_is_said_kindly(bank, as_user):
    client = as_user(member(bank, "lost"))
    assert client.post("/practice/topics/none").status_code == 404
    answer = client.post("/practice/wrong", follow_redirects=True)
    assert answer.status_code == 200
    assert "no questions to practise here now" in answer.text


def test_wrong_items_of_a_check_are_due_the_next_day(bank, as_user, monkeypatch):
    user = member(bank, "scheduled")
    person = by_id(bank, user.id)
    check = checks.draw(bank, person, the_section(bank), now=NOW)
    chosen = wrongs(bank, check, 0)
    first = next(place for place, key in chosen.items() if key)
    chosen[first] = frozenset({"D"} if len(check.items[first - 1][1]) == 4 else {"false"})
    checks.hand_in(bank, person, check.public_id, chosen, now=NOW)
    bank.commit()
    client = as_user(user)
    monkeypatch.setattr(views, "now", lambda: NOW + HOUR)
    assert "Nothing is due today. The next question comes back on" in client.get("/practice").text
    monkeypatch.setattr(views, "now", lambda: NOW + 24 * HOUR)
    assert "Due today: 1" in client.get("/practice").text
    address = begin(client, "/practice/wrong")
    page = client.get(address).text
    assert page.count('class="item"') == 1
    client.post(address, data=answers(page))
    assert "1 of 1 right" in client.get(address).text
    assert "Nothing is due today." in client.get("/practice").text


def mock_exam(store, name, **fields):
    """A published exam whose own items are not among those of the file."""
    trainer = by_id(store, member(store, f"t-{name}", Role.TRAINER).id)
    for kind, count in ((Kind.SINGLE, 3), (Kind.MULTIPLE, 2), (Kind.JUDGEMENT, 1)):
        for number in range(count):
            make_item(store, f"{name}-{kind}-{number}", kind=kind)
    exam = make_exam(store, trainer, title={"zh": name, "en": f"Exam {name}"}, **fields)
    store.commit()
    return exam, trainer


def test_a_mock_looks_like_the_exam_and_shows_its_result(bank, as_user):
    exam, trainer = mock_exam(bank, "mock")
    client = as_user(member(bank, "mocker"))
    assert "Exam mock" in client.get("/practice").text
    offer = client.get(f"/practice/mocks/{exam.public_id}").text
    assert "6 items, 13 points" in offer
    assert "30 minutes" in offer
    address = begin(client, f"/practice/mocks/{exam.public_id}")
    assert "Go on with the mock" in client.get(f"/practice/mocks/{exam.public_id}").text
    page = client.get(address).text
    for part in ("exam-bar", "exam-nav", "data-clock", "(2 points)", "Single choice"):
        assert part in page
    client.post(address, data=answers(page, right=False) | {"place-1": "B"})
    result = client.get(address).text
    assert "1 of 6 right" in result
    assert "2 of 13" in result
    assert "within the 30 minutes" in result
    cancel(bank, exam, because="x", by=trainer, now=NOW)
    bank.commit()


def test_after_its_time_a_mock_says_so_and_is_handed_in_as_it_is(bank, as_user, monkeypatch):
    exam, trainer = mock_exam(bank, "late")
    user = member(bank, "slow")
    client = as_user(user)
    run = mocks.draw_mock(bank, by_id(bank, user.id), exam, now=NOW)
    bank.commit()
    address = f"/practice/runs/{run.public_id}"
    monkeypatch.setattr(views, "now", lambda: NOW + 29 * MINUTE)
    assert re.search(r'data-over role="alert" hidden', client.get(address).text)
    assert client.post(address, data={}).status_code == 422
    monkeypatch.setattr(views, "now", lambda: NOW + 33 * MINUTE)
    assert re.search(r'data-over role="alert">', client.get(address).text)
    assert client.post(address, data={}).status_code == 303
    assert "3 minutes too late for an exam" in client.get(address).text
    cancel(bank, exam, because="x", by=trainer, now=NOW)
    bank.commit()


def test_too_few_items_are_told_exactly(bank, as_user):
    from fractions import Fraction

    from examapp.core.spec import SpecLine
    from tests.bureau import make_spec

    lines = (SpecLine("law", Kind.SINGLE, None, 9, Fraction(1)),)
    for number in range(6):
        make_item(bank, f"more-{number}")
    exam, trainer = mock_exam(
        bank, "long", spec=make_spec(lines=lines, cut_score=Fraction(6), bands=())
    )
    client = as_user(member(bank, "eager"))
    page = client.get(f"/practice/mocks/{exam.public_id}").text
    for label, figure in (("Asked for", 9), ("Can be had", 5), ("Missing", 4)):
        assert re.search(rf'data-label="{label}" class="num">{figure}<', page)
    assert "5 items, 5 points" in page
    address = begin(client, f"/practice/mocks/{exam.public_id}")
    assert client.get(address).text.count('class="item"') == 5
    cancel(bank, exam, because="x", by=trainer, now=NOW)
    bank.commit()


def test_an_exam_that_is_not_ones_own_is_not_found(bank, as_user):
    client = as_user(member(bank, "outsider"))
    exam, trainer = mock_exam(bank, "own", unit_ids=(make_unit(bank, "far").id,))
    for address in (exam.public_id, "nothing"):
        assert client.get(f"/practice/mocks/{address}").status_code == 404
        assert client.post(f"/practice/mocks/{address}").status_code == 404
    cancel(bank, exam, because="x", by=trainer, now=NOW)
    bank.commit()


def test_a_question_that_an_exam_uses_meanwhile_vanishes_from_runs_and_results(bank, as_user):
    user = member(bank, "watcher")
    client = as_user(user)
    side = {"zh": "旁", "en": "Side"}
    load_topics(bank, [("law.side", side)])
    for number in range(2):
        make_item(bank, f"soon-{number}", topic="law.side")
    make_item(bank, "always", topic="law.side", use=Use.STUDY)
    bank.commit()
    address = begin(client, "/practice/topics/law.side")
    assert client.get(address).text.count("Stem 题干soon-") == 2
    exam, trainer = mock_exam(bank, "secret")
    page = client.get(address).text
    assert "soon-" not in page
    assert "Stem 题干always" in page
    assert "Kept back while an exam uses this question" in page
    assert client.post(address, data=answers(page)).status_code == 303
    result = client.get(address).text
    assert "soon-" not in result
    assert "2 questions are kept back" in result
    assert "1 of 1 right" in result
    cancel(bank, exam, because="x", by=trainer, now=NOW)
    bank.commit()
    assert client.get(address).text.count("Not asked") == 2


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_every_page_of_the_room_renders_in_both_languages(bank, as_user, language):
    exam, trainer = mock_exam(bank, f"both-{language}")
    client = as_user(member(bank, f"both-{language}"), language)
    said = {"zh_Hans_CN": "练习", "en": "Practice"}[language]
    for path in (TOPIC, f"/practice/mocks/{exam.public_id}"):
        address = begin(client, path)
        page = client.get(address)
        assert page.status_code == 200
        assert said in page.text
        client.post(address, data=answers(page.text, right=False))
        assert said in client.get(address).text
    assert said in client.get(f"/practice/mocks/{exam.public_id}").text
    assert said in client.get("/practice").text
    cancel(bank, exam, because="x", by=trainer, now=NOW)
    bank.commit()


def test_only_opening_the_room_writes_on_a_get(app):
    writing = [n for n, view in app.view_functions.items() if getattr(view, "writes", False)]
    assert [name for name in writing if name.startswith("practice.")] == ["practice.room"]


def test_opening_the_room_twice_takes_up_once(bank, as_user):
    user = member(bank, "twice")
    person = by_id(bank, user.id)
    check = checks.draw(bank, person, the_section(bank), now=NOW)
    chosen = {n: frozenset({order[0]}) for n, (_, order) in enumerate(check.items, 1)}
    checks.hand_in(bank, person, check.public_id, chosen, now=NOW)
    bank.commit()
    client = as_user(user)
    cards = select(func.count()).select_from(PracticeCard).where(PracticeCard.user_id == user.id)
    found = set()
    for _ in range(2):
        client.get("/practice")
        found.add(bank.scalar(cards))
        bank.rollback()
    assert len(found) == 1
    assert bank.scalars(select(PracticeRun.id).where(PracticeRun.user_id == user.id)).all() == []
