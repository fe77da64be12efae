"""What is new in the law for one reader: since when, in which order, said how short."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from examapp.clock import local_date
from examapp.core.law.concern import Concern, concern
from examapp.services.laws import news, visits
from examapp.services.laws.news import What
from examapp.services.laws.register import EditionFacts, LawFacts, load_laws
from examapp.store.laws import ArticleChange, EditionChange, Law
from tests.bureau import NOW, make_person

DAY = timedelta(days=1)
TODAY = local_date(NOW)


def facts(code, *days, since=None, **fields):
    """A law with editions of these days, each (adopted, effective)."""
    title = {"zh": f"{code}法", "en": f"Law {code}"}
    editions = tuple(EditionFacts(adopted, effective, 9, 1) for adopted, effective in days)
    return LawFacts(code, "law", title, title, editions, in_force_since=since, **fields)


def ago(days):
    return TODAY - timedelta(days=days)


@pytest.fixture
def person(db):
    return make_person(db, post="port-administration")


def told(db, person, before=None, *, now=NOW):
    since = news.since_visit(before, now=now)
    return [one.law.code for one in news.novelties(db, person, since, now=now)]


def test_the_first_visit_tells_of_the_last_twelve_months(db, person):
    load_laws(
        db,
        [
            facts("young", (ago(100), ago(50))),
            facts("begun", (ago(500), ago(200))),
            facts("known-long", (ago(500), ago(400))),
            facts("ancient", (ago(4000), ago(3900))),
        ],
        now=NOW - DAY,
    )
    assert told(db, person) == ["young", "begun"]


def test_later_visits_tell_what_became_known_was_adopted_or_began_since(db, person):
    load_laws(
        db,
        [
            facts("adopted", (ago(5), TODAY + 90 * DAY)),
            facts("begun", (ago(300), ago(3))),
            facts("seen", (ago(60), ago(30))),
        ],
        now=NOW - 40 * DAY,
    )
    load_laws(
        db,
        [
            facts("learned", (ago(600), ago(550))),
            facts("too-old", (ago(800), ago(700))),
            facts("off-register", (ago(600), ago(550))),
        ],
        now=NOW - DAY,
    )
    long_gone = facts("long-gone", (ago(3000), ago(3000)))
    long_gone = replace(long_gone, editions=(replace(long_gone.editions[0], repealed=ago(300)),))
    load_laws(db, [long_gone], now=NOW - DAY)
    db.query(Law).filter_by(code="off-register").one().level = None
    db.flush()
    assert set(told(db, person, NOW - 10 * DAY)) == {"adopted", "begun", "learned"}
    assert told(db, person, NOW - DAY / 2) == []


def test_what_is_for_ones_post_comes_first_and_laws_off_the_register_last(db, person):
    day = (ago(9), ago(9))
    load_laws(
        db,
        [
            facts("general", day, level="general"),
            facts("others", day, level="post", posts=("finance",)),
            facts("mine", day, level="post", posts=("port-administration",)),
            facts("first", day, level="first-duty"),
            facts("library", day),
        ],
        now=NOW,
    )
    law = news.novelties(db, person, news.since_visit(None, now=NOW), now=NOW)
    next(one for one in law if one.law.code == "library").law.level = None
    db.flush()
    assert told(db, person) == ["mine", "first", "general", "others", "library"]


def test_the_home_page_counts_only_what_is_for_the_reader(db, person):
    day = (ago(9), ago(9))
    load_laws(
        db,
        [
            facts("general", day),
            facts("mine", day, level="post", posts=("port-administration",)),
            facts("others", day, level="post", posts=("finance",)),
        ],
        now=NOW - DAY,
    )
    assert news.waiting(db, person, now=NOW) == 2
    visits.note(db, person, now=NOW)
    assert news.waiting(db, person, now=NOW + DAY) == 0


def test_new_amended_and_repealed_are_told_apart(db, person):
    gone = facts("gone", (ago(3000), ago(3000)))
    gone = replace(gone, editions=(replace(gone.editions[0], repealed=ago(20)),))
    swapped = facts("swapped", (ago(3000), ago(3000)), (ago(40), ago(30)))
    swapped = replace(
        swapped, editions=(replace(swapped.editions[0], repealed=ago(30)), swapped.editions[1])
    )
    load_laws(
        db,
        [
            facts("new", (ago(40), ago(30)), since=ago(30)),
            facts("amended", (ago(40), ago(30)), since=ago(3000)),
            facts("two", (ago(2000), ago(1900)), (ago(40), ago(30))),
            facts("unknown", (ago(40), ago(30))),
            gone,
            swapped,
        ],
        now=NOW,
    )
    since = news.since_visit(None, now=NOW)
    every = news.novelties(db, person, since, now=NOW)
    found = {one.law.code: one for one in every}
    assert len(found) == len(every)
    assert {code: one.what for code, one in found.items()} == {
        "new": What.NEW,
        "amended": What.AMENDED,
        "two": What.AMENDED,
        "unknown": What.EDITION,
        "gone": What.REPEALED,
        "swapped": What.AMENDED,
    }
    assert found["gone"].day == ago(20)


def test_the_figures_count_articles_and_a_split_once(db, person):
    load_laws(db, [facts("law", (ago(900), ago(900)), (ago(40), ago(30)))], now=NOW)
    change = db.query(EditionChange).one()
    (blind,) = news.novelties(db, person, news.since_visit(None, now=NOW), now=NOW)
    assert (blind.before, blind.counts) == (None, {})
    change.compared = True
    rows = [
        ("modified", "1", "1"), ("modified", "2", "2"), ("modified", "preamble", "preamble"),
        ("split", "3", "3"), ("split", "3", "4"), ("added", None, "5"), ("renumbered", "4", "6"),
        ("added", None, "annex-1"),
    ]  # fmt: skip
    for position, (kind, old, new) in enumerate(rows):
        group = 4 if kind == "split" else 10 + position
        db.add(
            ArticleChange(
                change_id=change.id, position=position, group=group, kind=kind, old_key=old,
                new_key=new,
            )
        )  # fmt: skip
    db.flush()
    (one,) = news.novelties(db, person, news.since_visit(None, now=NOW), now=NOW)
    assert one.counts == {"modified": 2, "split": 1, "added": 1}
    assert one.before.adopted == ago(900)


def test_a_reload_within_the_hour_is_the_same_visit(db, person):
    other = make_person(db, "other")
    assert visits.last(db, person) is None
    assert visits.note(db, other, now=NOW - DAY) is None
    assert visits.note(db, person, now=NOW) is None
    assert visits.note(db, person, now=NOW + timedelta(minutes=59)) is None
    assert visits.note(db, person, now=NOW + 3 * DAY) == NOW
    assert visits.note(db, person, now=NOW + 3 * DAY + timedelta(minutes=5)) == NOW
    assert visits.last(db, person) == NOW + 3 * DAY
    assert visits.last(db, other) == NOW - DAY


@pytest.mark.parametrize(
    ("level", "posts", "post", "near"),
    [
        ("post", ["a"], "a", Concern.POST),
        ("general", ["a"], "a", Concern.POST),
        ("post", ["a"], "b", Concern.OTHERS),
        ("post", ["a"], "", Concern.OTHERS),
        ("general", [], "", Concern.EVERYBODY),
        ("first-duty", [], "b", Concern.EVERYBODY),
        (None, [], "a", Concern.LIBRARY),
    ],
)
def test_whom_a_law_concerns(level, posts, post, near):
    assert concern(level, posts, post) is near


def test_a_day_of_the_future_is_no_news_before_it_is_adopted(db, person):
    load_laws(db, [facts("to-be-adopted", (date(2027, 1, 1), date(2027, 2, 1)))], now=NOW)
    assert told(db, person, NOW - DAY) == []
