"""Share out things of several sorts among demands that overlap, serving as many as can be."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

S = TypeVar("S")
Demand = tuple[int, Callable[[S], bool]]
Chooser = Callable[[list[S], list[int]], S]


def _first(sorts: list[S], free: list[int]) -> S:
    return sorts[0]


def allocate(
    demands: Sequence[Demand[S]], sizes: Mapping[S, int], choose: Chooser[S] = _first
) -> list[Counter[S]]:
    """How many of each sort every demand gets; the total served is the greatest possible.

    `choose` picks among the sorts that a demand could take from directly, given how many
    are free of each; where none is free, earlier shares are moved along the shortest
    chain (augmenting paths), which is what makes the total greatest.
    """
    free = Counter(dict(sizes))
    shares: list[Counter[S]] = [Counter() for _ in demands]
    takes = [[sort for sort in sizes if accepts(sort)] for _, accepts in demands]
    for index, (count, _) in enumerate(demands):
        for _ in range(count):
            open_sorts = [sort for sort in takes[index] if free[sort]]
            if open_sorts:
                sort = choose(open_sorts, [free[s] for s in open_sorts])
                free[sort] -= 1
                shares[index][sort] += 1
            elif not _move_along(index, takes, shares, free):
                break
    return shares


def _move_along(
    start: int, takes: list[list[S]], shares: list[Counter[S]], free: Counter[S]
) -> bool:
    """Give `start` one more by moving others' shares; False when nothing can be moved."""
    came: dict[S, tuple[int, S | None]] = {}
    queue: deque[tuple[int, S | None]] = deque([(start, None)])
    while queue:
        index, holds = queue.popleft()
        for sort in takes[index]:
            if sort in came:
                continue
            came[sort] = (index, holds)
            if free[sort]:
                free[sort] -= 1
                _settle(sort, came, shares)
                return True
            queue.extend((other, sort) for other, share in enumerate(shares) if share[sort])
    return False


def _settle(sort: S, came: dict[S, tuple[int, S | None]], shares: list[Counter[S]]) -> None:
    index, gives_up = came[sort]
    shares[index][sort] += 1
    while gives_up is not None:
        shares[index][gives_up] -= 1
        sort = gives_up
        index, gives_up = came[sort]
        shares[index][sort] += 1
