"""What responses are worth: exact points, pass or fail, and the band."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from examapp.core.items import Kind

Points = Fraction


def whole_key(chosen: frozenset[str], key: frozenset[str]) -> Fraction:
    """All of the key and nothing else earns everything; anything else earns nothing."""
    return Fraction(1) if chosen == key else Fraction(0)


EARNS = {Kind.SINGLE: whole_key, Kind.MULTIPLE: whole_key, Kind.JUDGEMENT: whole_key}


class Outcome(StrEnum):
    """Whether the cut score was reached."""

    PASSED = "passed"
    FAILED = "failed"


@dataclass(frozen=True)
class Band:
    """A named stretch of scores, from `least` points up to the next band."""

    code: str
    least: Fraction


@dataclass(frozen=True)
class ScoredItem:
    """One place on a paper as scoring sees it."""

    position: int
    kind: Kind
    key: frozenset[str]
    points: Fraction


@dataclass(frozen=True)
class Score:
    """Exact points of a sitting, place by place."""

    points: Fraction
    most: Fraction
    earned: Mapping[int, Fraction]


def earned(item: ScoredItem, chosen: frozenset[str]) -> Fraction:
    """Points that a choice earns at one place; no choice earns nothing."""
    return item.points * EARNS[item.kind](chosen, item.key) if chosen else Fraction(0)


def score(items: Iterable[ScoredItem], chosen: Mapping[int, frozenset[str]]) -> Score:
    """Score a whole paper; places without a response count as not chosen."""
    places = tuple(items)
    by_place = {
        item.position: earned(item, chosen.get(item.position, frozenset())) for item in places
    }
    most = sum((item.points for item in places), Fraction(0))
    return Score(sum(by_place.values(), Fraction(0)), most, by_place)


def outcome(points: Fraction, cut_score: Fraction) -> Outcome:
    """Passed from the cut score upward."""
    return Outcome.PASSED if points >= cut_score else Outcome.FAILED


def band(points: Fraction, bands: Iterable[Band]) -> str | None:
    """The code of the highest band reached, or None below the lowest."""
    reached = [b for b in sorted(bands, key=lambda b: b.least) if points >= b.least]
    return reached[-1].code if reached else None
