"""Texts that stand in two languages, and how a missing one is replaced visibly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Said:
    """A text in the language it was found in; `fallback` says that another was asked for."""

    text: str
    language: str
    fallback: bool


def in_language(texts: Mapping[str, str], language: str) -> Said:
    """The text in the language, else in the other one, marked as a fallback."""
    if texts.get(language):
        return Said(texts[language], language, False)
    for other in ("zh", "en"):
        if texts.get(other):
            return Said(texts[other], other, True)
    return Said("", language, False)
