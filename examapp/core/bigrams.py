"""Words to search Chinese by: every two characters that stand side by side."""

from __future__ import annotations

import re
from collections.abc import Callable

_HAN = "々〆〇㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff"
_RUN = re.compile(f"[{_HAN}]+|[^\\W_{_HAN}]+")
_PLAIN = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_FOLDED = (
    _PLAIN
    | {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
    | {upper + 0xFEE0: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
    | {ord("“"): ord('"'), ord("”"): ord('"')}
)
LONGEST = 60


def folded(text: str) -> str:
    """The text in lower case with ASCII instead of full-width signs, character for character."""
    return text.translate(_FOLDED)


def bigrams(text: str) -> list[str]:
    """What an index holds: pairs of Chinese characters, the last of each run alone, other words.

    A text in which some words stand has all pairs of these words in its bigrams; a single
    character is the beginning of one of them.
    """
    words: list[str] = []
    for run in _RUN.findall(folded(text)):
        if _is_han(run):
            words += [run[i : i + 2] for i in range(len(run))]
        else:
            words.append(run[:LONGEST])
    return words


def wanted(text: str) -> tuple[list[str], list[str]]:
    """What must be in the bigrams of a text in which the words stand: whole ones, beginnings."""
    whole: list[str] = []
    beginnings: list[str] = []
    for run in _RUN.findall(folded(text)):
        if not _is_han(run):
            whole.append(run[:LONGEST])
        elif len(run) == 1:
            beginnings.append(run)
        else:
            whole += [run[i : i + 2] for i in range(len(run) - 1)]
    return list(dict.fromkeys(whole)), list(dict.fromkeys(beginnings))


def counter_of(words: str) -> Callable[[str], int]:
    """Counts how often the words stand in a text."""
    if words and all(map(_is_han, words)):
        return lambda text: text.count(words)  # folding changes no Chinese character
    pattern = pattern_of(words)
    return lambda text: len(pattern.findall(folded(text)))


def pattern_of(words: str) -> re.Pattern[str]:
    """Finds the words in a folded text; figures and Latin words stand whole (17 is not in 2017)."""
    sought = folded(words)
    before = f"(?<![^\\W_{_HAN}])" if _is_other(sought[:1]) else ""
    after = f"(?![^\\W_{_HAN}])" if _is_other(sought[-1:]) else ""
    return re.compile(f"{before}{re.escape(sought)}{after}")


def _is_han(run: str) -> bool:
    return re.match(f"[{_HAN}]", run) is not None


def _is_other(character: str) -> bool:
    return re.match(f"[^\\W_{_HAN}]", character) is not None
