"""Takes a law's table of contents away, which repeats every heading before the law begins."""

from __future__ import annotations

from collections.abc import Sequence

from examapp.library.law_texts.lines import Line
from examapp.library.law_texts.patterns import article_at, heading_at
from examapp.library.law_texts.typography import closed_up

Key = tuple[str, int]


def without_contents(lines: Sequence[Line]) -> tuple[list[Line], list[tuple[Key, Line]]]:
    """The lines without a table of contents, and what that listed."""
    named = [n for n, line in enumerate(lines) if closed_up(line.text) == "目录"]
    first = next((n for n, line in enumerate(lines) if _entry(line)), None)
    start = named[0] + 1 if named else first
    if start is None or start >= len(lines) or not (entry := _entry(lines[start])):
        return [line for n, line in enumerate(lines) if n not in named], []
    end = _again(lines, start, entry)
    if end is None:
        if not named:
            return list(lines), []
        end = next((n for n in range(start, len(lines)) if not _entry(lines[n])), len(lines))
    listed = [(key, line) for line in lines[start:end] if (key := _entry(line))]
    return [*lines[: named[0] if named else start], *lines[end:]], listed


def _entry(line: Line) -> Key | None:
    """What makes a heading the same in the table and in the law: its unit and number."""
    text = line.text.rstrip("0123456789.…·- 　") if len(line.text) < 120 else ""
    if heading := heading_at(text):
        return heading[2], heading[1]
    bare = closed_up(text)
    return (bare, 0) if bare in ("序言", "前言", "附则") else None


def _again(lines: Sequence[Line], start: int, entry: Key) -> int | None:
    """Where the first entry of the table stands again, before any article."""
    for number in range(start + 1, len(lines)):
        if article_at(lines[number].text):
            return None
        if _entry(lines[number]) == entry:
            return number
    return None
