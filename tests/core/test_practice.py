"""Practice: days until an item comes back, when it is done, shorter papers of the same shape."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examapp.core.items import Difficulty, Kind
from examapp.core.practice import Card, friendly, review, scale, shorter
from examapp.core.scoring import Band
from examapp.core.spec import ExamSpec, SpecLine, faults, shortages

DAY = date(2026, 6, 1)
DAYS = timedelta(days=1)


def after(answers, day=DAY, card=None):
    """A card after answers (r or w), each given on the day on which it is due."""
    for answer in answers:
        card = review(card, answer == "r", card.due_on if card else day)
    return card


def pauses(answers):
    found = []
    for n in range(1, len(answers) + 1):
        card = after(answers[:n])
        found.append((card.due_on - card.reviewed_on).days)
    return found


def test_an_item_never_answered_wrong_has_no_card():
    assert review(None, True, DAY) is None
    assert after("rr") is None


def test_a_wrong_item_comes_back_the_next_day():
    card = after("w")
    assert (card.reviewed_on, card.due_on, card.right_in_row) == (DAY, DAY + DAYS, 0)


def test_after_right_answers_the_pauses_grow():
    assert pauses("wrrr") == [1, 2, 6, 17]


@pytest.mark.parametrize("answers", ["wrwr", "wrrwr", "wrrw", "wwwr"])
def test_a_wrong_answer_begins_the_row_anew(answers):
    card = after(answers)
    assert card.right_in_row == (answers[-1] == "r")
    assert card.retired_on is None


def test_a_wrong_answer_brings_the_item_back_soon():
    assert pauses("wrrw")[-1] == 1


def test_three_right_answers_in_a_row_retire_the_card():
    assert after("wrr").retired_on is None
    card = after("wrrr")
    assert card.retired_on == card.reviewed_on
    assert not card.is_due(card.due_on)
    assert after("wrwrrr").retired_on


def test_an_answer_before_its_day_does_not_count_towards_the_three():
    card = after("w")
    for _ in range(5):
        card = review(card, True, DAY)
    assert (card.right_in_row, card.retired_on) == (0, None)
    assert card.due_on > DAY


def test_a_retired_card_that_is_answered_wrong_begins_anew():
    done = after("wrrr")
    again = review(done, False, done.due_on)
    assert (again.right_in_row, again.retired_on) == (0, None)
    assert again.is_due(again.due_on)
    assert after("rrr", card=again).retired_on


def test_a_retired_card_stays_retired_when_it_is_answered_right():
    done = after("wrrr")
    assert review(done, True, done.due_on).retired_on == done.retired_on


@pytest.mark.parametrize(("days", "due"), [(-1, False), (0, True), (30, True)])
def test_a_card_is_due_on_its_day_and_later(days, due):
    card = after("w")
    assert card.is_due(card.due_on + days * DAYS) is due


def test_an_answer_that_becomes_known_late_counts_as_given_last():
    card = after("wr")
    late = review(card, False, DAY - 100 * DAYS)
    assert late == review(card, False, card.reviewed_on)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 40)), max_size=12))
def test_the_same_answers_give_the_same_card_and_it_is_never_due_in_the_past(answers):
    cards = []
    for _ in range(2):
        card, day = None, DAY
        for right, pause in answers:
            day += pause * DAYS
            card = review(card, right, day)
            assert card is None or card.due_on > day
        cards.append(card)
    assert cards[0] == cards[1]


@given(st.lists(st.booleans(), max_size=10))
def test_a_card_is_the_same_after_its_numbers_were_stored(answers):
    card = None
    for n, right in enumerate(answers):
        kept = card and Card(**{f: getattr(card, f) for f in Card.__dataclass_fields__})
        card = review(kept, right, DAY + n * DAYS)
    assert card == after_days(answers)


def after_days(answers):
    card = None
    for n, right in enumerate(answers):
        card = review(card, right, DAY + n * DAYS)
    return card


@pytest.mark.parametrize(
    ("enemies", "most", "chosen"),
    [
        ({}, 9, "abc"),
        ({}, 2, "ab"),
        ({"a": "b"}, 9, "ac"),
        ({"b": "a"}, 9, "ac"),
        ({"a": "b", "b": "c"}, 9, "ac"),
    ],
)
def test_enemies_never_stand_in_one_run_and_the_first_come_first(enemies, most, chosen):
    assert friendly("abc", {code: enemies.get(code, "") for code in "abc"}, most) == list(chosen)


def spec(*counts, **fields):
    """Lines of singles, multiples, judgements; 2 points each, half of them pass."""
    lines = tuple(
        SpecLine("law", kind, None, count, Fraction(2))
        for kind, count in zip(Kind, counts, strict=False)
        if count
    )
    points = 2 * sum(counts)
    whole = ExamSpec(lines, 60, Fraction(points, 2), (Band("good", Fraction(points * 3, 4)),))
    return replace(whole, **fields)


def cells(*counts):
    return [
        ("law", kind, Difficulty.EASY)
        for kind, count in zip(Kind, counts, strict=False)
        for _ in range(count)
    ]


def counts_of(found):
    return {line.kind: line.count for line in found.lines}


def test_a_shorter_paper_keeps_the_shape_and_is_as_long_as_can_be():
    found = shorter(spec(40, 20, 20), cells(100, 10, 100))
    assert counts_of(found) == {Kind.SINGLE: 21, Kind.MULTIPLE: 10, Kind.JUDGEMENT: 10}


def test_minutes_cut_score_and_bands_shrink_with_the_paper():
    found = scale(spec(40, 20, 20), 41)
    assert found.minutes == 31
    assert found.cut_score / found.points == Fraction(1, 2)
    assert found.bands[0].least == 62  # 61.5, up to the next whole point


def test_a_line_that_the_shape_leaves_nothing_of_falls_out():
    assert counts_of(scale(spec(40, 1), 10)) == {Kind.SINGLE: 10}


@pytest.mark.parametrize("held", [cells(), cells(4), cells(100, 0, 100)])
def test_where_not_even_a_short_paper_can_be_filled_there_is_none(held):
    assert shorter(spec(20, 20, 20), held) is None


def test_shorter_never_gives_the_whole_paper_back():
    assert shorter(spec(6), cells(100)).items == 5
    assert shorter(spec(5), cells(100)) is None


@given(
    st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(1, 30)),
    st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30)),
)
def test_a_shorter_paper_can_be_filled_and_is_right_in_itself(wanted, held):
    found = shorter(spec(*wanted), cells(*held))
    if found:
        assert found.items < sum(wanted)
        assert not shortages(found, cells(*held))
        assert not list(faults(found))


@given(st.lists(st.integers(1, 40), min_size=1, max_size=3), st.integers(1, 100))
def test_scaling_gives_exactly_that_many_items(wanted, size):
    whole = spec(*wanted)
    if size <= whole.items:
        small = scale(whole, size)
        assert small.items == size
        for line in small.lines:
            exact = Fraction(size * counts_of(whole)[line.kind], whole.items)
            assert abs(line.count - exact) < 1
