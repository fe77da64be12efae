"""Which articles have questions and sections, and how current each topic is."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from examapp.core.items import Difficulty, Use
from examapp.core.refusals import NotFound
from examapp.services.bank.catalogue import Wanted, find
from examapp.services.bank.loading import load_topics
from examapp.services.laws import coverage, currency
from examapp.services.laws.currency import Current
from examapp.services.laws.register import EditionFacts, LawFacts, load_laws
from examapp.store.laws import Article, Law
from tests.bureau import NOW, make_item, make_shelf
from tests.services.study_builders import guide_facts, load, section_facts

TODAY = NOW.date()
YEAR = timedelta(days=365)


def law_y(db, *editions):
    title = {"zh": "乙法", "en": "Law Y"}
    load_laws(db, [LawFacts("law-y", "law", title, title, editions)], now=NOW)


def of(db, code="law-x"):
    return coverage.law(db, code, today=TODAY)


@pytest.fixture
def bank(db):
    make_shelf(db)
    make_item(db, "exam", cites="law-x:2")
    make_item(db, "study", cites="law-x:2", use=Use.STUDY)
    make_item(db, "later", cites="law-x:7")
    make_item(db, "unread", cites="law-x:9", read=False)
    make_item(db, "retired", cites="law-x:10").item.retired_at = NOW
    load(db, guide_facts("g", section_facts("s1", cites="law-x:3"), section_facts("s2")))
    return db


def test_questions_and_sections_are_counted_by_article(bank):
    found = of(bank)
    counted = {
        key: (len(one.exam), len(one.study), len(one.sections)) for key, one in found.on.items()
    }
    assert counted == {"1": (0, 0, 1), "2": (1, 1, 0), "3": (0, 0, 1), "7": (1, 0, 0)}
    assert (found.with_items, found.with_sections, found.bare) == (2, 2, 6)
    assert (found.total("items"), found.total("sections"), found.total("held")) == (3, 2, 0)


def test_articles_without_any_are_grouped_into_runs(bank):
    found = of(bank)
    assert found.without("items") == [("1", "1"), ("3", "6"), ("8", "10")]
    assert found.without("sections") == [("2", "2"), ("4", "10")]
    assert found.without("items", "sections") == [("4", "6"), ("8", "10")]


def test_the_texts_own_articles_are_taken_where_it_is_here(bank):
    edition = bank.query(Law).filter_by(code="law-x").one().editions[0]
    for position, key in enumerate(["1", "2", "2-1", "2-2", "3"]):
        bank.add(
            Article(
                edition_id=edition.id, position=position, kind="article", key=key, label=key,
                text="示例",
            )
        )  # fmt: skip
    bank.flush()
    found = of(bank)
    assert found.keys == ("1", "2", "2-1", "2-2", "3")
    assert found.without("items") == [("1", "1"), ("2-1", "3")]


def test_laws_off_the_register_are_left_out_of_the_list_and_unknown_ones_not_found(bank):
    law_y(bank, EditionFacts(TODAY, TODAY, 3, 1))
    bank.query(Law).filter_by(code="law-y").one().level = None
    bank.flush()
    assert [one.law.code for one in coverage.laws(bank, today=TODAY)] == ["law-x"]
    assert of(bank, "law-y").keys == ("1", "2", "3")
    with pytest.raises(NotFound):
        of(bank, "no-such-law")


def test_the_bank_is_filtered_by_law_and_article(bank):
    def codes(**wanted):
        return [row.item.code for row in find(bank, Wanted(**wanted))[0]]

    law_y(bank, EditionFacts(TODAY - YEAR, TODAY - YEAR, 30, 1))
    make_item(bank, "other-law", cites="law-y:2")
    make_item(bank, "twenty", cites="law-x:10")
    assert codes(law="law-x", article="2") == ["exam", "study"]
    assert codes(law="law-y") == ["other-law"]
    assert codes(law="law-x", article="1") == []


def test_how_current_a_topic_is(db):
    make_shelf(db)
    law_y(
        db,
        EditionFacts(date(2020, 1, 1), date(2020, 1, 1), 9, 1),
        EditionFacts(TODAY, TODAY + YEAR, 9, 1),
    )
    titles = ["law", "law.basic", "now", "soon", "none"]
    load_topics(db, [(code, {"zh": code, "en": code}) for code in titles])
    make_item(db, "fine", topic="law.basic", cites="law-x:1")
    make_item(db, "hard", topic="law.basic", cites="law-x:1", difficulty=Difficulty.HARD)
    make_item(db, "waits", topic="law.basic", cites="law-x:1", read=False)
    make_item(db, "gone", topic="law.basic", read=False).item.retired_at = NOW
    make_item(db, "ahead", topic="soon", cites="law-y:1")
    found = {one.code: one for one in currency.topics(db, today=TODAY)}
    basic = found["law.basic"]
    assert (basic.in_force, basic.waiting, basic.held) == (2, 1, 0)
    assert dict(basic.mix) == {"easy": 1, "hard": 1}
    assert (basic.newest_reading, basic.oldest_edition) == (NOW, TODAY)
    assert basic.current is Current.CURRENT
    assert found["none"].current is Current.NOTHING
    assert (found["soon"].held_later, found["soon"].current) == (1, Current.CHANGES_AHEAD)
    later = {one.code: one for one in currency.topics(db, today=TODAY + YEAR)}
    assert (later["soon"].held, later["soon"].current) == (1, Current.HELD)


def test_how_many_texts_are_here(bank):
    texts = coverage.texts_here(bank)
    assert (texts.laws, texts.editions, texts.register, texts.register_with_text) == (0, 0, 1, 0)
    edition = bank.query(Law).filter_by(code="law-x").one().editions[0]
    edition.text_digest, edition.imported_at = "d", NOW
    bank.flush()
    assert coverage.texts_here(bank).register_with_text == 1
