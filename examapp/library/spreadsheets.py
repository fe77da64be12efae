"""Tables that people send: .xlsx, or .csv in UTF-8, UTF-16 or GB18030; nothing else gets in."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from examapp.core.refusals import N_, Fault, Invalid
from examapp.library.xlsx_rows import MOST_CHARACTERS, MOST_COLUMNS, SECONDS

MOST_BYTES = 4 * 1024 * 1024
ROOT = Path(__file__).resolve().parent.parent.parent

NOT_A_TABLE = N_(
    "This file is not a table. Save it in your spreadsheet program as .xlsx or .csv and try again."
)
OLD_OR_LOCKED = N_(
    "This is an old .xls file, or one protected by a password. Save it as .xlsx without a password."
)
TOO_LARGE = N_("The file is too large (at most %(most)s MB). Divide it into several files.")
UNREADABLE = N_(
    "The workbook cannot be read: it is damaged, or far too large. Save it again as .xlsx."
)


@dataclass(frozen=True)
class Table:
    """Rows of texts from A1 on; `height` counts all rows, also those not read."""

    rows: list[list[str]]
    height: int


def read_table(data: bytes, *, most_rows: int) -> Table:
    """What the file holds, by its content and not by its name; Invalid says what is wrong."""
    if len(data) > MOST_BYTES:
        raise _fault(TOO_LARGE, most=MOST_BYTES // 1024 // 1024)
    if data.startswith(b"PK"):
        return _xlsx(data, most_rows)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise _fault(OLD_OR_LOCKED)
    return _csv(data, most_rows)


def letter(column: int) -> str:
    """The name of a column as spreadsheets have it: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _xlsx(data: bytes, most_rows: int) -> Table:
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter on our own module
            [sys.executable, "-m", "examapp.library.xlsx_rows", str(most_rows)],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            timeout=2 * SECONDS,
            check=True,
        )
    except subprocess.SubprocessError:
        raise _fault(UNREADABLE) from None
    found = json.loads(done.stdout)
    return Table(found["rows"], found["height"])


def _csv(data: bytes, most_rows: int) -> Table:
    text = _decoded(data)
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    rows: list[list[str]] = []
    height = 0
    try:
        table = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        for number, row in enumerate(table, 1):
            height = number if any(row) else height
            if number <= most_rows:
                rows.append([cell[:MOST_CHARACTERS] for cell in row[:MOST_COLUMNS]])
    except csv.Error:
        raise _fault(NOT_A_TABLE) from None
    return Table(rows, height)


def _decoded(data: bytes) -> str:
    """UTF-8 with or without a mark, UTF-16 with one, else GB18030 as Excel in China saves it."""
    for encoding in _encodings(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not any(sign < " " and sign not in "\t\r\n" for sign in set(text)):
            return text
    raise _fault(NOT_A_TABLE)


def _encodings(data: bytes) -> tuple[str, ...]:
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    return ("utf-16",) if marked else ("utf-8-sig", "gb18030")


def _fault(words: str, **facts: object) -> Invalid:
    return Invalid([Fault("file", words, dict(facts))])
