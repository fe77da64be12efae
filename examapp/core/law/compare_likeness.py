"""How much the words of articles have in common, rare words counting more than a law's phrases."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from examapp.core.law.compare_formulas import plain
from examapp.core.law.compare_words import grams

_RARE = 24  # a run of letters that more articles share says little about who belongs to whom
_NEAREST = 6


class Likeness:
    """Likeness of every old article to every new one, from 0 to 1, weighed by rarity.

    `old` and `new` are the texts without formulas, `count` says how many have a run of two letters.
    """

    def __init__(self, old: Sequence[str], new: Sequence[str]) -> None:
        self.old, self.new = ([plain(text) for text in side] for side in (old, new))
        self._old, self._new = ([grams(text) for text in side] for side in (self.old, self.new))
        self.count = Counter(gram for one in (*self._old, *self._new) for gram in one)
        every = len(old) + len(new)
        self._weight = {gram: math.log(1 + every / count) for gram, count in self.count.items()}
        self._whole_old = [self._worth(one) for one in self._old]
        self._whole_new = [self._worth(one) for one in self._new]
        self._known: dict[tuple[int, int], float] = {}

    def __call__(self, old: int, new: int) -> float:
        """The mean of how alike the two are and how far the shorter stands in the longer."""
        if (old, new) not in self._known:
            self._known[old, new] = self._measure(old, new)
        return self._known[old, new]

    def _measure(self, old: int, new: int) -> float:
        left, right = self._whole_old[old], self._whole_new[new]
        if not left or not right:
            return 0.0
        shared = self._worth(self._old[old] & self._new[new])
        return shared * math.sqrt(2 / ((left + right) * min(left, right)))

    def _worth(self, runs: Iterable[str]) -> float:
        weight = self._weight
        return sum(weight[gram] for gram in runs)

    def candidates(self, old: Iterable[int], new: Iterable[int]) -> Iterator[tuple[int, int]]:
        """For each of these old articles the few new ones that share its rare words."""
        holders: dict[str, list[int]] = defaultdict(list)
        for one in new:
            for gram in self._new[one]:
                holders[gram].append(one)
        for one in old:
            shared: Counter[int] = Counter()
            for gram in self._old[one]:
                found = holders.get(gram, ())
                if len(found) <= _RARE:
                    shared.update(found)
            yield from ((one, other) for other, _ in shared.most_common(_NEAREST))
