"""The yearly sheet: indicators of a policy pack, applied to a person's facts of the year."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any

from examapp.core.items import Text
from examapp.core.texts import both


class Head(StrEnum):
    """The six heads of the yearly assessment (R30)."""

    STUDY = "study"
    EXAM = "exam"
    ABIDING = "abiding"
    DECIDING = "deciding"
    ADMINISTERING = "administering"
    HANDLING = "handling"


class Measure(StrEnum):
    """What an indicator counts in the year's facts."""

    STUDY_MINUTES = "study-minutes"
    EXAMS_PASSED = "exams-passed"


@dataclass(frozen=True)
class Indicator:
    """A rule of the year: at least `threshold` of a measure earns `points`.

    `partial` says whether a part of the threshold earns the same part of the points.
    `source` names the requirement or document the rule comes from.
    """

    code: str
    head: Head
    measure: Measure
    threshold: int
    points: Fraction
    partial: bool
    title: Text
    rule: Text
    source: str


@dataclass(frozen=True)
class Evidence:
    """A fact that counts towards an indicator; `amount` is in the measure's unit."""

    measure: Measure
    on: date
    amount: int
    what: Text
    reference: str


@dataclass(frozen=True)
class Line:
    """One indicator on one person's sheet: what was found, earned, and what is missing."""

    indicator: Indicator
    evidence: tuple[Evidence, ...]
    amount: int
    points: Fraction

    @property
    def met(self) -> bool:
        return self.amount >= self.indicator.threshold

    @property
    def missing(self) -> int:
        return max(0, self.indicator.threshold - self.amount)


@dataclass(frozen=True)
class Sheet:
    """One person's year under one edition of a policy pack."""

    year: int
    lines: tuple[Line, ...]

    @property
    def points(self) -> Fraction:
        return sum((line.points for line in self.lines), Fraction(0))

    @property
    def most(self) -> Fraction:
        return sum((line.indicator.points for line in self.lines), Fraction(0))


def line(indicator: Indicator, facts: Iterable[Evidence], year: int) -> Line:
    """Apply one indicator to the facts of a calendar year."""
    counted = tuple(
        fact for fact in facts if fact.measure is indicator.measure and fact.on.year == year
    )
    amount = sum(fact.amount for fact in counted)
    share = min(Fraction(amount, indicator.threshold), Fraction(1))
    earned = indicator.points * (share if indicator.partial else int(share))
    return Line(indicator, counted, amount, earned)


def sheet(indicators: Sequence[Indicator], facts: Sequence[Evidence], year: int) -> Sheet:
    """The whole sheet: every indicator, with everything that counted towards it."""
    return Sheet(year, tuple(line(indicator, facts, year) for indicator in indicators))


def indicator_from_data(data: dict[str, Any]) -> Indicator:
    """Read an indicator as a policy pack writes it; KeyError or ValueError where it is not one."""
    threshold, partial = data["threshold"], data.get("partial", False)
    if isinstance(threshold, bool) or not isinstance(threshold, int) or threshold < 1:
        raise ValueError("threshold must be a whole number of at least 1")
    if not isinstance(partial, bool):
        raise ValueError("partial must be true or false")
    points = Fraction(str(data["points"]))
    if points < 0:
        raise ValueError("points must not be negative")
    return Indicator(
        code=str(data["code"]),
        head=Head(data["head"]),
        measure=Measure(data["measure"]),
        threshold=threshold,
        points=points,
        partial=partial,
        title=both(data, "title"),
        rule=both(data, "rule"),
        source=str(data["source"]),
    )
