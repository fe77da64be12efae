"""Which old article became which new one: same words first, then likeness, place and neighbours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise, product

from examapp.core.law.compare_chain import best_chain, longest_chain
from examapp.core.law.compare_citing import Citing
from examapp.core.law.compare_likeness import Likeness

Run = list[int]
Bonus = tuple[float, float, float]
Headings = tuple[Sequence[str], Sequence[str]]

ROUNDS = ((0.75, 0.75), (0.6, 0.65), (0.45, 1))  # likeness wanted, and where out of order
LIKELY, UNLIKELY = 0.45, 0.4  # then, out of order, for what is no piece of something else
IN_PLACE_BONUS = 0.15
CITING_BONUS = 0.15  # where all that the two name became the same
NEIGHBOUR_BONUS = (0, 0.05, 0.1)  # by how many of the two neighbours belong together
ALONE_BONUS = (0, 0.05, 0.25)  # the same once pieces are set aside
IN_PLACE = 0.19  # enough between the same neighbours
FAINT = 0.02  # a theme in common
IN_A_SMALL_GAP, _FEW = 0.15, 3  # less where at most so many pairs are possible
_SMALL = 40  # articles on a side of a gap up to which all are compared with all


class Alignment:
    """Pairs of old and new articles found so far, by their places."""

    def __init__(
        self, old: Sequence[str], new: Sequence[str], under: Headings, citing: Citing
    ) -> None:
        self.old, self.new = old, new
        self._under, self._citing = under, citing
        self.forth: dict[int, int] = {}
        self.back: dict[int, int] = {}
        self.like = Likeness(old, new)
        self.reserved_new: set[int] = set()
        self.reserved_old: set[int] = set()

    def pair(self, old: int, new: int) -> bool:
        """Let the two belong together, unless one of them is taken."""
        if old in self.forth or new in self.back:
            return False
        self.forth[old], self.back[new] = new, old
        return True

    def part(self, old: int) -> None:
        """Let the old article and its partner belong together no more."""
        del self.back[self.forth.pop(old)]

    def agree(self, old: int, new: int) -> float:
        """How much of what the two name belongs together, from 0 to 1."""
        return self._citing.agree(old, new, self.forth)

    def names(self, old: int, new: int) -> frozenset[int]:
        """The new articles that the old one named, as what they were, and the new one names."""
        return self._citing.shared(old, new, self.forth)

    def support(self, old: int, new: int) -> int:
        """How many neighbours of the two belong together: 0, 1 or 2."""
        return self._neighbours(old, new, -1) + self._neighbours(old, new, 1)

    def _neighbours(self, old: int, new: int, step: int) -> bool:
        a, b = old + step, new + step
        if not 0 <= a < len(self.old) or not 0 <= b < len(self.new):
            return not 0 <= a < len(self.old) and not 0 <= b < len(self.new)
        left, right = self._under
        both = (left[a] == left[old]) == (right[b] == right[new])  # a chapter ends in both or none
        return both and self.forth.get(a) == b

    def beside_the_same_words(self, old: int, new: int) -> bool:
        """Whether the article before or the one after says what it said."""
        said = ["", *self.old, ""], ["", *self.new, ""]
        return said[0][old] == said[1][new] or said[0][old + 2] == said[1][new + 2]

    def free_old(self, places: Iterable[int]) -> Run:
        return [at for at in places if at not in self.forth and at not in self.reserved_old]

    def free_new(self, places: Iterable[int]) -> Run:
        return [at for at in places if at not in self.back and at not in self.reserved_new]

    def gaps(self) -> Iterator[tuple[Run, Run]]:
        """Free articles of both sides between pairs that keep the order."""
        kept = longest_chain(self.forth.items())
        bounds = [(-1, -1), *kept, (len(self.old), len(self.new))]
        for (i, j), (k, m) in pairwise(bounds):
            olds, news = self.free_old(range(i + 1, k)), self.free_new(range(j + 1, m))
            if olds and news:
                yield olds, news

    def tight_gaps(self) -> Iterator[tuple[Run, Run]]:
        """Free articles in a row whose neighbours on both sides belong together."""
        ends = [-1, *sorted(self.forth), len(self.old)]
        for before, after in pairwise(ends):
            olds = self.free_old(range(before + 1, after))
            if olds and (news := self.free_new(self._row(before + 1, after))):
                yield olds, news

    def _row(self, start: int, end: int) -> Run:
        first = self.forth[start - 1] + 1 if start else 0
        last = self.forth[end] if end < len(self.old) else len(self.new)
        row = list(range(first, last))
        return [] if any(at in self.back for at in row) else row


def align(
    old: Sequence[str],
    new: Sequence[str],
    under: Headings,
    citing: Citing,
    reserve: Callable[[Alignment], None] = lambda alignment: None,
) -> Alignment:
    """Pair the articles by their words and the headings that they stand under.

    `reserve` may set some aside before weak likeness is believed.
    """
    found = Alignment(old, new, under, citing)
    _same_words(found)
    for wanted, elsewhere in ROUNDS:
        _alike(found, wanted, elsewhere)
    reserve(found)
    _alike(found, LIKELY, LIKELY, ALONE_BONUS)
    _rewritten_in_place(found, neighbours=2)
    _alike(found, UNLIKELY, UNLIKELY)
    for gaps in (found.tight_gaps, found.gaps):
        for olds, news in list(gaps()):
            _fill(found, found.free_old(olds), found.free_new(news))
    _rewritten_in_place(found, neighbours=1)
    return found


def _same_words(found: Alignment) -> None:
    """Articles with the same words; among those that repeat each other
    what they name and their neighbours decide."""
    places: dict[str, tuple[Run, Run]] = defaultdict(lambda: ([], []))
    for side, texts in enumerate((found.old, found.new)):
        for at, text in enumerate(texts):
            places[text][side].append(at)
    repeated = []
    for olds, news in places.values():
        if len(olds) == len(news) == 1:
            found.pair(olds[0], news[0])
        elif olds and news:
            repeated.append((olds, news))
    for olds, news in repeated:
        few = len(olds) * len(news) <= _SMALL**2
        two = product(olds, news) if few else zip(olds, news, strict=False)
        for a, b in sorted(two, key=lambda two: _likeliest(found, *two)):
            found.pair(a, b)


def _likeliest(found: Alignment, a: int, b: int) -> tuple[float, ...]:
    """Of articles with the same words those first that name the same, then by neighbours."""
    return -found.agree(a, b), -found.support(a, b), abs(a - b), a, b


def _alike(
    found: Alignment, wanted: float, elsewhere: float, beside: Bonus = NEIGHBOUR_BONUS
) -> None:
    """Pair the most alike first, as far as they are as alike as wanted."""
    in_place = {(a, b) for olds, news in found.gaps() for a, b in _possible(found, olds, news)}
    free = found.free_old(range(len(found.old))), found.free_new(range(len(found.new)))
    ranked = []
    for two in in_place | set(found.like.candidates(*free)):
        bonus = IN_PLACE_BONUS * (two in in_place) + beside[found.support(*two)]
        score = found.like(*two) + bonus + CITING_BONUS * found.agree(*two)
        if score >= (wanted if two in in_place else elsewhere):
            ranked.append((-score, *two))
    for _, a, b in sorted(ranked):
        found.pair(a, b)


def _possible(found: Alignment, olds: Run, news: Run) -> Iterable[tuple[int, int]]:
    if max(len(olds), len(news)) <= _SMALL:
        return product(olds, news)
    return found.like.candidates(olds, news)


def _fill(found: Alignment, olds: Run, news: Run) -> None:
    """Pair what is somewhat alike within a gap, in order."""
    wanted = IN_PLACE if len(olds) * len(news) > _FEW else IN_A_SMALL_GAP
    weighed = []
    for a, b in _possible(found, olds, news):
        bonus = NEIGHBOUR_BONUS[found.support(a, b)] + CITING_BONUS * found.agree(a, b)
        score = found.like(a, b) + bonus - wanted
        if score > 0:
            weighed.append((a, b, score))
    for a, b in best_chain(weighed):
        found.pair(a, b)


def _rewritten_in_place(found: Alignment, *, neighbours: int) -> None:
    """One article alone between the same neighbours is the old one, if anything speaks for it."""
    for olds, news in list(found.tight_gaps()):
        if len(olds) == len(news) == 1:
            a, b = olds[0], news[0]
            faint = found.like(a, b) >= FAINT or found.beside_the_same_words(a, b)
            if faint and found.support(a, b) >= neighbours:
                found.pair(a, b)
