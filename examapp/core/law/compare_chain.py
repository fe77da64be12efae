"""Chains of pairs that rise on both sides: what keeps its order when articles move."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

Pair = tuple[int, int]


def longest_chain(pairs: Iterable[Pair]) -> list[Pair]:
    """The most pairs that rise on both sides; each number occurs once on its side."""
    ends: list[int] = []
    tails: list[Pair] = []
    before: dict[Pair, Pair | None] = {}
    for pair in sorted(pairs):
        at = bisect_left(ends, pair[1])
        before[pair] = tails[at - 1] if at else None
        ends[at : at + 1] = [pair[1]]
        tails[at : at + 1] = [pair]
    return _walk(tails[-1] if tails else None, before)


def best_chain(weighed: Iterable[tuple[int, int, float]]) -> list[Pair]:
    """The heaviest chain: every pair has a weight above zero."""
    rows = sorted(weighed, key=lambda row: (row[0], -row[1]))
    places = {b: at for at, b in enumerate(sorted({b for _, b, _ in rows}), 1)}
    tree: list[tuple[float, Pair | None]] = [(0.0, None)] * (len(places) + 1)
    before: dict[Pair, Pair | None] = {}
    best: tuple[float, Pair | None] = (0.0, None)
    for a, b, weight in rows:
        weight_before, before[a, b] = _most(tree, places[b] - 1)
        reached = (weight_before + weight, (a, b))
        _raise(tree, places[b], reached)
        best = max(best, reached, key=lambda end: end[0])
    return _walk(best[1], before)


def _most(tree: list[tuple[float, Pair | None]], at: int) -> tuple[float, Pair | None]:
    """The heaviest chain that ends at one of the first so many places (a Fenwick tree)."""
    found = tree[0]
    while at > 0:
        found = max(found, tree[at], key=lambda end: end[0])
        at &= at - 1
    return found


def _raise(tree: list[tuple[float, Pair | None]], at: int, reached: tuple[float, Pair]) -> None:
    while at < len(tree):
        if reached[0] > tree[at][0]:
            tree[at] = reached
        at += at & -at


def _walk(end: Pair | None, before: dict[Pair, Pair | None]) -> list[Pair]:
    chain = []
    while end is not None:
        chain.append(end)
        end = before[end]
    return chain[::-1]
