"""What every deal of an exam starts from: the lines' sorted lists, the target, the tolerance."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import floor, lcm

from examapp.core.ease import WHOLE
from examapp.core.papers import PoolItem, PoolTooSmall
from examapp.core.spec import ExamSpec, SpecLine

FEWEST, MOST = 8, 16  # papers in a deal
AMPLE = 64  # papers that share no item: from here on nothing is gained by sharing out exactly
WELL = Fraction(2, 5)  # of the tolerance: what levelling aims at


@dataclass(frozen=True)
class LineList:
    """A line of the spec with all items it accepts, by topic and ease."""

    line: SpecLine
    items: tuple[PoolItem, ...]


@dataclass(frozen=True)
class Column:
    """One place of every paper in a deal: the `stratum`-th of a line."""

    list_no: int
    stratum: int
    line: SpecLine
    weight: int


@dataclass(frozen=True)
class Plan:
    """An exam's spec and frozen pool, ready to be dealt (docs/lottery.md, "Pool, lines, target").

    What items bring is counted in whole parts: points × `unit` × ten-thousandths.
    """

    spec: ExamSpec
    pool: tuple[PoolItem, ...]
    lists: tuple[LineList, ...]
    target: Fraction

    @cached_property
    def unit(self) -> int:
        """What makes every line's points whole."""
        return lcm(*(line.points.denominator for line in self.spec.lines))

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns of a deal, line by line."""
        return tuple(
            Column(number, stratum, of.line, int(of.line.points * self.unit))
            for number, of in enumerate(self.lists)
            for stratum in range(of.line.count)
        )

    @cached_property
    def size(self) -> int:
        """How many papers a deal has: the number that shares out the pool best."""
        ratio = min(len(of.items) // of.line.count for of in self.lists)
        if ratio < FEWEST or ratio >= AMPLE:
            return FEWEST if ratio < FEWEST else MOST
        return max(range(FEWEST, MOST + 1), key=lambda size: (size * (ratio // size), size))

    @cached_property
    def aim(self) -> int:
        """The target in whole parts."""
        return int(self.target * WHOLE * self.unit)

    @cached_property
    def limit(self) -> int:
        """The greatest deviation of a level paper, in whole parts."""
        return floor(self._tolerance * WHOLE * self.unit)

    @cached_property
    def well(self) -> int:
        """The greatest deviation of a well levelled paper, in whole parts."""
        return floor(self._tolerance * WELL * WHOLE * self.unit)

    @property
    def _tolerance(self) -> Fraction:
        return (self.spec.tolerance or Fraction(0)) * self.spec.points / 100

    def in_points(self, parts: int) -> Fraction:
        """Whole parts as points."""
        return Fraction(parts, WHOLE * self.unit)


def plan(spec: ExamSpec, pool: Iterable[PoolItem], target: Fraction | None = None) -> Plan:
    """The plan of a spec and a pool with eases; PoolTooSmall where a line finds too few items."""
    ordered = tuple(sorted(pool, key=lambda item: item.code))
    lists = tuple(LineList(line, _accepted(line, ordered)) for line in spec.lines)
    for of in lists:
        if len(of.items) < of.line.count:
            raise PoolTooSmall(topic=of.line.topic)
    return Plan(spec, ordered, lists, expected(lists) if target is None else target)


def _accepted(line: SpecLine, pool: tuple[PoolItem, ...]) -> tuple[PoolItem, ...]:
    cells: dict[tuple[str, str, str], bool] = {}
    found = []
    for item in pool:
        if item.cell not in cells:
            cells[item.cell] = line.accepts(item.cell)
        if cells[item.cell]:
            found.append(item)
    return _there_and_back(found)


def _there_and_back(items: list[PoolItem]) -> tuple[PoolItem, ...]:
    """By topic; ease rises in the first, falls in the second, and so on: no leap in between."""
    turn = {topic: place % 2 for place, topic in enumerate(sorted({i.topic for i in items}))}

    def key(item: PoolItem) -> tuple[str, int, str]:
        ease = item.ease or 0
        return item.topic, -ease if turn[item.topic] else ease, item.code

    return tuple(sorted(items, key=key))


def expected(lists: Iterable[LineList]) -> Fraction:
    """What a paper brings on average when every item of a line's list is equally likely.

    Rounded to a ten-thousandth of a point, halves up.
    """
    parts = sum(
        (of.line.count * of.line.points * _mean_ease(of.items) for of in lists), Fraction(0)
    )
    return Fraction(floor(parts + Fraction(1, 2)), WHOLE)


def _mean_ease(items: tuple[PoolItem, ...]) -> Fraction:
    return Fraction(sum(item.ease or 0 for item in items), len(items))
