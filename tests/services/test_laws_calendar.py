"""The calendar of the law for one reader, and practice on its themes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from examapp.core.calendar_days import PublicityDay, Rule
from examapp.core.items import Use
from examapp.core.people import Role
from examapp.core.practice import PracticeNotPossible
from examapp.core.refusals import NotFound
from examapp.services.laws import calendar
from examapp.services.laws.register import EditionFacts, LawFacts, load_laws
from examapp.services.practice import runs, themes
from examapp.services.practice.themes import Theme
from examapp.store.bank import Item, ItemRevision
from tests.bureau import HOUR, NOW, make_bank, make_exam, make_item, make_person, make_shelf
from tests.services.study_builders import guide_facts, load, section_facts


def day(code="d", when="06-05", **fields):
    title = {"zh": code, "en": code}
    return PublicityDay(
        **{
            "code": code, "title": title, "why": title, "basis": "custom", "rule": Rule(when),
            "laws": ("law-x",), "topics": (), **fields,
        }
    )  # fmt: skip


def law(code, since, *, level="general", posts=(), adopted=date(2020, 1, 1), repealed=None):
    title = {"zh": f"{code}法", "en": f"Law {code}"}
    edition = EditionFacts(adopted, adopted, 9, 1, repealed)
    return LawFacts(
        code, "law", title, title, (edition,), level=level, posts=posts, in_force_since=since
    )


@pytest.fixture
def person(db):
    make_shelf(db)
    return make_person(db, post="port-administration")


def month(db, person, days=(), first=date(2026, 6, 17)):
    return calendar.months(db, person, days, first=first, count=1)[0]


def test_days_stand_in_their_month_ones_posts_first(db, person):
    days = [
        day("plain", "06-05"),
        day("mine", "06-20", posts=("port-administration",)),
        day("theirs", "06-01", posts=("finance",)),
        day("long", "05-25..06-10"),
        day("july", "07-01"),
    ]
    found = month(db, person, days)
    assert [entry.day.code for entry in found.days] == ["mine", "long", "theirs", "plain"]
    assert [law.code for law in found.days[0].laws] == ["law-x"]


def test_what_goes_on_from_an_earlier_month_stands_in_the_first_one_shown_alone(db, person):
    days = [day("long", "05-25..06-10")]
    found = calendar.months(db, person, days, first=date(2026, 5, 1), count=2)
    assert [len(one.days) for one in found] == [1, 0]
    assert len(month(db, person, days).days) == 1


def test_laws_and_guides_that_are_not_known_are_left_out(db, person):
    load(
        db,
        guide_facts("on-topic", section_facts("s1", cites="law-x:1"), topic="law.basic"),
        guide_facts("on-law", section_facts("s2", cites="law-x:2"), topic="law"),
    )
    by_topic = month(db, person, [day(laws=("law-x", "gone"), topics=("law.basic",))]).days[0]
    assert [law.code for law in by_topic.laws] == ["law-x"]
    assert [guide.code for guide in by_topic.guides] == ["on-topic"]
    by_law = month(db, person, [day(topics=("no-such",))]).days[0]
    assert {guide.code for guide in by_law.guides} == {"on-topic", "on-law"}


def test_anniversaries_are_the_registers_and_end_with_the_law(db, person):
    load_laws(
        db,
        [
            law("ten", date(2016, 6, 9)),
            law("mine", date(2019, 6, 9), level="post", posts=("port-administration",)),
            law("born", date(2026, 6, 9)),
            law("gone", date(2001, 6, 9), repealed=date(2026, 1, 1)),
            law("july", date(2016, 7, 9)),
            law("unknown", None),
            replace(law("amendment", date(2016, 6, 9)), kind="decision"),
        ],
        now=NOW,
    )
    found = month(db, person).anniversaries
    assert [(one.law.code, one.years, one.prominent) for one in found] == [
        ("mine", 7, True),
        ("ten", 10, True),
    ]


def test_editions_that_come_into_force_stand_in_their_month(db, person):
    title = {"zh": "新法", "en": "New"}
    edition = EditionFacts(date(2026, 5, 1), date(2026, 6, 30), 9, 1)
    load_laws(db, [LawFacts("new", "law", title, title, (edition,))], now=NOW)
    codes = [one.edition.law.code for one in month(db, person).beginnings]
    assert codes.count("new") == 1
    assert not month(db, person, first=date(2026, 7, 1)).beginnings


def test_soon_is_a_week_and_no_whole_months(db, person):
    days = [
        day("today", "06-01"),
        day("week", "06-08"),
        day("later", "06-09"),
        day("month", "month 6"),
        day("going", "05-28..06-02"),
    ]
    found = calendar.soon(db, person, days, today=date(2026, 6, 1))
    assert [entry.day.code for entry in found] == ["going", "today", "week"]


def test_months_go_over_the_turn_of_the_year():
    assert calendar.month_after(date(2026, 11, 1), 2) == date(2027, 1, 1)
    assert calendar.month_after(date(2026, 1, 1), -3) == date(2025, 10, 1)


# ---- practice on a theme ----


def asked(db, run):
    rows = dict(db.query(ItemRevision.id, Item.code).join(Item).all())
    return {rows[revision] for revision, *_ in run.items}


def test_a_run_asks_what_cites_the_laws_or_lies_under_the_topics(db, person):
    load_laws(db, [law("law-y", None)], now=NOW)
    make_item(db, "on-x", cites="law-x:1", use=Use.STUDY)
    make_item(db, "on-y", cites="law-y:1", use=Use.STUDY)
    make_item(db, "unread", cites="law-x:1", read=False)
    by_law = themes.draw(db, person, themes.of_law(db, "law-x"), now=NOW)
    assert asked(db, by_law) == {"on-x"}
    by_topic = themes.draw(db, person, Theme("day:d", (), ("law",)), now=NOW)
    assert asked(db, by_topic) == {"on-x", "on-y"}
    counts = themes.available(
        db,
        [Theme("a", ("law-x",)), Theme("b", (), ("law",)), Theme("c", ("none",), ("no",))],
        today=NOW.date(),
    )
    assert counts == {"a": 1, "b": 2, "c": 0}


def test_the_run_left_open_is_gone_on_with_by_theme(db, person):
    make_item(db, "on-x", cites="law-x:1")
    first = themes.draw(db, person, themes.of_law(db, "law-x"), now=NOW)
    assert themes.draw(db, person, themes.of_law(db, "law-x"), now=NOW + HOUR) is first
    other = themes.draw(db, person, Theme("day:d", ("law-x",)), now=NOW)
    assert other is not first
    runs.hand_in(db, person, first.public_id, {1: frozenset("B")}, now=NOW + HOUR)
    assert themes.draw(db, person, themes.of_law(db, "law-x"), now=NOW + HOUR) is not first


def test_nothing_to_practise_and_unknown_laws_are_refused(db, person):
    with pytest.raises(PracticeNotPossible):
        themes.draw(db, person, themes.of_law(db, "law-x"), now=NOW)
    with pytest.raises(NotFound):
        themes.of_law(db, "no-such-law")


def test_ten_at_most_and_fresh_ones_first(db, person):
    for number in range(15):
        make_item(db, f"i-{number:02}", cites="law-x:1")
    theme = themes.of_law(db, "law-x")
    first = themes.draw(db, person, theme, now=NOW)
    runs.hand_in(db, person, first.public_id, {}, now=NOW, leave_open=True)
    second = themes.draw(db, person, theme, now=NOW + timedelta(days=1))
    assert len(first.items) == len(second.items) == 10
    assert len(asked(db, first) | asked(db, second)) == 15


def test_held_questions_and_those_of_an_exam_are_left_out(db, person):
    make_bank(db, 3, 2, 1)
    theme = themes.of_law(db, "law-x")
    assert themes.available(db, [theme], today=NOW.date()) == {"law:law-x": 6}
    make_exam(db, make_person(db, "setter", Role.TRAINER))
    assert themes.available(db, [theme], today=NOW.date()) == {"law:law-x": 0}
    with pytest.raises(PracticeNotPossible):
        themes.draw(db, person, theme, now=NOW)
    title = {"zh": "乙法", "en": "Law Y"}
    editions = [EditionFacts(date(2020, 1, 1), date(2020, 1, 1), 9, 1)]
    load_laws(db, [LawFacts("law-y", "law", title, title, tuple(editions))], now=NOW)
    make_item(db, "on-y", cites="law-y:1")
    assert themes.available(db, [themes.of_law(db, "law-y")], today=NOW.date()) == {"law:law-y": 1}
    editions.append(EditionFacts(date(2026, 5, 1), date(2026, 5, 1), 9, 1))
    load_laws(db, [LawFacts("law-y", "law", title, title, tuple(editions))], now=NOW)
    assert themes.available(db, [themes.of_law(db, "law-y")], today=NOW.date()) == {"law:law-y": 0}
