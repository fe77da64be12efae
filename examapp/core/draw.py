"""The lottery: from a frozen pool and a secret seed to one candidate's paper."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from examapp.core import plain_draw
from examapp.core.deal import Row, deal
from examapp.core.ease import WHOLE
from examapp.core.papers import Chosen, Paper, PoolItem, PoolTooSmall, laid_out, paper_stream
from examapp.core.plan import Plan, plan
from examapp.core.spec import ExamSpec
from examapp.core.stream import Stream

_REMEMBERED = 64


@dataclass(frozen=True)
class Candidate:
    """Who draws: the number on the roster (from 1), the pseudonym, the number of the try."""

    number: int
    pseudonym: str
    try_no: int


@dataclass(frozen=True)
class Drawn:
    """A paper, and by how many points its expectation differs from the target."""

    paper: Paper
    deviation: Fraction


class Lottery:
    """All papers of an exam; deals are remembered, since neighbours come from the same one."""

    def __init__(self, plan: Plan, seed: bytes) -> None:
        self.plan, self._seed = plan, seed
        self._deals: OrderedDict[int, list[Row]] = OrderedDict()

    def draw(self, who: Candidate) -> Drawn:
        """The candidate's paper; PoolTooSmall where the pool cannot fill one."""
        slot = (who.number - 1) * self.plan.spec.tries + who.try_no - 1
        row = self._deal(slot // self.plan.size)[slot % self.plan.size]
        stream = paper_stream(self._seed, who.pseudonym, who.try_no)
        chosen, deviation = row.chosen, row.deviation
        if chosen is None:
            chosen, deviation = _nearest(self.plan, stream)
        return Drawn(laid_out(self.plan.spec, chosen, stream), self.plan.in_points(deviation))

    def _deal(self, number: int) -> list[Row]:
        rows = self._deals.get(number)
        if rows is None:
            rows = self._deals[number] = deal(self.plan, self._seed, number)
            if len(self._deals) > _REMEMBERED:
                self._deals.popitem(last=False)
        return rows


def _nearest(plan: Plan, stream: Stream) -> tuple[Chosen, int]:
    """The first level one of several plain draws, else the one nearest to the target."""
    best: tuple[Chosen, int] | None = None
    for _ in range(plain_draw.ATTEMPTS):
        try:
            chosen = plain_draw.choose(plan.spec, list(plan.pool), stream)
        except PoolTooSmall:
            continue
        deviation = brings(plan, chosen) - plan.aim
        if best is None or abs(deviation) < abs(best[1]):
            best = chosen, deviation
        if abs(deviation) <= plan.limit:
            break
    if best is None:
        raise PoolTooSmall()
    return best


def brings(plan: Plan, chosen: Chosen) -> int:
    """What chosen items are expected to bring, in the plan's whole parts."""
    return sum(int(line.points * plan.unit) * (item.ease or 0) for item, line in chosen)


class PlainLottery:
    """The papers of an exam that was published before papers were levelled."""

    def __init__(self, spec: ExamSpec, pool: Iterable[PoolItem], seed: bytes) -> None:
        self._spec, self._pool, self._seed = spec, tuple(pool), seed

    def draw(self, who: Candidate) -> Drawn:
        """The candidate's paper; its expectation was not levelled."""
        stream = paper_stream(self._seed, who.pseudonym, who.try_no)
        return Drawn(plain_draw.draw(self._spec, self._pool, stream), Fraction(0))


def lottery(
    spec: ExamSpec, pool: Iterable[PoolItem], seed: bytes, target: Fraction | None
) -> Lottery | PlainLottery:
    """The lottery of an exam, by its spec: levelled where it names a tolerance."""
    if spec.tolerance is None:
        return PlainLottery(spec, pool, seed)
    return Lottery(plan(spec, pool, target), seed)


__all__ = ["WHOLE", "Candidate", "Drawn", "Lottery", "PlainLottery", "PoolTooSmall", "lottery"]
