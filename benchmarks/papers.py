"""./run bench papers: how equal the papers of a city's exam are, and what one costs."""

from __future__ import annotations

import math
import random
import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from benchmarks import machine
from examapp.core.draw import Candidate, Lottery
from examapp.core.papers import Paper, PoolItem, paper_stream
from examapp.core.plain_draw import draw as plain_draw
from examapp.core.plan import plan
from examapp.core.spec import TOLERANCE
from tests.lottery.bundles import CITY, make_pool

SEED = b"benchmark".ljust(32, b".")
PAPERS, POOL = 10_000, 1_100
SIZES = (1_000, 10_000, 100_000)
PAIRS = 5_000
WANTED = {"standard_deviation": 0.15, "ms_a_paper": 2.0}
Draw = Callable[[int], Paper]
Eases = dict[str, float]


def measure(*, quick: bool = False, databases: Sequence[str] = ()) -> dict[str, Any]:
    """Papers from two pools, levelled and plain; then the cost by the size of the pool."""
    facts = machine.facts()
    papers = PAPERS // 10 if quick else PAPERS
    figures: dict[str, Any] = {
        "machine": facts,
        "wanted": WANTED,
        "spec": "40 single × 1, 20 multiple × 2, 20 true/false × 1, pass 80",
        "pool": POOL,
        "papers": papers,
        "bands_only": _both(_pool(POOL, 0), papers),
        "moved_by_data": _both(_pool(POOL, 800), papers),
        "cost": [_cost(size, papers // 5) for size in SIZES],
    }
    figures["cost_100k_to_1k"] = round(
        figures["cost"][-1]["ms_a_paper"] / figures["cost"][0]["ms_a_paper"], 2
    )
    level = [figures[name]["levelled"] for name in ("bands_only", "moved_by_data")]
    figures["failed"] = sum(f["largest_deviation"] > float(TOLERANCE) for f in level)
    return figures


def _pool(size: int, spread: int) -> list[PoolItem]:
    return make_pool(size, topics=12, spread=spread, chance=random.Random(size))


def _both(pool: list[PoolItem], papers: int) -> dict[str, Any]:
    made = plan(CITY, pool)
    drawn_from = Lottery(made, SEED)
    unlevelled = replace(CITY, tolerance=None)
    eases = {item.digest: (item.ease or 0) / 10_000 for item in pool}
    off = _what_they_might_really_be(pool)
    return {
        "target": float(made.target),
        "levelled": _figures(lambda n: drawn_from.draw(_who(n)).paper, papers, eases, off),
        "plain": _figures(
            lambda n: plain_draw(unlevelled, pool, paper_stream(SEED, f"c{n}", 1)),
            papers, eases, off,
        ),
    }  # fmt: skip


def _who(number: int) -> Candidate:
    return Candidate(number, f"c{number}", 1)


def _what_they_might_really_be(pool: list[PoolItem]) -> Eases:
    """Eases that differ from the estimates as authors' bands do: by 8 points of 100."""
    chance = random.Random(7)
    return {
        item.digest: min(0.99, max(0.05, (item.ease or 0) / 10_000 + chance.gauss(0, 0.08)))
        for item in pool
    }


def _figures(draw: Draw, papers: int, eases: Eases, off: Eases) -> dict[str, Any]:
    begun = time.process_time()
    drawn = [draw(number) for number in range(1, papers + 1)]
    spent = time.process_time() - begun
    worth = [_worth(paper, eases) for paper in drawn]
    mean = statistics.fmean(worth)
    used = Counter(place.digest for paper in drawn for place in paper)
    by_worth = sorted(range(papers), key=worth.__getitem__)
    at = {"1st": by_worth[papers // 100], "99th": by_worth[papers - 1 - papers // 100]}
    shift = _borderline(eases, drawn)
    return {
        "mean": round(mean, 3),
        "standard_deviation": round(statistics.pstdev(worth), 4),
        "least": round(min(worth), 3),
        "most": round(max(worth), 3),
        "largest_deviation": round(max(abs(w - mean) for w in worth), 4),
        "pass_chance_at_percentile": {
            name: round(_pass_chance(drawn[n], eases, shift), 3) for name, n in at.items()
        },
        "standard_deviation_if_eases_are_off": round(
            statistics.pstdev(_worth(paper, off) for paper in drawn), 3
        ),
        "overlap_of_two": _overlap(drawn, _any_two(papers)),
        "overlap_of_neighbours": _overlap(drawn, [(n, n + 1) for n in range(papers - 1)]),
        "largest_exposure": round(used.most_common(1)[0][1] / papers, 4),
        "items_used": len(used),
        "ms_a_paper": round(spent * 1000 / papers, 3),
    }


def _worth(paper: Paper, eases: Eases) -> float:
    return math.fsum(float(place.points) * eases[place.digest] for place in paper)


def _any_two(papers: int) -> list[tuple[int, int]]:
    chance = random.Random(1)
    return [tuple(chance.sample(range(papers), 2)) for _ in range(PAIRS)]  # type: ignore[misc]


def _overlap(drawn: list[Paper], pairs: list[tuple[int, int]]) -> float:
    items = [{place.digest for place in paper} for paper in drawn]
    return round(statistics.fmean(len(items[a] & items[b]) for a, b in pairs), 2)


def _shifted(ease: float, shift: float) -> float:
    """The chance of somebody who is `shift` logits better than the average candidate."""
    return 1 / (1 + math.exp(-math.log(ease / (1 - ease)) - shift))


def _borderline(eases: Eases, drawn: list[Paper]) -> float:
    """How much better than average one must be to expect just the cut score, by bisection."""
    some = drawn[:200]
    low, high = -5.0, 5.0
    for _ in range(40):
        middle = (low + high) / 2
        theirs = {digest: _shifted(ease, middle) for digest, ease in eases.items()}
        if statistics.fmean(_worth(paper, theirs) for paper in some) < CITY.cut_score:
            low = middle
        else:
            high = middle
    return low


def _pass_chance(paper: Paper, eases: Eases, shift: float) -> float:
    """Exact: the distribution of a sum of independent points, place by place."""
    chances = {Fraction(0): 1.0}
    for place in paper:
        right = _shifted(eases[place.digest], shift)
        after: dict[Fraction, float] = Counter()  # type: ignore[assignment]
        for points, chance in chances.items():
            after[points + place.points] += chance * right
            after[points] += chance * (1 - right)
        chances = after
    return math.fsum(chance for points, chance in chances.items() if points >= CITY.cut_score)


def _cost(size: int, papers: int) -> dict[str, Any]:
    pool = _pool(size, 800)
    begun = time.process_time()
    drawn_from = Lottery(plan(CITY, pool), SEED)
    ready = time.process_time()
    for number in range(1, papers + 1):
        drawn_from.draw(_who(number))
    spent = time.process_time() - ready
    alone = time.process_time()
    Lottery(drawn_from.plan, SEED).draw(_who(papers + 500))
    return {
        "pool": size,
        "papers": papers,
        "ms_a_paper": round(spent * 1000 / papers, 3),
        "ms_a_paper_alone": round((time.process_time() - alone) * 1000, 3),
        "ms_to_make_ready": round((ready - begun) * 1000, 1),
    }


def table(figures: dict[str, Any]) -> str:
    """The same for people."""
    lines = [f"{figures['papers']} papers from {figures['pool']} items: {figures['spec']}"]
    for pool in ("bands_only", "moved_by_data"):
        for way in ("levelled", "plain"):
            f = figures[pool][way]
            chance = f["pass_chance_at_percentile"]
            lines.append(
                f"{pool:14} {way:9} sd {f['standard_deviation']:.3f}  "
                f"{f['least']:.2f} to {f['most']:.2f}  pass {chance['1st']:.0%} to "
                f"{chance['99th']:.0%}  shared {f['overlap_of_two']}, neighbours "
                f"{f['overlap_of_neighbours']}  exposure {f['largest_exposure']:.1%}  "
                f"{f['ms_a_paper']} ms"
            )
    for cost in figures["cost"]:
        lines.append(
            f"pool of {cost['pool']:6}: {cost['ms_a_paper']} ms a paper, "
            f"{cost['ms_a_paper_alone']} ms for one alone, "
            f"{cost['ms_to_make_ready']} ms to make ready"
        )
    return "\n".join(lines)
