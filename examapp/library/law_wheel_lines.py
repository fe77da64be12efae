"""Rows of the wheel's table of articles, put back into the lines of a law."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile

from examapp.core.law.numbers import LABEL, article_key, key_order
from examapp.library.law_texts.lines import Line
from examapp.library.law_texts.patterns import heading_at

_PICTURE = re.compile(r"!\[?[^\]\n{]*\]?(?:\([^)\n]*\))?\{[^}]*\}", re.DOTALL)
_RULING = re.compile(r"[-+=|: ]*[-+=|][-+=|: ]*")
_HAN, _SIGN = "\u3007\u3400-\u4dbf\u4e00-\u9fff", "，。、；：！？（）《》“”"
_GAP = re.compile(
    f"(?<=[{_SIGN}])[ \u2009]+(?=[{_HAN}{_SIGN}])|(?<=[{_HAN}])[ \u2009]+(?=[{_SIGN}])"
)
_INNER_GAP = re.compile(
    f"(第[一二三四五六七八九十百零]+[条款项章节编][ \u2009]+)|(?<=[{_HAN}])[ \u2009]+(?=[{_HAN}])"
)
_TORN = re.compile(f"(?<=[{_HAN}，、《〈“（])\n(?=[{_HAN}，、。；：》〉”）])")
_CLOSED = ("。", "；", "：")
TORN = 20  # spaces within sentences: so many only where lines of a printed page became lines
_SINGLE = re.compile(f"'([{_HAN}]{{1,40}})'")
_ESCAPED = re.compile(r"\\([<>])")
_NOTED = re.compile(r"^(附：[^（\n]+)(（注：)", re.MULTILINE)
_DECISION = re.compile(r"(?:决定|决议|解释)$")
_AMENDMENT = re.compile(r"修正案(?:（[^（）]*）)?$")
POINT, WHOLE = "条目", "全文"


@dataclass(frozen=True)
class Row:
    """One row: under which chapter and section, its number, its words."""

    chapter: str
    section: str
    number: str
    text: str


@dataclass
class Rendered:
    """The lines of a law, and how often each kind of leftover was taken out, first in which."""

    lines: list[Line] = field(default_factory=list)
    counts: dict[str, tuple[int, str]] = field(default_factory=dict)

    def note(self, kind: str, count: int, where: str) -> None:
        """Count something met in a row."""
        if count:
            before, first = self.counts.get(kind, (0, where))
            self.counts[kind] = (before + count, first)


def rendered(title: str, rows: Sequence[Row]) -> Rendered:
    """The law as its lines would stand in a file."""
    done, headed = Rendered(), ("", "")
    loose = _loose(title, rows)
    for row in _prepared(done, rows):
        for heading in _headings(headed, row):
            _add(done, heading)
        headed = (row.chapter, row.section)
        _render(done, row, quoted=row.number in loose)
    return done


def _prepared(done: Rendered, rows: Sequence[Row]) -> Iterable[Row]:
    """The rows with what the table put into wrong places back in its own."""
    rows = _in_chapters(done, [*rows[:-1], *map(_with_annex, rows[-1:])])
    torn = sum(len(_GAP.findall(row.text)) for row in rows) >= TORN
    return (_whole(done, row) for row in rows) if torn else rows


def _render(done: Rendered, row: Row, *, quoted: bool) -> None:
    done.note("quoted", int(quoted), row.number)
    first, *others = _words(done, row) or [""]
    for text in (_labelled(row.number, first), *others):
        _add(done, text, quoted=quoted)


def _in_chapters(done: Rendered, rows: Sequence[Row]) -> Sequence[Row]:
    """What stands before chapter one stands in no chapter, whatever its row says."""
    first = next((n for n, row in enumerate(rows) if row.chapter.startswith("第一章")), 0)
    wrong = [replace(row, chapter="", section="") for row in rows[:first] if row.chapter]
    for row in wrong:
        done.note("chapter", 1, row.number)
    return [*wrong, *rows[first:]] if len(wrong) == first else rows


def _add(done: Rendered, text: str, *, quoted: bool = False) -> None:
    if text:
        done.lines.append(Line(len(done.lines) + 1, text, quoted=quoted))


def _headings(headed: tuple[str, str], row: Row) -> Iterator[str]:
    if row.chapter and row.chapter != headed[0]:
        yield row.chapter
    if row.section and (row.chapter, row.section) != headed:
        yield row.section


def _labelled(number: str, words: str) -> str:
    """第一条　…, 一、…, or the words alone where the row is the whole text."""
    if number.startswith(POINT):
        return f"{number.removeprefix(POINT)}、{words}"
    return words if number == WHOLE else f"{number}　{words}".strip("　")


def _loose(title: str, rows: Sequence[Row]) -> frozenset[str]:
    """Numbers that are not this instrument's own but those of articles that it quotes.

    A decision that does not begin with article one has none of its own; in an amendment that
    numbers on from the one before, a number out of sequence belongs to what it inserts.
    """
    numbers = [row.number for row in rows if LABEL.fullmatch(row.number)]
    if not numbers or article_key(numbers[0]) == "1":
        return frozenset()
    if _DECISION.search(title):
        return frozenset(numbers)
    return frozenset(_out_of_sequence(numbers) if _AMENDMENT.search(title) else ())


def _out_of_sequence(numbers: Iterable[str]) -> Iterator[str]:
    last = 0
    for label in numbers:
        number = key_order(article_key(label))[1]
        if last and number != last + 1:
            yield label
        else:
            last = number


def _whole(done: Rendered, row: Row) -> Row:
    """The row with lines joined that a printed page had torn; headings at its end stay lines."""
    lines = row.text.split("\n")
    headings = list(takewhile(lambda line: heading_at(line.strip()), reversed(lines)))[::-1]
    words, joined = _TORN.subn("", "\n".join(lines[: len(lines) - len(headings)]))
    done.note("torn", joined, row.number)
    return replace(row, text="\n".join([words, *headings]))


def _with_annex(last: Row) -> Row:
    """The last row with its annex set apart: tables below the closing words are one."""
    text = _NOTED.sub(r"\1\n\2", last.text)
    lines = text.split("\n")
    tables = any(_RULING.fullmatch(line) for line in lines if line)
    if tables and not any(line.startswith("附") for line in lines):
        closing = next((n for n, line in enumerate(lines, 1) if line.endswith("施行。")), None)
        lines[closing:closing] = ["附："] if closing else []
    return replace(last, text="\n".join(lines))


def _words(done: Rendered, row: Row) -> list[str]:
    """The row's lines without what a converter left of pictures and tables."""
    text, pictures = _PICTURE.subn("", _ESCAPED.sub(r"\1", row.text))
    done.note("pictures", pictures, row.number)
    text, single = _SINGLE.subn(r"‘\1’", text)
    done.note("quotes", single * 2, row.number)
    lines = [_close(done, row, line) for line in _quotes(done, row, text).split("\n")]
    kept = [line for line in lines if line and not _RULING.fullmatch(line)]
    done.note("rulings", sum(map(bool, lines)) - len(kept), row.number)
    return kept


def _close(done: Rendered, row: Row, line: str) -> str:
    """The line without spaces beside Chinese signs, which a page break left; tables keep theirs."""
    line = line.rstrip("\\").strip()
    if "|" in line:
        return line
    closed = _GAP.sub("", line)
    if closed.endswith(_CLOSED):
        closed = _INNER_GAP.sub(lambda gap: gap[1] or "", closed)
    done.note("spaces", len(line) - len(closed), row.number)
    return closed


def _quotes(done: Rendered, row: Row, text: str) -> str:
    """Straight quotation marks as “ and ” where they pair up; a line may open once more."""
    if '"' not in text:
        return text
    said, open_, first = [], False, True
    for character in text:
        if character == '"':
            open_ = True if first else not open_
            said.append("“" if open_ else "”")
        else:
            said.append(character)
        first = character == "\n"
    done.note("odd-quotes" if open_ else "quotes", text.count('"'), row.number)
    return text if open_ else "".join(said)
