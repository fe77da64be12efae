"""Paragraphs of a Word document (.docx), read as a stream that no bomb can fill.

Only `word/document.xml` is opened, by defusedxml: document types and entities are refused.
"""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from examapp.core.refusals import N_
from examapp.library.law_texts.findings import UnreadableError
from examapp.library.law_texts.lines import MOST_LINES, TOO_MANY_LINES, Line, Page, bounded

BODY = "word/document.xml"
MOST_XML = 60 * 1024 * 1024
CHUNK = 256 * 1024
DAMAGED = N_("This is not a Word document (.docx), or it is damaged.")
HOSTILE = N_("The Word document carries declarations that no text needs; it is not opened.")
SWOLLEN = N_("The Word document unpacks to more than %(most)s MB: no law is that long.")
BROKEN_ARCHIVE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, OSError, EOFError, ValueError,
    LookupError, RuntimeError, OverflowError,
)  # fmt: skip
"""Whatever Python's own reader raises where an archive's bytes make no sense."""
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_UNREAD = {f"{_WORD}{name}" for name in ("del", "moveFrom", "instrText", "delText")} | {_FALLBACK}
_SPACES = {f"{_WORD}tab": " ", f"{_WORD}br": "\n", f"{_WORD}cr": "\n", f"{_WORD}noBreakHyphen": "-"}


def is_word(archive: zipfile.ZipFile) -> bool:
    """Whether the archive is a Word document."""
    return BODY in archive.namelist()


def page(data: bytes) -> Page:
    """The paragraphs that a reader of the document sees."""
    paragraphs = _Paragraphs()
    try:
        _feed(data, paragraphs)
    except DefusedXmlException:
        raise UnreadableError(HOSTILE) from None
    except (*BROKEN_ARCHIVE, ParseError):
        raise UnreadableError(DAMAGED) from None
    lines = bounded(Line(n, text, heading) for n, text, heading in paragraphs.found)
    return Page(lines, tuple(("numbering", 1, number) for number in paragraphs.numbered))


def _feed(data: bytes, paragraphs: _Paragraphs) -> None:
    parser = DefusedXMLParser(target=paragraphs, forbid_dtd=True)
    read = 0
    with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(BODY) as body:
        while chunk := body.read(CHUNK):
            read += len(chunk)
            if read > MOST_XML:
                raise UnreadableError(SWOLLEN, most=MOST_XML // 1024 // 1024)
            parser.feed(chunk)
    parser.close()


class _Paragraphs:
    """Gathers text by paragraph, and a table's row as one line."""

    def __init__(self) -> None:
        self.found: list[tuple[int, str, bool]] = []
        self.numbered: list[int] = []
        self._text: list[str] = []
        self._row: list[str] | None = None
        self._count = self._unread = 0
        self._inside = self._heading = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.replace(_STRICT, _WORD)
        if tag in _UNREAD:
            self._unread += 1
        elif tag == f"{_WORD}p":
            self._count, self._heading = self._count + 1, False
        elif tag == f"{_WORD}tr":
            self._row = []
        elif tag == f"{_WORD}t":
            self._inside = True
        elif tag == f"{_WORD}numPr":
            self.numbered.append(self._count)
        elif tag == f"{_WORD}pStyle":
            style = attributes.get(f"{_WORD}val", "").lower()
            self._heading = style.startswith(("heading", "title")) or style in set("123456")
        elif tag in _SPACES and not self._unread and f"{_WORD}type" not in attributes:
            self._text.append(_SPACES[tag])

    def data(self, data: str) -> None:
        if self._inside and not self._unread:
            self._text.append(data)

    def end(self, tag: str) -> None:
        tag = tag.replace(_STRICT, _WORD)
        if tag in _UNREAD:
            self._unread -= 1
        elif tag == f"{_WORD}t":
            self._inside = False
        elif tag == f"{_WORD}p":
            self._end_paragraph()
        elif tag == f"{_WORD}tr" and self._row is not None:
            self.found.append((self._count, "　".join(filter(None, self._row)), False))
            self._row = None

    def _end_paragraph(self) -> None:
        text, self._text = "".join(self._text), []
        if self._row is not None:
            self._row.append(text.strip())
            return
        self.found += [(self._count, line, self._heading) for line in text.split("\n")]
        if len(self.found) > MOST_LINES:
            raise UnreadableError(TOO_MANY_LINES, most=MOST_LINES)

    def close(self) -> None:
        return None
