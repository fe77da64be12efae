"""Reading people from spreadsheets, however they were saved, and telling faults by cell."""

import csv
import io
import zipfile

import pytest
import xlsxwriter

from examapp.core.people_list import MOST_PEOPLE, PersonRow
from examapp.core.refusals import Invalid
from examapp.library import people_sheet, spreadsheets, xlsx_rows
from examapp.library.people_sheet import HEADINGS, Code, Words, read_people, template

WORDS = Words(
    post={"法制工作": "legal-affairs", "Legal affairs": "legal-affairs"},
    rank_band={"领导干部": "leading", "工作人员": "staff", "Leading cadre": "leading"},
    audience={"公务员": "civil-servants", "Civil servants": "civil-servants"},
    roles={
        "干部": "cadre",
        "培训员": "trainer",
        "Cadre": "cadre",
        "Personnel officer": "personnel",
    },
)
CHINESE = ["用户名", "姓名", "单位编码", "职务", "职级", "对象", "角色"]
LI = ["li", "李伟", "01", "法制工作", "领导干部", "公务员", "干部、培训员"]
READ = PersonRow(
    2, "li", "李伟", "01", "legal-affairs", "leading", "civil-servants", ("cadre", "trainer")
)


def as_csv(*rows: list[str], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def as_xlsx(*rows: list[object]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return buffer.getvalue()


def fault_of(data: bytes) -> str:
    with pytest.raises(Invalid) as refusal:
        read_people(data, WORDS)
    (fault,) = refusal.value.faults
    return str(fault)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_however_office_programs_save_it(encoding, delimiter):
    people = read_people(as_csv(CHINESE, LI, encoding=encoding, delimiter=delimiter), WORDS)
    assert people.rows == (READ,)
    assert people.faults == ()


def test_xlsx_is_read():
    assert read_people(as_xlsx(CHINESE, LI), WORDS).rows == (READ,)


def test_english_headings_and_words_and_codes_are_understood():
    headings = ["USER NAME", "Name *", "unit-code", "Post code", "Rank", "Audience", "Roles"]
    row = [
        "li",
        "Li Wei",
        "01",
        "legal-affairs",
        "leading cadre",
        "civil-servants",
        "Cadre; Personnel officer",
    ]
    (person,) = read_people(as_csv(headings, row), WORDS).rows
    assert person.roles == ("cadre", "personnel")
    assert (person.post, person.rank_band, person.audience) == (
        "legal-affairs",
        "leading",
        "civil-servants",
    )


def test_what_may_be_left_out_has_its_usual_value():
    (person,) = read_people(
        as_csv(["姓名", "用户名", "单位编码"], ["李伟", "li", "01"]), WORDS
    ).rows
    assert person == PersonRow(2, "li", "李伟", "01")


def test_numbers_in_cells_stay_what_people_typed():
    (person,) = read_people(as_xlsx(CHINESE, [10023, "李伟", 201.0]), WORDS).rows
    assert (person.username, person.unit) == ("10023", "201")


def test_a_title_above_and_empty_rows_between_do_not_shift_the_rows():
    data = as_xlsx(["某局人员表"], [], CHINESE, LI, [], ["wang", "王芳", "02"])
    assert [person.number for person in read_people(data, WORDS).rows] == [4, 6]


def test_cells_with_unknown_words_are_named_with_what_is_allowed():
    data = as_csv(CHINESE, LI, ["w", "王", "01", "厨师", "科长", "公务员", "干部、主任"])
    people = read_people(data, WORDS)
    assert [fault.place for fault in people.faults] == ["D3", "E3", "G3"]
    assert people.faults[1].facts == {"text": "科长", "known": "领导干部 / 工作人员"}


def test_the_same_heading_twice_is_a_fault_of_its_cell():
    assert fault_of(as_csv(["用户名", "姓名", "单位编码", "姓名"])).startswith("D1: ")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(200), "not a table"),
        (b"", "headings"),
        (b"PK\x03\x04 this is no archive", "cannot be read"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), ".xls file"),
        (b"hello, world\n", "headings"),
        ("用户名,姓名,单位编码\n".encode(), "nobody"),
        ("用户名,姓名,单位编码\n,,\n".encode(), "nobody"),
        (b"a" * (spreadsheets.MOST_BYTES + 1), "too large"),
        (b'"' + b"x" * 200_000, "not a table"),
    ],
)
def test_files_that_are_no_list_get_plain_words(data, said):
    assert said in fault_of(data)


def test_a_hundred_thousand_rows_are_refused_with_their_number():
    line = "u,甲,01\n"
    assert "100000 rows" in fault_of(("用户名,姓名,单位编码\n" + line * 100_000).encode())


def test_two_thousand_fit_and_one_more_does_not():
    rows = [[f"u{n}", "甲", "01"] for n in range(MOST_PEOPLE)]
    headings = ["用户名", "姓名", "单位编码"]
    assert len(read_people(as_xlsx(headings, *rows), WORDS).rows) == MOST_PEOPLE
    assert "2001 rows" in fault_of(as_xlsx(headings, *rows, ["more", "甲", "01"]))


def workbook_with(sheet: bytes) -> bytes:
    """A workbook whose only sheet is replaced."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(as_xlsx(CHINESE))) as original,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as hostile,
    ):
        for entry in original.infolist():
            body = sheet if entry.filename.endswith("sheet1.xml") else original.read(entry)
            hostile.writestr(entry.filename, body)
    return buffer.getvalue()


SHEET = b"""<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>"""


def test_two_far_cells_do_not_make_a_sheet_of_seventeen_billion():
    corners = b'<row r="1"><c r="A1"><v>1</v></c></row>'
    corners += b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    assert "cannot be read" in fault_of(workbook_with(SHEET % corners))


def test_a_zip_bomb_is_not_unpacked():
    bomb = workbook_with(SHEET % (b" " * (xlsx_rows.UNPACKED + 1)))
    assert len(bomb) < spreadsheets.MOST_BYTES
    assert "cannot be read" in fault_of(bomb)


def test_a_zip_bomb_that_lies_about_its_size_ends_its_own_reader_only():
    cell = b'<row><c t="inlineStr"><is><t>' + b"x" * 220_000_000 + b"</t></is></c></row>"
    bomb = workbook_with(SHEET % cell)
    size = len(SHEET % cell).to_bytes(4, "little")
    assert bomb.count(size) >= 1
    bomb = bomb.replace(size, (1000).to_bytes(4, "little"))
    assert "cannot be read" in fault_of(bomb)


def test_the_template_comes_back_with_its_headings_and_no_people():
    data = template(
        "zh", [Code("unit", "01", "办公室"), Code("rank_band", "领导干部")], ["列", "填", "说明"]
    )
    assert "nobody" in fault_of(data)
    table = spreadsheets.read_table(data, most_rows=5)
    assert table.rows[0] == [both["zh"] for both in HEADINGS.values()]


@pytest.mark.parametrize(
    ("column", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")]
)
def test_columns_are_named_as_spreadsheets_name_them(column, name):
    assert spreadsheets.letter(column) == name


def test_every_heading_is_understood_in_both_languages():
    for language in ("zh", "en"):
        headings = [both[language] for both in HEADINGS.values()]
        at, columns = people_sheet._headings([headings])
        assert (at, list(columns)) == (0, list(HEADINGS))
