"""Which kind of change a group of articles is, once it is known who belongs to whom."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from examapp.core.law.changes import ChangeKind
from examapp.core.law.compare_references import ARTICLE, ITEM, PARAGRAPH, Reference, references
from examapp.core.law.compare_words import REFERENCE, fold, grams, likeness, skeleton
from examapp.core.law.numbers import NUMERAL, number_of
from examapp.core.law.text import Heading, LawText, Provision, ProvisionKind, paragraphs

_SAME_PLACE = 0.5  # likeness of two paragraphs that a moved number names
_STRAY = re.compile("(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")  # left by a file's line end
_NUMBERED = re.compile(rf"\(?(?P<number>{NUMERAL})[)、。]")


class Kinds:
    """Tells the kind of each change from words, numbers and what became of the other articles."""

    def __init__(
        self,
        old: LawText,
        new: LawText,
        groups: Sequence[tuple[tuple[int, ...], tuple[int, ...]]],
    ) -> None:
        self._old, self._new = old.articles, new.articles
        self._by_key = [{p.key: p for p in reversed(side)} for side in (self._old, self._new)]
        self._became: dict[str, set[str]] = defaultdict(set)
        for olds, news in groups:
            for at in olds:
                self._became[self._old[at].key] |= {self._new[to].key for to in news}
        self._headings = _headings(old, new, groups)

    def of(self, old: Sequence[int], new: Sequence[int]) -> ChangeKind:
        """The kind of the change that has these old and these new articles."""
        if not old or not new:
            return ChangeKind.ADDED if new else ChangeKind.REMOVED
        if len(old) > 1 or len(new) > 1:
            return ChangeKind.SPLIT if len(new) > 1 else ChangeKind.MERGED
        return self._of_pair(self._old[old[0]], self._new[new[0]])

    def _of_pair(self, old: Provision, new: Provision) -> ChangeKind:
        if _STRAY.sub("", old.text) == _STRAY.sub("", new.text):
            same = old.key == new.key
            return ChangeKind.UNCHANGED if same else ChangeKind.RENUMBERED
        left, right = fold(old.text), fold(new.text)
        if left == right:
            return ChangeKind.TYPOGRAPHICAL
        if skeleton(left) == skeleton(right) and self._only_numbers(old, new, left, right):
            return ChangeKind.CROSS_REFERENCE
        return ChangeKind.MODIFIED

    def _only_numbers(self, old: Provision, new: Provision, left: str, right: str) -> bool:
        """Whether every number that differs names what the old number named."""
        before, after = references(left), references(right)
        return len(before) == len(after) and all(
            a == b or self._names_the_same(a, b, old, new)
            for a, b in zip(before, after, strict=True)
        )

    def _names_the_same(self, a: Reference, b: Reference, old: Provision, new: Provision) -> bool:
        if a.outside or b.outside or a.unit != b.unit:
            return a.outside and b.outside and (a.unit, a.number) == (b.unit, b.number)
        if a.unit == ARTICLE:
            return b.number in self._became[a.number]
        if a.unit not in (PARAGRAPH, ITEM):
            return b.number in self._headings[a.unit, a.number]
        if a.number == b.number and self._became[a.article or old.key] == {b.article or new.key}:
            return True
        left, right = self._place(0, a, old), self._place(1, b, new)
        return bool(left and right) and likeness(grams(left), grams(right)) >= _SAME_PLACE

    def _place(self, side: int, named: Reference, here: Provision) -> str:
        """The words of the paragraph or item that a reference names; empty where there is none."""
        article = self._by_key[side].get(named.article) if named.article else here
        if article is None:
            return ""
        number = named.number if named.unit == PARAGRAPH else named.paragraph
        lines = _paragraph(article, int(number) if number else None)
        if named.unit == PARAGRAPH:
            return skeleton(fold("".join(lines)))
        items = (skeleton(fold(line)) for line in lines)
        return next((item for item in items if _number_of_line(item) == int(named.number)), "")


def _paragraph(article: Provision, number: int | None) -> tuple[str, ...]:
    if number is None:
        return article.lines
    found = paragraphs(article.lines)
    return found[number - 1] if 0 < number <= len(found) else ()


def _number_of_line(line: str) -> int | None:
    match = _NUMBERED.match(line)
    return number_of(match["number"]) if match else None


def _headings(
    old: LawText,
    new: LawText,
    groups: Sequence[tuple[tuple[int, ...], tuple[int, ...]]],
) -> dict[tuple[str, str], set[str]]:
    """Which numbers the headings (章, 节, 编) over most of an old heading's articles bear now."""
    left, right = _over_articles(old), _over_articles(new)
    votes: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for olds, news in groups:
        for a, b in ((left[a], right[b]) for a in olds for b in news):
            for unit in a.keys() & b.keys():
                votes[unit, a[unit]][b[unit]] += 1
    return defaultdict(set, {
        place: {number for number, count in found.items() if 2 * count >= max(found.values())}
        for place, found in votes.items()
    })  # fmt: skip


def _over_articles(law: LawText) -> list[dict[str, str]]:
    """For each article the numbers of the headings above it, by their unit."""
    found, now = [], dict[str, str]()
    order = ("编", "分编", "章", "节")
    for entry in law.body:
        if isinstance(entry, Heading):
            match = REFERENCE.match(fold(entry.label))
            if match and match["unit"] in order:
                depth = order.index(match["unit"])
                now = {unit: now[unit] for unit in order[:depth] if unit in now}
                now[match["unit"]] = str(number_of(match["number"]))
        elif entry.kind is ProvisionKind.ARTICLE:
            found.append(dict(now))
    return found
