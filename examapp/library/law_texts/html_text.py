"""Paragraphs of a web page, tag by tag in one pass: only words come out, so nothing is trusted."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from examapp.library.law_texts.lines import Line, Page, bounded

_TAG = re.compile(r"<!--|<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*>|<[!?][^<>]*>")
_HEADINGS = {f"h{level}" for level in range(1, 7)}
_BLOCKS = _HEADINGS | {
    "p", "div", "li", "ul", "ol", "tr", "table", "center", "section", "article", "br", "hr",
    "body", "header", "main", "blockquote", "pre", "dd", "dt",
}  # fmt: skip
_CELLS = {"td", "th"}
_UNSEEN = {"script", "style", "title", "noscript", "select", "button", "nav", "footer"}
_STRONG = {"b", "strong", "span"}
_LABEL = re.compile(r"\s*第\S{1,12}条(之\S{1,3})?\s*")
_SPACE = re.compile(r"[ \t\r\n\f]+")


def is_html(text: str) -> bool:
    """Whether a text begins as a web page does."""
    start = text[:1000].lstrip("\ufeff \t\r\n").lower()
    return start.startswith(("<!doctype html", "<html", "<head", "<body"))


def page(text: str) -> Page:
    """The lines that a reader of the page sees."""
    found = enumerate(_lines(text), 1)
    return Page(bounded(Line(n, words, heading) for n, (words, heading) in found))


def _lines(text: str) -> Iterator[tuple[str, bool]]:
    """Lines between the tags of blocks, and whether a heading's tags are around them."""
    pieces: list[str] = []
    heading = False
    for piece, closing, tag in _pieces(text):
        pieces.append(piece)
        if _parts_words(tag, closing, pieces):
            pieces.append("　")
        if tag not in _BLOCKS:
            continue
        words = _SPACE.sub(" ", html.unescape("".join(pieces))).strip(" 　")
        pieces = []
        if words:
            yield words, heading
        heading = tag in _HEADINGS and not closing


def _parts_words(tag: str, closing: bool, pieces: list[str]) -> bool:
    """Whether a space belongs here: before a cell, and after an article's number in bold."""
    if closing and tag in _STRONG:
        return _LABEL.fullmatch("".join(pieces[-3:])) is not None
    return tag in _CELLS and not closing


def _pieces(text: str) -> Iterator[tuple[str, bool, str]]:
    """Words, and the tag after them; a last `br` ends the last line."""
    at = 0
    while tag := _TAG.search(text, at):
        name = (tag[2] or "").lower()
        yield text[at : tag.start()], bool(tag[1]), name
        at = tag.end()
        if tag[0] == "<!--":
            at = _after(text, "-->", at)
        elif name in _UNSEEN and not tag[1]:
            at = _after(text, f"</{name}[^<>]*>?", at)
    yield text[at:], False, "br"


def _after(text: str, end: str, start: int) -> int:
    """Past the end of what nobody sees; where it never ends, past everything."""
    found = re.compile(end, re.IGNORECASE).search(text, start)
    return found.end() if found else len(text)
