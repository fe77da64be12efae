"""A stretch of a text around the words that were searched for, with these marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from examapp.core.bigrams import folded, pattern_of

BEFORE, SHOWN = 30, 140


@dataclass(frozen=True)
class Piece:
    """A stretch of a snippet, `marked` where it is what was searched for."""

    text: str
    marked: bool


def snippet(text: str, words: Sequence[str]) -> tuple[Piece, ...]:
    """Where the words stand first, with what is around them; without words the beginning."""
    flat = text.replace("\n", " ")
    spans = sorted(
        match.span() for word in words for match in pattern_of(word).finditer(folded(flat))
    )
    start = max(spans[0][0] - BEFORE, 0) if spans else 0
    end = min(start + SHOWN, len(flat))
    pieces = [Piece("…", False)] if start else []
    for first, last in spans:
        if start <= first and last <= end:
            pieces += [Piece(flat[start:first], False), Piece(flat[first:last], True)]
            start = last
    rest = flat[start:end] + ("…" if end < len(flat) else "")
    return tuple(piece for piece in (*pieces, Piece(rest, False)) if piece.text)
