"""Spreadsheets: read back, every text is the text that was written and never a formula."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest
from python_calamine import CalamineWorkbook

from examapp.library.sheets import csv_bytes, xlsx

HOSTILE = [
    '=HYPERLINK("http://example.com","点这里")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "  =1+1",
    "＝1+1",
    "http://example.com",
    "007",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_name_comes_back_from_xlsx_as_text(text):
    data = xlsx(["姓名", "分"], [[text, 7]], "表")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert rows == [["姓名", "分"], [text, 7.0]]
    sheet = zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet.lower()


@pytest.mark.parametrize("text", HOSTILE[:-2])
def test_a_hostile_name_in_csv_begins_with_a_quote(text):
    data = csv_bytes(["姓名", "分"], [[text, 7]]).decode("utf-8-sig")
    (_, row) = csv.reader(io.StringIO(data, newline=""))
    assert row == ["'" + text, "7"]


def test_csv_begins_with_the_mark_by_which_excel_knows_utf_8():
    assert csv_bytes(["姓名"], []).startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("title", ["2026/上半年: [考试]*?", "'", "", "长" * 40, "x" * 31 + "'"])
def test_any_title_makes_a_sheet(title):
    data = xlsx(["a"], [], title)
    (name,) = CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names
    assert 1 <= len(name) <= 31
