"""Tables as files: xlsx and csv that no spreadsheet program takes for formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter

# Full-width signs too: spreadsheet programs in East Asian locales take them for the others.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NOT_IN_A_TAB = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


def xlsx(headings: Sequence[str], rows: Iterable[Sequence[Any]], title: str) -> bytes:
    """A workbook with one sheet; texts stay texts, whatever they begin with."""
    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(buffer, options) as book:
        sheet = book.add_worksheet(_tab(title))
        bold = book.add_format({"bold": True})
        sheet.write_row(0, 0, headings, bold)
        width = [len(heading) for heading in headings]
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                _write(sheet, number, column, value)
                width[column] = max(width[column], len(str(value or "")))
        for column, most in enumerate(width):
            sheet.set_column(column, column, min(40, most * 1.8 + 2))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, 0, max(0, len(headings) - 1))
    return buffer.getvalue()


def _tab(title: str) -> str:
    """A title as the name of a sheet: at most 31 characters, none that Excel forbids."""
    return title.translate(_NOT_IN_A_TAB).strip(" '")[:31].strip(" '") or "1"


def _write(sheet: Any, row: int, column: int, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, str(value))


def csv_bytes(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """UTF-8 with a mark, as Excel reads Chinese; texts that look like formulas get a quote."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([_disarmed(heading) for heading in headings])
    writer.writerows([_disarmed(value) for value in row] for row in rows)
    return buffer.getvalue().encode("utf-8-sig")


def _disarmed(value: Any) -> Any:
    if isinstance(value, str) and (
        value.startswith(DANGEROUS) or value.lstrip().startswith(DANGEROUS)
    ):
        return "'" + value
    return "" if value is None else value
