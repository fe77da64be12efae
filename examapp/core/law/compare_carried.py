"""How much of what an article says is said in others, clause by clause, whatever the wording."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass

from examapp.core.law.compare_words import grams

Clauses = tuple[frozenset[str], ...]

_CLAUSE = re.compile(r"[^,;。:]{6,}")
_COMMON = 0.5  # a run of letters in so many articles says nothing
_SAID = 0.4  # of a clause in one other: less meets by chance


@dataclass(frozen=True)
class Carried:
    """What a part says of a whole beyond its known pieces; all but the weights from 0 to 1."""

    said: float  # of the whole by the part, better than by the known pieces
    weight: float  # the same, not by the whole's size
    most: float  # the clause that weighs most among these
    within: float  # of the part by the whole
    kept: float  # of the whole by the known pieces, better than by the part
    together: float  # of the whole by one of them

    def reaches(self, least: Carried) -> bool:
        """Whether no measure is below these."""
        return all(a >= b for a, b in zip(astuple(self), astuple(least), strict=True))


class Clausewise:
    """The clauses of all articles, rare words weighing more."""

    def __init__(
        self, wholes: Sequence[str], parts: Sequence[str], count: Mapping[str, int]
    ) -> None:
        """Of texts without formulas; `count` says how many have a run of two letters."""
        self._texts = wholes, parts
        most = _COMMON * (len(wholes) + len(parts))
        self._weights = {run: math.log(max(1.0, most / held)) for run, held in count.items()}
        self._known: dict[tuple[int, int], Clauses] = {}

    def _clauses(self, side: int, at: int) -> Clauses:
        if (side, at) not in self._known:
            found = _CLAUSE.findall(self._texts[side][at])
            self._known[side, at] = tuple(grams(clause) for clause in found)
        return self._known[side, at]

    def carried(self, whole: int, known: Iterable[int], part: int) -> Carried:
        """What this part says of the whole beyond its known pieces."""
        mine, theirs = self._clauses(0, whole), self._clauses(1, part)
        before = [clause for one in known for clause in self._clauses(1, one)]
        shares = [(self._worth(one), self._in(one, before), self._in(one, theirs)) for one in mine]
        gained = [size * (now - was) for size, was, now in shares if _SAID <= now > was]
        inside = [(self._worth(one), self._in(one, mine)) for one in theirs]
        every = max(1.0, sum(size for size, _, _ in shares))
        return Carried(
            said=sum(gained) / every,
            weight=sum(gained),
            most=max(gained, default=0),
            within=sum(size * share for size, share in inside if share >= _SAID)
            / max(1.0, sum(size for size, _ in inside)),
            kept=sum(size * max(0, was - now) for size, was, now in shares) / every,
            together=sum(size * max(was, now) for size, was, now in shares) / every,
        )

    def _in(self, clause: frozenset[str], others: Iterable[frozenset[str]]) -> float:
        """How much of a clause the one nearest to it says."""
        size = self._worth(clause)
        return max((self._worth(clause & one) for one in others), default=0) / size if size else 0

    def _worth(self, runs: Iterable[str]) -> float:
        return sum(map(self._weights.__getitem__, runs))
