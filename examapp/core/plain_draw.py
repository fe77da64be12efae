"""The plain draw: fill every line by chance, all items alike; levels nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from examapp.core.allocation import allocate
from examapp.core.papers import Chosen, Paper, PoolItem, PoolTooSmall, laid_out
from examapp.core.spec import Cell, ExamSpec, SpecLine
from examapp.core.stream import Stream

ATTEMPTS = 64


def draw(spec: ExamSpec, pool: Iterable[PoolItem], stream: Stream) -> Paper:
    """A whole paper; raises PoolTooSmall where the pool cannot fill the spec."""
    ordered = sorted(pool, key=lambda item: item.code)
    return laid_out(spec, _choose_in_peace(spec, ordered, stream), stream)


def _choose_in_peace(spec: ExamSpec, pool: list[PoolItem], stream: Stream) -> Chosen:
    """Choose anew, further along the stream, when enemies leave a cell too small by bad luck."""
    for _ in range(ATTEMPTS - 1):
        try:
            return choose(spec, pool, stream)
        except PoolTooSmall:
            continue
    return choose(spec, pool, stream)


def choose(spec: ExamSpec, pool: list[PoolItem], stream: Stream) -> Chosen:
    """One go at the items of a paper, from a pool in order of code; or PoolTooSmall."""
    return list(_chosen(spec, pool, stream))


def _chosen(
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
