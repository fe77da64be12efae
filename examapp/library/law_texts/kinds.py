"""What a file is, by its content and not by its name, and its lines."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import PurePosixPath

from examapp.core.refusals import N_
from examapp.library.law_texts import html_text, marked_text, sources, word_text
from examapp.library.law_texts.decoding import Decoded, decoded
from examapp.library.law_texts.findings import UnreadableError
from examapp.library.law_texts.lines import Page

OLD_WORD = N_("This is an old Word file (.doc), or one locked with a password. Save it as .docx.")
PDF = N_("This is a PDF file. Take the Word file (.docx) of the same law instead.")
PICTURE = N_("This is a picture and not a text, whatever its name says.")
RICH = N_("This is an RTF file. Save it as .docx or as plain text.")
_SIGNS = (
    (b"\xd0\xcf\x11\xe0", OLD_WORD),
    (b"%PDF", PDF),
    (b"\x89PNG", PICTURE),
    (b"\xff\xd8\xff", PICTURE),
    (b"GIF8", PICTURE),
    (b"BM", PICTURE),
    (b"II*\x00", PICTURE),
    (b"RIFF", PICTURE),
    (b"{\\rtf", RICH),
)


def page(name: str, data: bytes) -> tuple[Page, Decoded | None]:
    """The lines of a file, and how its text was written (None for Word)."""
    for sign, words in _SIGNS:
        if data.startswith(sign):
            raise UnreadableError(words)
    suffix = PurePosixPath(name).suffix.lower()
    if data.startswith(b"PK\x03\x04") or suffix == ".docx":
        return _word(data, sources.BAD_ARCHIVE if suffix == ".zip" else word_text.DAMAGED), None
    found = decoded(data)
    if suffix in (".html", ".htm") or html_text.is_html(found.text):
        return html_text.page(found.text), found
    return marked_text.page(found.text), found


def _word(data: bytes, damaged: str) -> Page:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            word = word_text.is_word(archive)
    except word_text.BROKEN_ARCHIVE:
        word = False
    if not word:
        raise UnreadableError(damaged)
    return word_text.page(data)
