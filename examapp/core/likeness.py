"""Which questions are nearly the same, or give each other's answer away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from examapp.core.bigrams import bigrams
from examapp.core.items import ItemContent, Kind

ALIKE = 0.6
LEAST_GIVEN_AWAY = 10


@dataclass(frozen=True)
class Likeness:
    """Two items by their ids, the earlier first, and the share of words that both have."""

    first: str
    second: str
    share: float


def near_duplicates(
    items: Mapping[str, ItemContent], *, least: float = ALIKE
) -> Iterator[Likeness]:
    """Pairs whose Chinese words (pairs of characters in stem and options) are mostly the same.

    The share is that of Jaccard: common pairs of all pairs. Items that are named as enemies are
    compared too; the caller leaves them out.
    """
    numbers: dict[str, int] = {}
    seen: list[tuple[str, int, int]] = []
    for code, content in items.items():
        words = set(bigrams(_words(content)))
        bits = 0
        for word in words:
            bits |= 1 << numbers.setdefault(word, len(numbers))
        size = len(words)
        for other, theirs, many in seen:
            if min(size, many) < least * max(size, many):
                continue
            common = (bits & theirs).bit_count()
            share = common / (size + many - common) if size or many else 0.0
            if share >= least:
                yield Likeness(other, code, share)
        seen.append((code, bits, size))


def alike(content: ItemContent, others: Mapping[str, ItemContent]) -> dict[str, float]:
    """Items that are nearly the same as one being written, with the share; the likest first."""
    own = set(bigrams(_words(content)))
    found: dict[str, float] = {}
    for code, other in others.items():
        words = set(bigrams(_words(other)))
        share = len(own & words) / len(own | words) if own | words else 0.0
        if share >= ALIKE:
            found[code] = share
    return dict(sorted(found.items(), key=lambda pair: -pair[1]))


def _words(content: ItemContent) -> str:
    options = () if content.kind is Kind.JUDGEMENT else content.options
    return " ".join([content.stem.get("zh", ""), *(text.get("zh", "") for _, text in options)])


def given_away(items: Mapping[str, ItemContent]) -> Iterator[tuple[str, str]]:
    """Pairs (teller, told) of one article: the first's stem says the other's right answer."""
    by_article: dict[tuple[str, str], list[str]] = {}
    for code, content in items.items():
        for key in {cite.article_key for cite in content.cites}:
            by_article.setdefault(key, []).append(code)
    found: dict[tuple[str, str], None] = {}
    for codes in by_article.values():
        for told in codes:
            for answer in _answers(items[told]):
                for teller in codes:
                    if teller != told and answer in items[teller].stem.get("zh", ""):
                        found[teller, told] = None
    yield from found


def _answers(content: ItemContent) -> list[str]:
    if content.kind is not Kind.SINGLE:
        return []
    texts = [text.get("zh", "") for option, text in content.options if option in content.key]
    return [text for text in texts if len(text) >= LEAST_GIVEN_AWAY]
