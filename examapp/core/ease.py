"""How easy an item is: the expected share of right answers, from its band and from the data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from examapp.core.items import Difficulty

WHOLE = 10_000  # eases are whole ten-thousandths, so that every language computes the same sums


@dataclass(frozen=True)
class EasePrior:
    """What is expected of each band before anybody answered.

    `easy`, `medium` and `hard` are ten-thousandths; `weight` says how many answers the
    expectation counts for when it is blended with what people answered.
    """

    easy: int = 8500
    medium: int = 6500
    hard: int = 4500
    weight: int = 20

    def of(self, difficulty: Difficulty) -> int:
        """The expectation for a band, in ten-thousandths."""
        return {
            Difficulty.EASY: self.easy,
            Difficulty.MEDIUM: self.medium,
            Difficulty.HARD: self.hard,
        }[difficulty]

    @property
    def spelled(self) -> str:
        """As the setting writes it: percentages, easy first."""
        return ",".join(f"{value / 100:g}" for value in (self.easy, self.medium, self.hard))


DEFAULT_PRIOR = EasePrior()


@dataclass(frozen=True)
class Ease:
    """An estimate: `value` in ten-thousandths, `answers` by how many it was moved."""

    value: int
    answers: int = 0

    @property
    def from_data(self) -> bool:
        """Whether answers stand behind it, or the author's band alone."""
        return self.answers > 0


def estimate(difficulty: Difficulty, seen: int, right: int, prior: EasePrior) -> Ease:
    """Blend band and data: the mean of a Beta prior of `weight` answers after `seen` more.

    (weight · band + right) / (weight + seen), rounded to the nearest ten-thousandth, halves
    up, and never 0 or 1: no question is certain.
    """
    if not 0 <= right <= seen:
        raise ValueError(f"{right} right of {seen} seen")
    band = Fraction(prior.of(difficulty), WHOLE)
    share = (prior.weight * band + right) / (prior.weight + seen)
    value = int(share * WHOLE + Fraction(1, 2))
    return Ease(min(max(value, 1), WHOLE - 1), seen)


def read_prior(bands: str, weight: str) -> EasePrior:
    """Read three falling percentages and a weight; ValueError says what is wrong."""
    parts = bands.split(",")
    if len(parts) != 3 or not all(re.fullmatch(r"\s*\d{1,2}(\.\d{1,2})?\s*", p) for p in parts):
        raise ValueError(f"three percentages below 100, easy first, not {bands!r}")
    easy, medium, hard = (int(Fraction(part.strip()) * 100) for part in parts)
    if not 0 < hard < medium < easy:
        raise ValueError("the easy band is easier than the medium one, and that than the hard one")
    if not weight.isdecimal() or not 1 <= int(weight) <= 10_000:
        raise ValueError(f"the weight is a whole number of answers from 1 to 10000, not {weight!r}")
    return EasePrior(easy, medium, hard, int(weight))
