"""Reads the first sheet of an .xlsx file in a process of its own, which may fail alone.

`python -m examapp.library.xlsx_rows MOST_ROWS` takes the file from standard input and writes
JSON. A few bytes of a hostile workbook can stand for gigabytes of cells; here they meet limits
of memory and time, and only this process ends.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import zipfile
from typing import Any

MEMORY = 512 * 1024 * 1024
SECONDS = 10
UNPACKED = 100 * 1024 * 1024
MOST_COLUMNS = 50
MOST_CHARACTERS = 2000


def limit() -> None:
    """No more memory, time or core dumps than a sheet of people can need."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def first_sheet(data: bytes, most_rows: int) -> dict[str, Any]:
    """The rows from A1 on, as texts, and how many there are in all."""
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 - only under the limits

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > UNPACKED:
            raise SystemExit("the archive unpacks to more than a sheet can need")
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        sheet = book.get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False, nrows=most_rows)
        return {
            "rows": [[said(cell) for cell in row[:MOST_COLUMNS]] for row in rows],
            "height": sheet.end[0] + 1 if sheet.end else 0,
        }


def said(cell: Any) -> str:
    """A cell as a person reads it: 10023.0 is 10023."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)[:MOST_CHARACTERS]


if __name__ == "__main__":
    limit()
    json.dump(first_sheet(sys.stdin.buffer.read(), int(sys.argv[1])), sys.stdout)
