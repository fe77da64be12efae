"""What a reading page asks of the library."""

from dataclasses import replace
from datetime import date

import pytest

from examapp.core.law.text import Heading, Level
from examapp.core.refusals import NotFound
from examapp.services.laws import reading
from examapp.services.laws.importing import Incoming, import_texts
from examapp.services.laws.reading import Standing
from examapp.services.laws.register import EditionFacts, LawFacts, load_laws
from tests.bureau import NOW
from tests.made_up_laws import article, of

OLD, NEW = date(2010, 1, 1), date(2020, 1, 1)
BODY = (
    Heading(Level.PART, "第一编", "总则"),
    Heading(Level.CHAPTER, "第一章", "目的"),
    article(1, "甲。"),
    Heading(Level.CHAPTER, "第二章", "规则"),
    Heading(Level.SECTION, "第一节", "一般"),
    article(2, "乙。"),
    article("2-1", "丙。"),
    Heading(Level.PART, "", "附则"),
    article(3, "丁。"),
)


@pytest.fixture
def law(db):
    editions = (
        EditionFacts(OLD, OLD, 3, 0),
        EditionFacts(NEW, date(2020, 6, 1), 4, 2, repealed=date(2025, 1, 1)),
    )
    title = {"zh": "示例法", "en": "Example Law"}
    load_laws(db, [LawFacts("x", "law", title, title, editions)], now=NOW)
    text = replace(of(BODY, "示例法"), adopted=NEW)
    import_texts(db, [Incoming(text)], source="test", by=None, now=NOW)
    return reading.law_by_code(db, "x")


@pytest.fixture
def edition(law):
    return reading.edition_of(law, on=NOW.date(), adopted=NEW)


@pytest.mark.parametrize(
    ("on", "standings"),
    [
        (date(2009, 1, 1), ["to-come", "to-come"]),
        (date(2020, 5, 31), ["to-come", "in-force"]),
        (date(2020, 6, 1), ["in-force", "replaced"]),
        (date(2024, 12, 31), ["in-force", "replaced"]),
        (date(2025, 1, 1), ["repealed", "replaced"]),
    ],
)
def test_editions_stand_as_the_day_has_it(law, on, standings):
    assert [e.standing for e in reading.editions(law, on=on)] == standings


def test_an_edition_says_until_when_it_holds_and_whether_its_words_are_here(law):
    new, old = reading.editions(law, on=NOW.date())
    assert (new.until, old.until) == (date(2025, 1, 1), date(2020, 6, 1))
    assert (new.has_text, old.has_text) == (True, False)
    assert new.standing is Standing.REPEALED


def test_a_day_or_a_date_of_adoption_chooses_the_edition(law):
    assert reading.edition_of(law, on=date(2015, 1, 1)).adopted == OLD
    assert reading.edition_of(law, on=date(2015, 1, 1), adopted=NEW).adopted == NEW
    with pytest.raises(NotFound):
        reading.edition_of(law, on=NOW.date(), adopted=date(2011, 1, 1))


@pytest.mark.parametrize("code", ["", "y", "%", "X"])
def test_an_unknown_code_is_not_found(db, law, code):
    with pytest.raises(NotFound):
        reading.law_by_code(db, code)


def test_a_former_code_still_leads_to_the_law(db, law):
    law.former_codes = ["law-0123456789"]
    db.flush()
    assert reading.law_by_code(db, "law-0123456789") is law
    with pytest.raises(NotFound):
        reading.law_by_code(db, "law-012345678")


def test_contents_stand_in_order(db, edition):
    rows = reading.contents(db, edition)
    assert [row.label or row.title for row in rows] == [
        "第一编", "第一章", "第一条", "第二章", "第一节", "第二条", "第二条之一", "附则", "第三条",
    ]  # fmt: skip


def test_the_outline_tells_first_and_last_articles(db, edition):
    told = [(o.heading.label or o.heading.title, o.depth, o.first, o.last)
            for o in reading.outline(db, edition)]  # fmt: skip
    one, two, last, three = ("1", "第一条"), ("2", "第二条"), ("2-1", "第二条之一"), ("3", "第三条")
    assert told == [
        ("第一编", 0, one, last), ("第一章", 1, one, one), ("第二章", 1, two, last),
        ("第一节", 2, two, last), ("附则", 0, three, three),
    ]  # fmt: skip


def test_an_article_knows_its_place(db, edition):
    here = reading.provision(db, edition, "2-1")
    before, after = reading.neighbours(db, here)
    assert (before.key, after.key) == ("2", "3")
    assert [h.label for h in reading.headings_above(db, here)] == ["第一编", "第二章", "第一节"]
    assert [h.title for h in reading.headings_above(db, after)] == ["附则"]
    assert reading.neighbours(db, after)[1] is None
    with pytest.raises(NotFound):
        reading.provision(db, edition, "9")


def test_a_stretch_of_the_law_can_be_read_alone(db, edition):
    found = reading.provisions(db, edition, first=4, last=7)
    assert [row.key for row in found] == ["2", "2-1"]


def test_an_edition_of_facts_alone_has_no_text(db, law):
    assert reading.text_of(db, law.editions[0]) is None
    assert reading.text_of(db, law.editions[1]).body == BODY
