"""Points, outcome, band: exact."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examapp.core.items import Kind
from examapp.core.scoring import Band, Outcome, ScoredItem, band, earned, outcome, score


def place(position=1, kind=Kind.MULTIPLE, key="AC", points=Fraction(2)):
    return ScoredItem(position, kind, frozenset(key), points)


@pytest.mark.parametrize(
    ("kind", "key", "chosen", "points"),
    [
        (Kind.SINGLE, "B", "B", 2),
        (Kind.SINGLE, "B", "A", 0),
        (Kind.SINGLE, "B", "", 0),
        (Kind.MULTIPLE, "AC", "AC", 2),
        (Kind.MULTIPLE, "AC", "A", 0),
        (Kind.MULTIPLE, "AC", "ABC", 0),
        (Kind.MULTIPLE, "AC", "BD", 0),
        (Kind.MULTIPLE, "AC", "", 0),
    ],
)
def test_only_the_whole_key_earns(kind, key, chosen, points):
    assert earned(place(kind=kind, key=key), frozenset(chosen)) == points


def test_true_and_false_are_chosen_by_name():
    item = ScoredItem(1, Kind.JUDGEMENT, frozenset({"true"}), Fraction(1))
    assert earned(item, frozenset({"true"})) == 1
    assert earned(item, frozenset({"false"})) == 0


def test_no_choice_earns_nothing_even_against_an_empty_key():
    assert earned(place(key=""), frozenset()) == 0


def test_thirds_stay_exact():
    items = [place(n, key="A", points=Fraction(1, 3)) for n in (1, 2, 3)]
    result = score(items, {n: frozenset("A") for n in (1, 2, 3)})
    assert (result.points, result.most) == (1, 1)


def test_places_without_a_response_and_responses_without_a_place_earn_nothing():
    result = score([place(1), place(2)], {2: frozenset("AC"), 9: frozenset("AC")})
    assert result.earned == {1: 0, 2: 2}
    assert (result.points, result.most) == (2, 4)


def test_an_empty_paper_scores_nothing():
    assert score([], {}).points == Fraction(0)


choices = st.frozensets(st.sampled_from("ABCD"))
papers = st.lists(st.tuples(choices, st.fractions(0, 10, max_denominator=12), choices), max_size=12)


@given(papers)
def test_the_score_is_the_sum_of_its_places_and_never_beyond_the_most(rows):
    items = [place(n, key=key, points=points) for n, (key, points, _) in enumerate(rows, 1)]
    chosen = {n: choice for n, (_, _, choice) in enumerate(rows, 1)}
    result = score(items, chosen)
    by_hand = sum((p for key, p, choice in rows if choice and choice == key), Fraction(0))
    assert result.points == by_hand == sum(result.earned.values(), Fraction(0))
    assert 0 <= result.points <= result.most


@pytest.mark.parametrize(
    ("points", "expected"),
    [("59", "failed"), ("179/3", "failed"), ("60", "passed"), ("61", "passed")],
)
def test_the_cut_score_itself_passes(points, expected):
    assert outcome(Fraction(points), Fraction(60)) == Outcome(expected)


BANDS = (Band("excellent", Fraction(90)), Band("pass", Fraction(60)), Band("good", Fraction(80)))


@pytest.mark.parametrize(
    ("points", "code"),
    [("59", None), ("60", "pass"), ("239/3", "pass"), ("80", "good"), ("90", "excellent")],
)
def test_the_highest_band_reached_counts_in_whatever_order_they_stand(points, code):
    assert band(Fraction(points), BANDS) == code


def test_without_bands_there_is_none():
    assert band(Fraction(100), ()) is None
