"""Texts that stand in two languages, and how a missing one is replaced visibly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


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


def both(data: Mapping[str, Any], name: str) -> dict[str, str]:
    """A text that must be there in both languages, as files have it; ValueError names it if not."""
    text = data[name]
    if not isinstance(text, dict) or not all(text.get(language) for language in ("zh", "en")):
        raise ValueError(f"{name} must have zh and en")
    return {language: str(text[language]) for language in ("zh", "en")}
