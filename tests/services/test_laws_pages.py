"""What reading pages ask: histories of articles, comparisons, what rests on an article."""

from __future__ import annotations

from datetime import timedelta

import pytest

from examapp.core.law.changes import ChangeKind
from examapp.core.refusals import NotFound
from examapp.services.laws import comparing
from examapp.services.laws.comparing import NoWords, changed_in, changes, with_words
from examapp.services.laws.histories import history
from examapp.services.laws.resting import held_items, resting_on
from examapp.services.laws.shelf import shelf
from examapp.services.laws.shelving import fits, news_of
from examapp.services.study.loading import load_guides
from tests.bureau import NOW, make_item, make_shelf
from tests.law_changes import FIRST, SECOND, THIRD, WORDS, give_text, make_law
from tests.services.study_builders import guide_facts, section_facts

TODAY = NOW.date()
OLD = list(WORDS.values())
FEES, NEW_FEES = OLD[2], OLD[2].replace("每季度", "每月")
NEW = [OLD[0], "新设水上救援站，配备救生艇与医护人员。", OLD[1], NEW_FEES, *OLD[3:-1]]


@pytest.fixture
def law(db):
    """Fees moved from 3 to 4 and were changed, 2 is new, tugs (12) went."""
    law = make_law(db)
    make_law(db, code="quiet", title="示例安静法")
    give_text(db, law, FIRST, OLD)
    give_text(db, law, SECOND, NEW)
    return law


def test_a_history_follows_an_article_through_its_numbers(db, law):
    give_text(db, law, THIRD, [OLD[4], *NEW])
    told = history(db, law, law.editions[1], "4", today=TODAY)
    assert [(w.edition.adopted, [a.key for a in w.articles], w.kind) for w in told] == [
        (THIRD, ["5"], "renumbered"),
        (SECOND, ["4"], "modified"),
        (FIRST, ["3"], ""),
    ]
    assert [(p.op, p.text) for p in told[1].pieces if p.op != "same"] == [
        ("out", "季度"),
        ("in", "月"),
    ]


def test_a_history_begins_where_an_article_was_added_and_ends_where_it_went(db, law):
    assert [w.kind for w in history(db, law, law.editions[1], "2", today=TODAY)] == ["added"]
    gone, stood = history(db, law, law.editions[0], "12", today=TODAY)
    assert (gone.kind, gone.articles, stood.kind) == ("removed", (), "")


def test_a_comparison_says_what_became_of_each_article(db, law):
    found = changes(db, law, *law.editions)
    counts = comparing.counts(found)
    assert counts[ChangeKind.ADDED] == counts[ChangeKind.REMOVED] == 1
    assert counts[ChangeKind.MODIFIED] == 1
    assert sum(len(change.new) for change in found) == len(NEW)
    assert changed_in(db, law, law.editions[1]) == (
        law.editions[0],
        {"2": "added", "4": "modified"},
    )


def test_editions_that_are_no_neighbours_are_compared_as_well(db, law):
    third = give_text(db, law, THIRD, OLD)
    found = changes(db, law, law.editions[0], third)
    assert {change.kind for change in found} == {ChangeKind.UNCHANGED}


def test_an_edition_without_words_cannot_be_compared(db, law):
    law.editions[0].text_digest = law.editions[0].imported_at = None
    with pytest.raises(NoWords):
        changes(db, law, *law.editions)
    with pytest.raises(NotFound):
        comparing.edition_adopted(law, THIRD)


def test_a_comparison_names_items_on_the_older_words(db, law):
    make_shelf(db)
    make_item(db, "fees", cites="harbour:4")
    make_item(db, "noise", cites="harbour:5")
    third = give_text(db, law, THIRD, [*NEW[:3], "港务费全部取消。", *NEW[4:]])
    found = [c for c in changes(db, law, law.editions[1], third) if c.kind == "modified"]
    [row] = with_words(db, law, law.editions[1], third, found, with_items=True)
    assert row.resting.items == ["fees"]
    [hidden] = with_words(db, law, law.editions[1], third, found, with_items=False)
    assert hidden.resting.items == []


def test_what_rests_on_an_older_edition_is_followed_to_the_newer_one(db, law):
    make_shelf(db)
    make_item(db, "fees", cites="harbour:4")
    load_guides(db, [guide_facts("g1", section_facts(cites="harbour:4.1 harbour:4.2"))], now=NOW)
    third = give_text(db, law, THIRD, [OLD[4], *NEW[:3], FEES, *NEW[4:]])
    rests = resting_on(db, law, third, with_items=True)
    assert list(rests) == ["5"]
    assert rests["5"].items == ["fees"]
    assert [section.code for _, section in rests["5"].sections] == ["s1"]
    assert resting_on(db, law, third, with_items=True, key="4") == {}
    assert resting_on(db, law, third, with_items=False)["5"].items == []


@pytest.mark.parametrize(
    ("words", "found"),
    [("港口", True), ("示例 港口", True), ("《示例港口法》", True), ("law HARBOUR", True),
     ("铁路", False), ("港口 铁路", False), ("", True)],
)  # fmt: skip
def test_laws_are_narrowed_down_by_words_of_their_titles(db, law, words, found):
    entry = next(entry for entry in shelf(db, today=TODAY) if entry.law.code == "harbour")
    assert fits(entry, words, "") is found
    assert not fits(entry, words, "constitution")


def test_a_law_is_marked_while_its_newest_edition_is_young(db, law):
    entry = next(entry for entry in shelf(db, today=TODAY) if entry.law.code == "harbour")
    assert news_of(entry, TODAY) == ["amended"]
    assert news_of(entry, TODAY.replace(year=2028)) == []
    entry.edition.repealed = TODAY
    assert news_of(entry, TODAY) == ["repealed"]


def test_items_are_marked_as_held_from_the_day_on_which_the_change_holds(db, law):
    make_shelf(db)
    make_item(db, "fees", cites="harbour:4")
    make_item(db, "noise", cites="harbour:5")
    later = TODAY + timedelta(days=30)
    give_text(db, law, THIRD, [*NEW[:3], "港务费全部取消。", *NEW[4:]], effective=later)
    assert held_items(db, law, today=TODAY) == frozenset()
    assert held_items(db, law, today=later) == {"fees"}
