"""A line of a file as the formats hand it on, and how much one file may hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from examapp.core.refusals import N_
from examapp.library.law_texts.findings import UnreadableError

MOST_LINES = 200_000
LONGEST_LINE = 100_000
TOO_MANY_LINES = N_("The file has more than %(most)s lines: no law is that long.")
TOO_LONG_LINE = N_("Line %(line)s is longer than %(most)s characters: no paragraph of a law is.")


@dataclass(frozen=True, slots=True)
class Line:
    """Words on a line of their own; `heading` and `quoted` are what the markup says."""

    number: int
    text: str
    heading: bool = False
    quoted: bool = False


@dataclass(frozen=True)
class Page:
    """What one file says, line by line; `met` has kind, count and line of what was left out."""

    lines: tuple[Line, ...]
    met: tuple[tuple[str, int, int], ...] = ()

    @property
    def last(self) -> int:
        """The number of the last line of which anything is told."""
        return max([line.number for line in self.lines[-1:]] + [line for _, _, line in self.met])


def bounded(lines: Iterable[Line]) -> tuple[Line, ...]:
    """The lines that say something; refuses more than any law has."""
    kept: list[Line] = []
    for count, line in enumerate(lines, 1):
        if count > MOST_LINES:
            raise UnreadableError(TOO_MANY_LINES, most=MOST_LINES)
        if len(line.text) > LONGEST_LINE:
            raise UnreadableError(TOO_LONG_LINE, line=line.number, most=LONGEST_LINE)
        if line.text.strip():
            kept.append(line)
    return tuple(kept)
