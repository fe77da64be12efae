"""The provisions that an article names: 本法第十条第二款第(三)项, 第四章, another law's article."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from examapp.core.law.compare_words import REFERENCE
from examapp.core.law.numbers import number_of

ARTICLE, PARAGRAPH, ITEM = "条", "款", "项"
_BETWEEN = re.compile(r"[、,和或者及与至以到第的-]*")
_OURS = re.compile(r"本(法典|法|条例|规定|办法|决定|细则|规则|条|章|节|编)$")
_THEIRS = re.compile(r"(>|法典?|条例|规定|办法|决定|细则|规则|修正案|公约|章程)$")


@dataclass(frozen=True)
class Reference:
    """One number that a text names; `article` and `paragraph` say within which, if it does."""

    unit: str
    number: str
    article: str | None = None
    paragraph: str | None = None
    outside: bool = False


def references(folded: str) -> list[Reference]:
    """What a folded text names, in order."""
    return list(_read(folded))


def _read(folded: str) -> Iterator[Reference]:
    last, end = Reference("", ""), 0
    for match in REFERENCE.finditer(folded):
        between = folded[end : match.start()]
        joined = bool(last.unit) and _BETWEEN.fullmatch(between) is not None
        last = _within(_named(match), last if joined else None)
        if not joined:
            last = replace(last, outside=_outside(folded[: match.start()]))
        end = match.end()
        yield last


def _named(match: re.Match[str]) -> Reference:
    number = str(number_of(match["number"].strip("()")))
    extra = f"-{number_of(match['extra'])}" if match["extra"] else ""
    return Reference(match["unit"] or ARTICLE, number + extra)


def _within(one: Reference, last: Reference | None) -> Reference:
    """第十条第二款、第三款: the second paragraph named is of article 10 too."""
    if last is None:
        return one
    one = replace(one, outside=last.outside)
    if one.unit == PARAGRAPH:
        return replace(one, article=last.number if last.unit == ARTICLE else last.article)
    if one.unit == ITEM:
        return replace(
            one,
            article=last.number if last.unit == ARTICLE else last.article,
            paragraph=last.number if last.unit == PARAGRAPH else last.paragraph,
        )
    return one


def _outside(before: str) -> bool:
    """Whether the words before a reference name another law."""
    return not _OURS.search(before) and _THEIRS.search(before) is not None
