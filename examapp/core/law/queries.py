"""What somebody who searches the laws asks for: an article by its number, or words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from examapp.core.bigrams import folded, wanted
from examapp.core.law.numbers import NUMERAL, number_of

_BEHIND = rf"(?:第\s*(?:{NUMERAL})\s*[款项].*|的规定)?"
_ARTICLE = re.compile(
    rf"(?P<law>.*?)\s*第?\s*(?P<number>{NUMERAL})\s*条(?:\s*之\s*(?P<extra>{NUMERAL}))?\s*{_BEHIND}"
)
_AFTER_NAME = re.compile(
    rf"(?P<law>.*\S)(?:\s+第?\s*|第\s*|(?<=[^0-9\s])(?=[0-9]))"
    rf"(?P<number>{NUMERAL})(?:\s*[-之]\s*(?P<extra>{NUMERAL}))?"
)
_ENGLISH = re.compile(
    r"(?P<law>.*?)[\s,]*\b(?:article|art\.?)\s*(?P<number>[0-9]{1,4})(?:-(?P<extra>[0-9]{1,2}))?"
    r"(?:\s+of\s+(?:the\s+)?(?P<of>.+))?"
)
_MARKS = str.maketrans(dict.fromkeys("《》〈〉“”\"'「」『』", " "))
MOST_WORDS, LONGEST = 8, 100


@dataclass(frozen=True)
class Place:
    """An article asked for by its number: `law` is the name it was asked with, or empty."""

    law: str
    key: str


def words_of(query: str) -> list[str]:
    """The words of a query, each once, at most eight; signs alone are none."""
    words = (word[:LONGEST] for word in folded(query.translate(_MARKS)).split())
    return list(dict.fromkeys(word for word in words if any(wanted(word))))[:MOST_WORDS]


def place_of(query: str) -> Place | None:
    """The article that a query names: 第三十三条, 33条, 宪法 33, 刑法120条之一, Article 33."""
    asked = " ".join(folded(query.translate(_MARKS)).split())[:LONGEST]
    for pattern in (_ENGLISH, _ARTICLE):
        if match := pattern.fullmatch(asked):
            return _place(match)
    match = _AFTER_NAME.fullmatch(asked)
    return _place(match) if match else None


def _place(match: re.Match[str]) -> Place | None:
    try:
        number = number_of(match["number"])
        extra = number_of(match["extra"]) if match["extra"] else 0
    except ValueError:
        return None
    law = match["law"] or match.groupdict().get("of") or ""
    key = f"{number}-{extra}" if extra else str(number)
    return Place(law.strip(" ,的"), key) if number else None
