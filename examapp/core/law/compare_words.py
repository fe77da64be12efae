"""Which differences of two articles are none of words: width, spaces, dashes, quotation marks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from examapp.core.law.numbers import NUMERAL

_DASHES = "‐‑‒–—―−─━﹘﹣-~〜"
_QUOTES = "“”„‟\"'‘’‚‛「」『』〝〞＂＇`´"
_ALIKE = {
    **dict.fromkeys(_DASHES, "-"),
    **dict.fromkeys(_QUOTES, '"'),
    **dict.fromkeys("《〈<«", "<"),
    **dict.fromkeys("》〉>»", ">"),
    **dict.fromkeys("[〔【", "["),
    **dict.fromkeys("]〕】", "]"),
    **dict.fromkeys("○◯", "〇"),
    **dict.fromkeys("•・‧∙⋅", "·"),
    ".": "。",
}
_TABLE = str.maketrans(_ALIKE)
_BLANK = re.compile(r"[\s\u00ad\u180e\u200b-\u200f\u2028-\u202f\u2060-\u2064\ufe00-\ufe0f\ufeff]+")
_DASH_RUN = re.compile(r"-{2,}")
REFERENCE = re.compile(
    rf"第(?P<number>\(?(?:{NUMERAL})\)?)"
    rf"(?:条(?:之(?P<extra>{NUMERAL}))?|(?P<unit>款|项|目|章|节|分编|编))"
)
"""第十条, 第十条之一, 第二款, 第(三)项, 第四章 in folded text; `unit` is None for an article."""


def fold(text: str) -> str:
    """The text in one spelling: equal for texts that differ in typography alone."""
    one_width = unicodedata.normalize("NFKC", _BLANK.sub("", text))
    return _DASH_RUN.sub("-", _BLANK.sub("", one_width).translate(_TABLE))


def skeleton(folded: str) -> str:
    """A folded text with the numbers of the provisions that it names set aside."""
    return REFERENCE.sub(lambda match: f"第#{match['unit'] or '条'}", folded)


def grams(text: str, size: int = 2) -> frozenset[str]:
    """All runs of so many characters; a shorter text is one run."""
    if len(text) < size:
        return frozenset([text] if text else [])
    return frozenset(text[at : at + size] for at in range(len(text) - size + 1))


def likeness(one: Iterable[str], other: Iterable[str]) -> float:
    """From 0 to 1: twice what two sets of runs share, by what they hold together."""
    left, right = frozenset(one), frozenset(other)
    together = len(left) + len(right)
    return 2 * len(left & right) / together if together else 1.0
