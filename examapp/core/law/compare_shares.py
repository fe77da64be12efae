"""Articles that were split or merged: whose words stand in which articles now."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from examapp.core.law.compare_share import Share
from examapp.core.law.compare_words import grams, likeness

Runs = frozenset[str]

_LONG = 4  # letters in a run: longer ones meet by chance too rarely to mislead
_RARE, _SCALE = 5, 200  # a run that more articles, or more of so many, have proves nothing
_STOCK = re.compile(r"[,;。]构成犯罪的,依法追究刑事责任")
_SENTENCE = re.compile(r"[^;。]{6,}")
_CLAUSE = re.compile(r"[^,;。:]{8,}")
_ALIKE = 0.35  # sentences
_TOO_MANY = 40_000  # pairs of sentences: a file that lost its articles' numbers, not a law


class Shares:
    """The words of articles that may have been parted, and of those that may be their parts."""

    def __init__(self, wholes: Sequence[str], parts: Sequence[str]) -> None:
        self._wholes = [_STOCK.sub("", text) for text in wholes]
        self._parts = [_STOCK.sub("", text) for text in parts]
        sides = [[grams(text, _LONG) for text in side] for side in (self._wholes, self._parts)]
        count = Counter(run for side in sides for one in side for run in one)
        most = max(_RARE, (len(wholes) + len(parts)) // _SCALE)
        rare = {run for run, found in count.items() if found <= most}
        self._every = sides[1]
        self._of_whole, self._of_part = ([one & rare for one in side] for side in sides)
        self._holders: dict[str, list[int]] = defaultdict(list)
        for at, one in enumerate(self._of_whole):
            for run in one:
                self._holders[run].append(at)

    def sources(self, part: int) -> list[int]:
        """The wholes that share most rare runs with this part, most first."""
        shared = Counter(at for run in self._of_part[part] for at in self._holders.get(run, ()))
        return [at for at, count in shared.most_common(3) if count >= 5]

    def share(self, whole: int, known: Sequence[int], part: int) -> Share:
        """What this part adds to the known pieces of the whole."""
        runs, mine = self._of_whole[whole], self._of_part[part]
        taken: Runs = frozenset().union(*(self._of_part[one] for one in known))
        size = max(1, len(runs))
        return Share(
            runs=len((runs & mine) - taken),
            gained=len((runs & mine) - taken) / size,
            kept=len((runs & taken) - mine) / size,
            together=len(runs & (mine | taken)) / size,
            inside=len(runs & mine) / max(1, len(mine)),
            clauses=self._clauses(whole, known, part),
            moved=self._moved(whole, known, part),
            beside=any(abs(part - one) == 1 for one in known),
        )

    def common(self, whole: int, part: int) -> int:
        """How many rare runs the two share."""
        return len(self._of_whole[whole] & self._of_part[part])

    def _clauses(self, whole: int, known: Sequence[int], part: int) -> float:
        said = every = 0
        for clause in _CLAUSE.findall(self._wholes[whole]):
            runs = grams(clause, _LONG)
            here = max(len(runs & self._every[one]) for one in known) / len(runs)
            there = len(runs & self._every[part]) / len(runs)
            every += len(clause)
            said += len(clause) * (there >= 0.5 and there > here + 0.2)
        return said / max(1, every)

    def _moved(self, whole: int, known: Sequence[int], part: int) -> float:
        mine = _sentences(self._wholes[whole])
        kept = [one for at in known for one in _sentences(self._parts[at])]
        theirs = [*kept, *_sentences(self._parts[part])]
        if len(mine) * len(theirs) > _TOO_MANY:
            return 0.0
        home, alike = _one_to_one(mine, theirs)
        spare = set(range(len(kept))) - set(home.values())
        moved = [
            i for i, j in home.items()
            if j >= len(kept) and not any((i, other) in alike for other in spare)
        ]  # fmt: skip
        return sum(len(mine[i]) for i in moved) / max(1, sum(map(len, mine)))


def _sentences(text: str) -> list[str]:
    return [found.group() for found in _SENTENCE.finditer(text)]


def _one_to_one(
    mine: Sequence[str], theirs: Sequence[str]
) -> tuple[dict[int, int], set[tuple[int, int]]]:
    """Each sentence's nearest, every one used once, and all pairs that are alike at all."""
    left, right = [grams(one) for one in mine], [grams(one) for one in theirs]
    scores = {
        (i, j): score for i, a in enumerate(left) for j, b in enumerate(right)
        if (score := likeness(a, b)) >= _ALIKE
    }  # fmt: skip
    home: dict[int, int] = {}
    for i, j in sorted(scores, key=lambda two: (-scores[two], two)):
        if i not in home and j not in home.values():
            home[i] = j
    return home, set(scores)
