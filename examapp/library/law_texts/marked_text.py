"""Markdown in both layouts of the public collections, and plain text, line by line."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from itertools import chain, islice

from examapp.library.law_texts.lines import Line, Page, bounded

_FRONT_MATTER = 100
_LINE_END = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
_HEADING = re.compile(r"\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_CONTAINER = re.compile(r"\s*:::+\s*(?:[a-z]+\b)?\s*(.*)$")
_COMMENT = re.compile(r"<!--[^>]{0,500}-->")
_TAG = re.compile(
    r"</?(?:br|p|div|span|center|b|strong|i|em|u|font|a|img|sup|sub|table|tbody|tr|td|th)\b"
    r"[^<>\u4e00-\u9fff]{0,300}>",
    re.IGNORECASE,
)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_PICTURE = re.compile(r"!\[[^\]]{0,300}\]\([^)]{0,500}\)")
_LINK = re.compile(r"\[([^\[\]]{1,500})\]\([^()]{0,500}\)")
_BOLD_LABEL = re.compile(r"(\s*)\*\*\s*(第[^*]{1,20}条(?:之[^*]{1,4})?)\s*\*\*(?=\S)")
_BOLD = re.compile(r"\*\*([^*]{1,5000})\*\*")
_ITALIC_LINE = re.compile(r"\s*[*_]([^*_]+)[*_]\s*")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!<>|])")
_RULE = re.compile(r"\s*(?:[-*_=]\s*){3,}$|\s*\|?[\s:|-]+\|[\s:|-]*$")


def page(text: str) -> Page:
    """The lines of a text without their markup."""
    pictures: list[int] = []
    lines = bounded(_lines(text, pictures))
    return Page(lines, tuple(("pictures", 1, number) for number in pictures))


def _lines(text: str, pictures: list[int]) -> Iterator[Line]:
    quoted = False
    for number, raw in _after_front_matter(_numbered(text)):
        if (container := _CONTAINER.match(raw)) and raw.lstrip().startswith(":::"):
            quoted = not quoted
            raw = container[1]
        if _PICTURE.search(raw):
            pictures.append(number)
        if _RULE.match(raw[:200]):
            continue
        for part in _BREAK.split(raw):
            yield _line(number, part, quoted=quoted)


def _numbered(text: str) -> Iterator[tuple[int, str]]:
    """Line by line, so that a file of nothing but line ends fills no memory."""
    start = number = 0
    for number, end in enumerate(_LINE_END.finditer(text), 1):
        yield number, text[start : end.start()]
        start = end.end()
    yield number + 1, text[start:]


def _after_front_matter(lines: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """The lines without a block between two lines of dashes at the very beginning."""
    held: list[tuple[int, str]] = []
    for number, line in islice(lines, _FRONT_MATTER):
        held.append((number, line))
        said = [words for _, words in held if words.strip()]
        if said and said[0].strip() != "---":
            break
        if len(said) > 1 and line.strip() == "---":
            held = []
            break
    return chain(held, lines)


def _line(number: int, raw: str, *, quoted: bool) -> Line:
    heading = _HEADING.match(raw) if len(raw) < 1000 else None
    text = _plain(heading[2] if heading else raw)
    if text.lstrip().startswith(">"):
        return Line(number, text.lstrip("> "), quoted=True)
    return Line(number, text, heading=heading is not None, quoted=quoted)


def _plain(text: str) -> str:
    if "<" in text:
        text = _TAG.sub("", _COMMENT.sub("", text))
    if "[" in text:
        text = _LINK.sub(r"\1", _PICTURE.sub("", text))
    if "*" in text or "_" in text:
        text = _BOLD_LABEL.sub(r"\1\2　", text, count=1) if text[:1] in "* " else text
        text = _BOLD.sub(r"\1", text).replace("**", "")
        text = match[1] if (match := _ITALIC_LINE.fullmatch(text)) else text
    if "\\" in text:
        text = _ESCAPE.sub(r"\1", text)
    if text.startswith("|"):
        text = "　".join(cell.strip() for cell in text.strip().strip("|").split("|"))
    return html.unescape(text) if "&" in text else text
