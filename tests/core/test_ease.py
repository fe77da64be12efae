"""How easy an item is: the author's band first, the data more and more."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examapp.core.ease import DEFAULT_PRIOR, EasePrior, estimate, read_prior
from examapp.core.items import Difficulty


@pytest.mark.parametrize(
    ("band", "ease"), [(Difficulty.EASY, 8500), (Difficulty.MEDIUM, 6500), (Difficulty.HARD, 4500)]
)
def test_before_anybody_answered_the_band_speaks(band, ease):
    found = estimate(band, 0, 0, DEFAULT_PRIOR)
    assert (found.value, found.from_data) == (ease, False)


@pytest.mark.parametrize(
    ("seen", "right", "ease"),
    [
        (20, 20, 8250),  # (20 × 0.65 + 20) / 40
        (20, 0, 3250),
        (180, 90, 5150),  # (13 + 90) / 200
        (1, 1, 6667),  # 14 / 21, rounded
    ],
)
def test_answers_move_it_by_their_weight(seen, right, ease):
    found = estimate(Difficulty.MEDIUM, seen, right, DEFAULT_PRIOR)
    assert (found.value, found.answers) == (ease, seen)


@given(seen=st.integers(0, 100000), data=st.data())
def test_it_lies_between_the_band_and_the_data_and_is_never_certain(seen, data):
    right = data.draw(st.integers(0, seen))
    found = estimate(Difficulty.EASY, seen, right, DEFAULT_PRIOR)
    assert 0 < found.value < 10000
    share = Fraction(right, seen) if seen else Fraction(85, 100)
    low, high = sorted((share, Fraction(85, 100)))
    assert low - Fraction(1, 5000) <= Fraction(found.value, 10000) <= high + Fraction(1, 5000)


def test_a_tally_that_cannot_be_is_refused():
    with pytest.raises(ValueError, match="3 right of 2"):
        estimate(Difficulty.EASY, 2, 3, DEFAULT_PRIOR)


def test_the_setting_is_read():
    assert read_prior("90, 70.5,40", "50") == EasePrior(9000, 7050, 4000, 50)
    assert read_prior(DEFAULT_PRIOR.spelled, "20") == DEFAULT_PRIOR


@pytest.mark.parametrize(
    ("bands", "weight"),
    [("90,70", "20"), ("70,90,40", "20"), ("100,50,20", "20"), ("90,70,0", "20"),
     ("a,b,c", "20"), ("90,70,40", "0"), ("90,70,40", "x")],
)  # fmt: skip
def test_a_setting_that_makes_no_sense_is_refused(bands, weight):
    with pytest.raises(ValueError, match=r"percentages|easier|weight"):
        read_prior(bands, weight)
