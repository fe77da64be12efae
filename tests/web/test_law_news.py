"""What is new in the law, and the calendar with practice in one click, on the web."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from examapp.clock import local_date, now
from examapp.core.calendar_days import PublicityDay, Rule
from examapp.core.people import Role
from examapp.services.laws.register import EditionFacts, LawFacts, load_laws
from examapp.store.laws import LawVisit
from tests.bureau import make_item, make_shelf, make_user

DAY = timedelta(days=1)


def new_law(store, code, *, known=2 * DAY, **fields):
    """A law of ten days ago with news in our words."""
    title = {"zh": f"{code}之法", "en": f"Law of {code}"}
    day = local_date(now()) - 10 * DAY
    edition = EditionFacts(day, day, 9, 1, news={"zh": f"{code}有变", "en": f"{code} changed"})
    load_laws(store, [LawFacts(code, "law", title, title, (edition,), **fields)], now=now() - known)
    store.commit()


@pytest.fixture
def reader(store, as_user, request):
    user = make_user(store, f"r-{request.node.name}"[:60], post="port-administration")
    store.commit()
    return user, as_user(user)


@pytest.fixture
def days(app):
    """A calendar of our own: one day tomorrow with questions, one without."""
    tomorrow = local_date(now()) + DAY

    def day(code, laws, when):
        title = {"zh": f"{code}日", "en": f"Day of {code}"}
        why = {"zh": "缘由", "en": "Reason"}
        return PublicityDay(code, title, why, "custom", Rule(when.strftime("%m-%d")), laws, ())

    found = (day("full", ("law-x",), tomorrow), day("empty", ("no-law",), tomorrow))
    before = app.extensions.get("publicity_days")
    app.extensions["publicity_days"] = found
    yield found
    app.extensions["publicity_days"] = before


def words_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page.text))


def test_news_are_told_once_and_stay_below_afterwards(reader, store):
    user, client = reader
    new_law(store, "once")
    first = words_of(client.get("/laws/news"))
    assert "The last twelve months" in first
    assert "once changed" in first
    assert "Earlier in" not in first
    again = words_of(client.get("/laws/news"))
    assert "once changed" in again.split("Earlier in")[0]  # a reload is the same visit
    visit = store.get(LawVisit, user.id)
    visit.seen_at -= 2 * DAY / 4
    store.commit()
    later = words_of(client.get("/laws/news"))
    assert "Since your last visit" in later
    before, after = later.split("Earlier in the last twelve months")
    assert "once changed" not in before
    assert "once changed" in after


def test_the_home_page_has_a_card_only_when_something_is_new(reader, store, days):
    _, client = reader
    new_law(store, "card")
    assert "Laws new or amended since your last visit" in client.get("/").text
    client.get("/laws/news")
    home = client.get("/").text
    assert "Laws new or amended" not in home
    assert "Day of full" in home


def test_a_day_is_practised_in_one_click(reader, store, days):
    _, client = reader
    make_shelf(store)
    make_item(store, "themed-1", cites="law-x:1")
    store.commit()
    page = client.get("/laws/calendar").text
    assert 'action="/practice/days/full"' in page
    assert 'action="/practice/days/empty"' not in page
    assert "no questions to practise for it yet" in page
    begun = client.post("/practice/days/full")
    assert begun.status_code == 303
    run = client.get(begun.location)
    assert "On one theme: Day of full" in words_of(run)
    result = client.post(begun.location, data={"leave_open": "yes"}, follow_redirects=True)
    assert 'action="/practice/days/full"' in result.text
    assert "On one theme: Day of full" in words_of(client.get("/practice"))


def test_a_law_is_practised_in_one_click(reader, store):
    _, client = reader
    make_shelf(store)
    make_item(store, "by-law-1", cites="law-x:2")
    store.commit()
    room = client.get("/practice").text
    assert 'action="/practice/laws/law-x"' in room
    begun = client.post("/practice/laws/law-x")
    assert "On one theme: Law X" in words_of(client.get(begun.location))


def test_what_cannot_be_practised_leads_back_with_words(reader, store, days):
    _, client = reader
    answer = client.post("/practice/days/empty", follow_redirects=True)
    assert "no questions to practise here now" in answer.text
    assert client.post("/practice/days/no-such-day").status_code == 404
    assert client.post("/practice/laws/no-such-law").status_code == 404


def test_any_month_can_be_asked_for(reader):
    _, client = reader
    for start in ("", "2027-02", "nonsense", "0001-01", "2026-13", "9999-12"):
        assert client.get(f"/laws/calendar?start={start}").status_code == 200


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_everybody_may_read_news_and_calendar(store, as_user, days, language):
    users = [make_user(store, f"any-{role}-{language}", role) for role in Role]
    store.commit()
    for user in users:
        client = as_user(user, language)
        for path in ("/laws/news", "/laws/calendar"):
            assert client.get(path).status_code == 200


def test_practice_is_for_cadres(store, as_user, days):
    user = make_user(store, "no-cadre", Role.TRAINER)
    store.commit()
    client = as_user(user)
    assert "/practice/" not in client.get("/laws/calendar").text
    assert client.post("/practice/days/full").status_code == 403
