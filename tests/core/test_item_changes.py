"""Differences between two states of a question."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from examapp.core.citations import parse
from examapp.core.item_changes import Clash, Piece, changes, clashes, pieces
from examapp.core.items import Difficulty, Kind
from tests.bureau import make_content

BASE = make_content()


def test_equal_states_do_not_differ():
    assert changes(BASE, make_content()) == []


def test_each_part_that_differs_is_named_in_reading_order():
    other = replace(
        BASE,
        difficulty=Difficulty.HARD,
        stem={**BASE.stem, "en": "New"},
        options=(*BASE.options[:3], ("D", {"zh": "新", "en": "Option D"})),
        key=frozenset("C"),
        cites=(parse("law-x:2"), parse("law-x:3")),
        enemies=frozenset({"a-1"}),
    )
    assert [(c.place, c.before, c.after) for c in changes(BASE, other)] == [
        ("difficulty", "easy", "hard"),
        ("stem.en", "Stem 题干", "New"),
        ("option D.zh", "选项D", "新"),
        ("key", "B", "C"),
        ("cites", "law-x:1", "law-x:2\nlaw-x:3"),
        ("enemies", "", "a-1"),
    ]


def test_an_option_that_comes_or_goes_stands_among_the_options():
    shorter = replace(BASE, options=BASE.options[:3], rationale={"zh": "新", "en": "N"})
    for before, after in ((BASE, shorter), (shorter, BASE)):
        found = [change.place for change in changes(before, after)]
        assert found == ["option D.zh", "option D.en", "rationale.zh", "rationale.en"]


def test_another_kind_shows_all_options():
    judgement = make_content(kind=Kind.JUDGEMENT)
    found = [change.place for change in changes(BASE, judgement)]
    assert found[0] == "kind"
    assert "option true.zh" in found
    assert "option A.zh" in found


def test_clashes_tell_who_changed_what():
    theirs = replace(BASE, stem={"zh": "她的", "en": "Hers"}, key=frozenset("C"))
    mine = replace(BASE, stem={"zh": "我的", "en": "Stem 题干"}, difficulty=Difficulty.HARD)
    assert clashes(BASE, theirs, mine) == [
        Clash("difficulty", "easy", "hard", they_changed=False, i_changed=True),
        Clash("stem.zh", "她的", "我的", they_changed=True, i_changed=True),
        Clash("stem.en", "Hers", "Stem 题干", they_changed=True, i_changed=False),
        Clash("key", "C", "B", they_changed=True, i_changed=False),
    ]


def test_what_both_changed_alike_is_no_clash():
    changed = replace(BASE, key=frozenset("C"))
    assert clashes(BASE, changed, changed) == []


def test_english_differs_by_words_and_chinese_by_signs():
    assert list(pieces("the quick fox", "the slow fox")) == [
        Piece("kept", "the "),
        Piece("gone", "quick"),
        Piece("new", "slow"),
        Piece("kept", " fox"),
    ]
    assert list(pieces("行政机关应当", "行政机关可以")) == [
        Piece("kept", "行政机关"),
        Piece("gone", "应当"),
        Piece("new", "可以"),
    ]


def test_texts_without_likeness_are_shown_whole():
    assert list(pieces("甲乙丙", "丁戊")) == [Piece("gone", "甲乙丙"), Piece("new", "丁戊")]


@given(st.text(alphabet="ab 甲乙\n", max_size=30), st.text(alphabet="ab 甲乙\n", max_size=30))
def test_the_pieces_hold_both_texts_whole(before, after):
    found = list(pieces(before, after))
    assert "".join(p.text for p in found if p.how != "new") == before
    assert "".join(p.text for p in found if p.how != "gone") == after
