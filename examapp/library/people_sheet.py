"""The spreadsheet by which people are imported: its template, and reading it back."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import xlsxwriter

from examapp.core.people_list import (
    COLUMNS,
    MOST_PEOPLE,
    REQUIRED,
    PeopleList,
    PersonRow,
)
from examapp.core.refusals import N_, Fault, Invalid
from examapp.library.spreadsheets import letter, read_table

HEADINGS = {
    "username": {"zh": "用户名", "en": "User name"},
    "name": {"zh": "姓名", "en": "Name"},
    "unit": {"zh": "单位编码", "en": "Unit code"},
    "post": {"zh": "岗位", "en": "Post"},
    "rank_band": {"zh": "职级", "en": "Rank"},
    "audience": {"zh": "人员类别", "en": "Audience"},
    "roles": {"zh": "角色", "en": "Roles"},
}
ALSO = {
    "username": ("登录名", "账号", "login"),
    "name": ("full name",),
    "unit": ("单位", "单位代码", "unit"),
    "post": ("职务", "职务编码", "岗位编码", "post code"),
    "rank_band": ("rank band",),
    "audience": ("对象", "适用对象", "学习对象"),
    "roles": ("role",),
}
HEADING_ROWS = 10  # a title and a remark may stand above the headings
DEFAULTS = {"post": "", "rank_band": "staff", "audience": "civil-servants"}

NO_HEADINGS = N_(
    "The headings were not found. The file needs at least the columns “User name”, “Name” and "
    "“Unit code”; the template has them."
)
TWICE = N_("The heading “%(heading)s” stands here twice. Remove one of the columns.")
NO_PEOPLE = N_("There is nobody under the headings. Write one person on each row.")
TOO_MANY = N_("The file has %(rows)s rows; at most %(most)s people fit into one. Divide it.")
UNKNOWN = N_("“%(text)s” is not known here. Use one of: %(known)s.")


@dataclass(frozen=True)
class Words:
    """For each column of codes, what people may write and which code it means."""

    post: Mapping[str, str]
    rank_band: Mapping[str, str]
    audience: Mapping[str, str]
    roles: Mapping[str, str]


@dataclass(frozen=True)
class Code:
    """One allowed entry of the template: what to write, and what it means."""

    column: str
    write: str
    meaning: str = ""


def read_people(data: bytes, words: Words) -> PeopleList:
    """The people of a file; Invalid where it is no list at all, else faults by cell."""
    table = read_table(data, most_rows=MOST_PEOPLE + HEADING_ROWS)
    at, columns = _headings(table.rows)
    if table.height - at - 1 > MOST_PEOPLE:
        raise _whole(TOO_MANY, rows=table.height - at - 1, most=MOST_PEOPLE)
    faults: list[Fault] = []
    rows = tuple(
        _person(number, row, columns, words, faults)
        for number, row in enumerate(table.rows[at + 1 :], at + 2)
        if any(cell.strip() for cell in row)
    )
    if not rows:
        raise _whole(NO_PEOPLE)
    return PeopleList({f: letter(c) for f, c in columns.items()}, rows, tuple(faults))


def _headings(rows: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]]:
    known = {_plain(h): f for f, both in HEADINGS.items() for h in (*both.values(), *ALSO[f])}
    for at, row in enumerate(rows[:HEADING_ROWS]):
        columns: dict[str, int] = {}
        for column, heading in enumerate(row):
            field = known.get(_plain(heading))
            if field in columns:
                place = f"{letter(column)}{at + 1}"
                raise Invalid([Fault(place, TWICE, {"heading": heading.strip()})])
            if field:
                columns[field] = column
        if set(REQUIRED) <= set(columns):
            return at, columns
    raise _whole(NO_HEADINGS)


def _plain(text: str) -> str:
    """A heading or a word without case, width, spaces, hyphens and stars."""
    return re.sub(r"[\s\-_*:]+", "", unicodedata.normalize("NFKC", text).casefold())


def _person(
    number: int,
    row: Sequence[str],
    columns: Mapping[str, int],
    words: Words,
    faults: list[Fault],
) -> PersonRow:
    def text(field: str) -> str:
        column = columns.get(field)
        return row[column].strip() if column is not None and column < len(row) else ""

    def told(field: str, wrong: str, known: Mapping[str, str]) -> None:
        place = f"{letter(columns[field])}{number}"
        first: dict[str, str] = {}
        for word, code in known.items():
            first.setdefault(code, word)
        facts = {"text": wrong[:40], "known": " / ".join(first.values())}
        faults.append(Fault(place, UNKNOWN, facts))

    codes = {
        field: _code(field, text(field) or default, getattr(words, field), told)
        for field, default in DEFAULTS.items()
    }
    return PersonRow(
        number=number,
        username=text("username"),
        name=text("name"),
        unit=text("unit"),
        roles=_roles(text("roles"), words.roles, told),
        **codes,
    )


Told = Callable[[str, str, Mapping[str, str]], None]


def _code(field: str, text: str, known: Mapping[str, str], told: Told) -> str:
    if not text or text in known.values():
        return text
    code = {_plain(word): code for word, code in known.items()}.get(_plain(text))
    if code is None:
        told(field, text, known)
    return code or ""


def _roles(text: str, known: Mapping[str, str], told: Told) -> tuple[str, ...]:
    parts = [part.strip() for part in re.split(r"[、,，;；/|\n]", text) if part.strip()]
    codes = [_code("roles", part, known, told) for part in parts or ["cadre"]]
    return tuple(dict.fromkeys(code for code in codes if code))


def _whole(words: str, **facts: object) -> Invalid:
    return Invalid([Fault("file", words, dict(facts))])


def template(language: str, codes: Sequence[Code], explained: Sequence[str]) -> bytes:
    """An empty sheet with the headings and pick lists, and a sheet of what may be written."""
    buffer = io.BytesIO()
    headings = [HEADINGS[field][language] for field in COLUMNS]
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        sheet = book.add_worksheet({"zh": "人员", "en": "People"}[language])
        sheet.set_column(0, len(COLUMNS) - 1, 20, text)  # as text, so that 007 stays 007
        sheet.write_row(0, 0, headings, bold)
        sheet.freeze_panes(1, 0)
        notes = book.add_worksheet({"zh": "可填内容", "en": "What to write"}[language])
        notes.set_column(0, 2, 28)
        notes.write_row(0, 0, explained, bold)
        for row, code in enumerate(codes, 1):
            notes.write_row(row, 0, [HEADINGS[code.column][language], code.write, code.meaning])
        for column, field in enumerate(COLUMNS):
            lines = [row for row, code in enumerate(codes, 2) if code.column == field]
            if lines and field != "roles":  # several roles may stand in one cell
                source = f"='{notes.get_name()}'!$B${lines[0]}:$B${lines[-1]}"
                pick = {"validate": "list", "source": source, "error_type": "warning"}
                sheet.data_validation(1, column, MOST_PEOPLE, column, pick)
    return buffer.getvalue()
