"""Mends typography that cannot be meant, and counts what it mends; words are never touched."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from examapp.library.law_texts.lines import Line

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff"
_WIDE = _HAN + "，。、；：？！“”‘’《》〈〉（）【】—…"
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010fffd]")
_SPACES = re.compile("[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\ue5e5]+")
_HALF = re.compile(f"(?<=[{_WIDE}])[,;:?!](?=[{_WIDE}]|$)")
_FULL = str.maketrans(",;:?!", "，；：？！")
_STRAY = re.compile(f"(?<=[{_WIDE}]) (?=[{_WIDE}])")
_LABELLED = re.compile(r"第[^，。；]{1,12}[条章节编](?:之.{1,2})?$")
_BRACKETS = re.compile(r"\(([^()]{0,500})\)")
_ONE_BRACKET = re.compile(f"(?<=[{_WIDE}])[()]|[()](?=[{_WIDE}])")
_ANGLES = re.compile(f"<([{_WIDE}]{{1,100}})>")
_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
_LONGEST_TITLE = 300
_NEAR_HAN = re.compile(f"[{_WIDE}]")


class Typography:
    """Mends line by line; `met` has kind, how often and line of all that was met."""

    def __init__(self, *, as_printed: bool = False) -> None:
        self.met: list[tuple[str, int, int]] = []
        self._mends = () if as_printed else (self._brackets, self._punctuation, self._quotes)

    def mended(self, lines: Iterable[Line]) -> list[Line]:
        """The lines with what nobody can see or mean put right; blank ones are left out."""
        done = (replace(line, text=self._line(line)) for line in lines)
        return [line for line in done if line.text]

    def note(self, kind: str, count: int, number: int) -> None:
        """Count something met in a line."""
        if count:
            self.met.append((kind, count, number))

    def _line(self, line: Line) -> str:
        text = line.text
        if not text.isascii():
            text = self._unseen(text, line.number)
        text = _SPACES.sub(lambda gap: "　" if "　" in gap[0] else " ", text).strip(" 　\t\r\n")
        for mend in self._mends:
            text = mend(text, line.number)
        return text

    def _unseen(self, text: str, number: int) -> str:
        text, invisible = _INVISIBLE.subn("", text)
        self.note("invisible", invisible, number)
        self.note("private", len(_PRIVATE.findall(text.replace("\ue5e5", " "))), number)
        return text

    def _punctuation(self, text: str, number: int) -> str:
        text, count = _HALF.subn(lambda mark: mark[0].translate(_FULL), text)
        self.note("punctuation", count, number)
        return text

    def _brackets(self, text: str, number: int) -> str:
        if "<" in text:
            text, angles = _ANGLES.subn(r"〈\1〉", text)
            self.note("punctuation", angles, number)
        if "(" in text or ")" in text:
            text, count = _BRACKETS.subn(_wide_brackets, text)
            text, lone = _ONE_BRACKET.subn(lambda one: "（" if one[0] == "(" else "）", text)
            self.note("punctuation", count + lone, number)
        return text

    def _quotes(self, text: str, number: int) -> str:
        if '"' not in text or not _NEAR_HAN.search(text):
            return text
        count = text.count('"')
        if count % 2:
            self.note("odd-quotes", 1, number)
            return text
        self.note("quotes", count, number)
        parts = text.split('"')
        return parts[0] + "".join(
            f"{'“' if index % 2 else '”'}{part}" for index, part in enumerate(parts[1:], 1)
        )


def _wide_brackets(match: re.Match[str]) -> str:
    around = (
        match.string[max(match.start() - 1, 0) : match.start()]
        + match.string[match.end() : match.end() + 1]
    )
    return f"（{match[1]}）" if _NEAR_HAN.search(match[1] + around) else match[0]


def without_stray_spaces(text: str) -> str:
    """A sentence without the spaces that a torn line left between two characters."""
    if not _STRAY.search(text):
        return text

    def closed(space: re.Match[str]) -> str:
        before = text[max(space.start() - 16, 0) : space.start()]
        return " " if _LABELLED.search(before) else ""

    return _STRAY.sub(closed, text)


def plain_digits(text: str) -> str:
    """Full-width digits as ASCII ones, for reading numbers."""
    return text.translate(_DIGITS)


def closed_up(title: str) -> str:
    """A title without the spaces that spread it: 总　则 is 总则, 第一节 甲 乙丙 stays in words."""
    if len(title) > _LONGEST_TITLE:
        return title
    parts = title.split()
    joined = ""
    for before, part in zip(["", *parts], parts, strict=False):
        spread = len(before) == 1 or len(part) == 1
        joined += part if spread or not joined else f"　{part}"
    return joined
