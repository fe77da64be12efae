"""Which articles name which: where a rule went tells where its penalty went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property

from examapp.core.law.compare_references import ARTICLE, references

_OFTEN = 4  # an article that more articles name tells nothing about who belongs to whom


class Citing:
    """The articles that each article names, by their places, in both editions."""

    def __init__(self, *sides: tuple[Sequence[str], Sequence[str]]) -> None:
        """Of the old and the new edition the keys and the folded texts of the articles."""
        self._sides = sides

    @cached_property
    def _named(self) -> list[list[frozenset[int]]]:
        return [_named(keys, texts) for keys, texts in self._sides]

    def agree(self, old: int, new: int, forth: Mapping[int, int]) -> float:
        """How much of what the two name became the same, from 0 to 1."""
        mine, theirs = self._named[0][old], self._named[1][new]
        if not mine or not theirs:
            return 0.0
        return len(self.shared(old, new, forth)) / max(len(mine), len(theirs))

    def shared(self, old: int, new: int, forth: Mapping[int, int]) -> frozenset[int]:
        """The new articles that both name, the old one as what they were before."""
        mine, theirs = self._named[0][old], self._named[1][new]
        return frozenset(forth[at] for at in mine if at in forth) & theirs


def _named(keys: Sequence[str], texts: Sequence[str]) -> list[frozenset[int]]:
    places = {key: at for at, key in enumerate(keys)}
    named = [
        {places[one.number] for one in references(text)
         if one.unit == ARTICLE and not one.outside and one.number in places}
        for text in texts
    ]  # fmt: skip
    count = Counter(at for one in named for at in one)
    return [frozenset(at for at in one if count[at] <= _OFTEN) for one in named]
