"""The lottery: from a frozen pool and a stream of chance to one candidate's paper."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from examapp.core.allocation import allocate
from examapp.core.canonical import digest
from examapp.core.items import Difficulty, Kind
from examapp.core.refusals import N_, RuleBroken
from examapp.core.spec import Cell, ExamSpec, SpecLine
from examapp.core.stream import Stream


@dataclass(frozen=True)
class PoolItem:
    """An item revision as the draw sees it; `digest` stands for its content."""

    code: str
    digest: str
    topic: str
    kind: Kind
    difficulty: Difficulty
    option_ids: tuple[str, ...]
    enemies: frozenset[str] = frozenset()

    @property
    def cell(self) -> Cell:
        return self.topic, self.kind, self.difficulty


@dataclass(frozen=True)
class PaperItem:
    """One place on a paper: which revision, in which order its options, for how many points."""

    position: int
    digest: str
    option_order: tuple[str, ...]
    points: Fraction


Paper = tuple[PaperItem, ...]
ATTEMPTS = 64


class PoolTooSmall(RuleBroken):
    """The frozen pool cannot fill a paper (enemies count against each other)."""

    code = "pool_too_small"
    words = N_("The question pool is too small for a paper of this exam.")


def pool_digest(pool: Iterable[PoolItem]) -> str:
    """The digest that is published before the exam: contents in order of item code."""
    return digest([[item.code, item.digest] for item in sorted(pool, key=lambda item: item.code)])


def paper_digest(paper: Paper) -> str:
    """The digest of a paper: contents, option order and points, place by place."""
    return digest([as_data(item) for item in paper])


def as_data(item: PaperItem) -> dict[str, Any]:
    """A place of a paper in JSON's types."""
    return {
        "position": item.position,
        "item": item.digest,
        "options": list(item.option_order),
        "points": str(item.points),
    }


def paper_stream(seed: bytes, candidate: str, try_no: int) -> Stream:
    """The stream of one candidate's paper; `candidate` is the pseudonym in the public bundle."""
    return Stream.of(seed, "paper", candidate, str(try_no))


def draw(spec: ExamSpec, pool: Iterable[PoolItem], stream: Stream) -> Paper:
    """Choose items for every line, then shuffle items within their kind, and their options.

    Kinds come in the order in which the spec first names them, as printed papers have it.
    Raises PoolTooSmall where the pool cannot fill the spec.
    """
    chosen = _choose_in_peace(spec, sorted(pool, key=lambda item: item.code), stream)
    kinds = list(dict.fromkeys(line.kind for line in spec.lines))
    placed = [
        pair for kind in kinds for pair in stream.shuffle([c for c in chosen if c[0].kind == kind])
    ]
    return tuple(
        PaperItem(position, item.digest, _option_order(item, stream), line.points)
        for position, (item, line) in enumerate(placed, 1)
    )


def _choose_in_peace(
    spec: ExamSpec, pool: list[PoolItem], stream: Stream
) -> list[tuple[PoolItem, SpecLine]]:
    """Choose anew, further along the stream, when enemies leave a cell too small by bad luck."""
    for _ in range(ATTEMPTS - 1):
        try:
            return list(_choose(spec, pool, stream))
        except PoolTooSmall:
            continue
    return list(_choose(spec, pool, stream))


def _choose(
    spec: ExamSpec, pool: list[PoolItem], stream: Stream
) -> Iterator[tuple[PoolItem, SpecLine]]:
    cells: dict[Cell, list[PoolItem]] = defaultdict(list)
    for item in pool:
        cells[item.cell].append(item)
    sizes = {cell: len(items) for cell, items in sorted(cells.items())}
    shares = allocate(
        [(line.count, line.accepts) for line in spec.lines],
        sizes,
        lambda open_cells, free: _weighted(open_cells, free, stream),
    )
    taken: set[str] = set()
    barred: set[str] = set()
    picking = {cell: stream.picking(cells[cell]) for cell in sizes}
    for line, share in zip(spec.lines, shares, strict=True):
        if share.total() < line.count:
            raise PoolTooSmall(topic=line.topic)
        for cell, count in sorted(share.items()):
            for _ in range(count):
                item = _next_friendly(picking[cell], taken, barred)
                taken.add(item.code)
                barred |= item.enemies
                yield item, line


def _next_friendly(picking: Iterator[PoolItem], taken: set[str], barred: set[str]) -> PoolItem:
    for item in picking:
        if item.code not in barred and not item.enemies & taken:
            return item
    raise PoolTooSmall()


def _weighted(cells: list[Cell], free: list[int], stream: Stream) -> Cell:
    """A cell with the chance of its free items, so that every item is equally likely."""
    if len(cells) == 1:
        return cells[0]
    place = stream.below(sum(free))
    for cell, count in zip(cells, free, strict=True):
        if place < count:
            return cell
        place -= count
    raise AssertionError("a place below the sum lies in a cell")


def _option_order(item: PoolItem, stream: Stream) -> tuple[str, ...]:
    """True and false keep their order; options of a choice are shuffled."""
    if item.kind is Kind.JUDGEMENT:
        return item.option_ids
    return tuple(stream.shuffle(item.option_ids))


def cell_counts(pool: Iterable[PoolItem]) -> Counter[Cell]:
    """How many items a pool holds of each topic, kind and difficulty."""
    return Counter(item.cell for item in pool)
