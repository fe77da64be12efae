"""Bytes to text: UTF-8 with or without mark, GB18030, UTF-16; what is none of them is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass

from examapp.core.refusals import N_
from examapp.library.law_texts.findings import UnreadableError

NOT_TEXT = N_("This is not a text: it is neither UTF-8, GB18030 nor UTF-16.")
MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
FREQUENT = re.compile("[，。、；：的第条章法和定以应在有国人]")
SAMPLE = 100_000
_LAST_CHARACTER = 4
_BROKEN = re.compile("[\x00-\x08\x0e-\x1f\ufffd]")


@dataclass(frozen=True)
class Decoded:
    """A text, how it was written, and whether its last character was cut in two."""

    text: str
    encoding: str
    marked: bool = False
    cut: bool = False


def decoded(data: bytes) -> Decoded:
    """The text of a file; UnreadableError where it is none."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _sound(data[len(mark) :], encoding, marked=True)
    if b"\x00" not in data[:SAMPLE]:
        try:
            return _sound(data, "utf-8")
        except UnreadableError:
            pass
    names = ("gb18030", "utf-16-le", "utf-16-be")
    return _sound(data, max(names, key=lambda name: _likelihood(data, name)))


def _sound(data: bytes, encoding: str, *, marked: bool = False) -> Decoded:
    cut = False
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if error.start < len(data) - _LAST_CHARACTER:
            raise UnreadableError(NOT_TEXT) from None
        text, cut = data[: error.start].decode(encoding), True
    if _BROKEN.search(text):
        raise UnreadableError(NOT_TEXT)
    return Decoded(text, encoding, marked, cut)


def _likelihood(data: bytes, encoding: str) -> float:
    """How much of the beginning is what every Chinese law is full of."""
    text = data[:SAMPLE].decode(encoding, "replace")
    return len(FREQUENT.findall(text)) / (len(text) + 1)
