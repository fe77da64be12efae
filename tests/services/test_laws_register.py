"""The register: order, present edition, what rests on which law."""

from datetime import date

import pytest

from examapp.core.refusals import NotFound
from examapp.services.laws import register
from examapp.services.laws import shelf as laws
from examapp.services.laws.register import EditionFacts, LawFacts
from tests.bureau import NOW, make_item
from tests.services.study_builders import guide_facts, load, section_facts

TODAY = date(2026, 6, 1)


def load_laws(db, laws):
    register.load_laws(db, laws, now=NOW)


def facts(code, kind="law", *editions):
    title = {"zh": f"法{code}", "en": f"Law {code}"}
    return LawFacts(code, kind, title, title, editions or (EditionFacts(TODAY, TODAY, 9, 1),))


def edition(day, articles):
    return EditionFacts(day, day, articles, 0)


def test_the_constitution_comes_first_then_laws_then_regulations(db):
    load_laws(
        db,
        [
            facts("r", "regulation"),
            facts("b"),
            facts("c", "constitution"),
            facts("a"),
            facts("z", "other"),
        ],
    )
    assert [entry.law.code for entry in laws.shelf(db, today=TODAY)] == ["c", "b", "a", "r", "z"]


@pytest.mark.parametrize(
    ("today", "articles"),
    [(date(2019, 1, 1), 1), (date(2020, 1, 1), 1), (date(2024, 12, 31), 2), (date(2025, 1, 1), 3)],
)
def test_the_present_edition_is_the_newest_that_has_begun(db, today, articles):
    days = (date(2020, 1, 1), date(2022, 1, 1), date(2025, 1, 1))
    load_laws(db, [facts("a", "law", *(edition(d, n) for n, d in enumerate(days, 1)))])
    assert laws.law(db, "a", today=today).edition.articles == articles


def test_items_in_force_and_sections_are_counted_once_each(db):
    load(
        db,
        guide_facts(
            "g1", section_facts("a", cites="law-x:1.1 law-x:1.2 law-x:2"), section_facts("b")
        ),
        guide_facts("gone", section_facts("c")),
    )
    load(
        db,
        guide_facts(
            "g1", section_facts("a", cites="law-x:1.1 law-x:1.2 law-x:2"), section_facts("b")
        ),
    )
    load_laws(db, [facts("law-y")])
    make_item(db, "one")
    make_item(db, "unread", read=False)
    make_item(db, "other", cites="law-y:1")
    counts = {e.law.code: (e.items, e.sections) for e in laws.shelf(db, today=TODAY)}
    assert counts == {"law-x": (1, 2), "law-y": (1, 0)}


def test_cited_articles_stand_in_the_laws_order_with_their_sections(db):
    load(
        db,
        guide_facts(
            "g1", section_facts("a", cites="law-x:10 law-x:2-1 law-x:2.3 law-x:2.1 law-x:preamble")
        ),
        guide_facts("g2", section_facts("b", cites="law-x:2"), position=20),
        guide_facts("gone", section_facts("c", cites="law-x:3")),
    )
    load(
        db,
        guide_facts(
            "g1", section_facts("a", cites="law-x:10 law-x:2-1 law-x:2.3 law-x:2.1 law-x:preamble")
        ),
        guide_facts("g2", section_facts("b", cites="law-x:2"), position=20),
    )
    found = [
        (c.cite.article, [(g.code, s.code) for g, s in c.sections])
        for c in laws.cited_articles(db, "law-x")
    ]
    a, b = ("g1", "a"), ("g2", "b")
    assert found == [("preamble", [a]), ("2", [a, b]), ("2-1", [a]), ("10", [a])]
    assert laws.cited_articles(db, "law-y") == []


def test_an_unknown_law_is_not_found(db):
    with pytest.raises(NotFound):
        laws.law(db, "no-such-law", today=TODAY)
