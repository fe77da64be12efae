"""Reports in the browser: who may, whose names, and files that read back as written."""

from __future__ import annotations

import csv
import io
import re

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from examapp import clock
from examapp.core.people import Role
from examapp.services.exams import setting
from examapp.services.people.persons import by_id
from examapp.store.bank import Item
from examapp.store.people import Unit
from tests.bureau import HOUR, MINUTE, make_bank, make_exam, make_spec, make_unit, make_user
from tests.hall import begin, sit

FORMULA = '=HYPERLINK("http://evil.example","点")'
COUNT = iter(range(1000))


class Bureau:
    """A new corner of the organisation for every test: top, office, desk; another office."""

    def __init__(self, store):
        if store.scalar(select(Item.id).limit(1)) is None:
            make_bank(store)
        self.store, self.n = store, next(COUNT)
        self.now = clock.now().replace(second=0, microsecond=0)
        self.top = self.unit("top", None)
        self.office, self.other = self.unit("office", self.top), self.unit("other", self.top)
        self.desk = self.unit("desk", self.office)
        self.trainer = self.user("trainer", self.top, Role.TRAINER)
        self.officer = self.user("officer", self.office, Role.PERSONNEL)
        self.here, self.below = self.user("here", self.office), self.user("below", self.desk)
        self.above, self.beside = self.user("above", self.top), self.user("beside", self.other)
        self.exam = make_exam(
            store, self.person(self.trainer), unit_ids=(self.top.id,), spec=make_spec(tries=2),
            opens_at=self.now - HOUR, closes_at=self.now + 5 * MINUTE,
        )  # fmt: skip
        for user in (self.here, self.above, self.beside):
            sit(store, self.person(user), self.exam, now=self.now - 50 * MINUTE)
        store.commit()

    def unit(self, name: str, parent: Unit | None) -> Unit:
        return make_unit(self.store, f"{name}-{self.n}", parent)

    def user(self, name: str, unit: Unit, *roles: Role):
        made = make_user(self.store, f"{name}-{self.n}", *roles, unit=unit)
        made.name = f"{name}某{self.n}"
        self.store.flush()
        return made

    def person(self, user):
        return by_id(self.store, user.id)

    def release(self):
        self.exam.closes_at = self.now - 20 * MINUTE
        setting.release(self.store, self.exam, by=self.person(self.trainer), now=self.now)
        self.store.commit()

    @property
    def address(self) -> str:
        return f"/reports/exams/{self.exam.public_id}"


@pytest.fixture
def bureau(store):
    return Bureau(store)


@pytest.fixture
def officer(bureau, as_user):
    return as_user(bureau.officer)


def test_no_page_and_no_file_holds_a_name_from_outside_the_subtree(bureau, officer):
    bureau.release()
    for path in (
        "/reports", "/reports?q=某", bureau.address,
        f"{bureau.address}?unit={bureau.other.public_id}",
        f"{bureau.address}/rows.csv", f"{bureau.address}/rows.xlsx",
        f"/reports/people/{bureau.below.public_id}",
    ):  # fmt: skip
        answer = officer.get(path)
        assert answer.status_code == 200, path
        text = "".join(map(str, sheet(answer.data))) if "xlsx" in path else answer.text
        for stranger in (bureau.above, bureau.beside, bureau.trainer):
            assert stranger.name not in text, path
            assert stranger.public_id not in text, path
        for unit in (bureau.top, bureau.other):
            assert unit.name not in text, path
    assert bureau.here.name in officer.get(bureau.address).text


def test_people_and_exams_outside_are_not_found(bureau, officer):
    store = bureau.store
    foreign = make_exam(
        store, bureau.person(bureau.trainer), unit_ids=(bureau.other.id,),
        opens_at=bureau.now, closes_at=bureau.now + HOUR,
    )  # fmt: skip
    store.commit()
    for path in (
        f"/reports/people/{bureau.above.public_id}",
        f"/reports/people/{bureau.beside.public_id}",
        f"/reports/exams/{foreign.public_id}",
        f"/reports/exams/{foreign.public_id}/rows.csv",
        "/reports/exams/nothing",
        f"{bureau.address}/rows.exe",
    ):
        assert officer.get(path).status_code == 404, path


def test_before_the_release_no_score_is_told_and_after_it_all(bureau, officer):
    pages = (
        bureau.address,
        f"{bureau.address}/rows.csv",
        f"/reports/people/{bureau.here.public_id}",
    )
    for path in pages:
        text = officer.get(path).text
        assert "awaiting release" in text, path
        assert "Excellent" not in text
        assert "13" not in figures(text.replace(bureau.exam.public_id, "")), path
    bureau.release()
    for path in pages:
        text = officer.get(path).text
        assert "awaiting release" not in text
        assert "13" in figures(text.replace(bureau.exam.public_id, "")), path
    (row,) = [r for r in rows_of(officer, bureau) if r[0] == bureau.here.name]
    assert row[3:9] == ["1", "Handed in", "13", "13", "Passed", "Excellent"]
    assert row[9]
    assert row[9] in officer.get(bureau.address).text


MOMENT = re.compile(r"\d{1,2} [A-Z][a-z]{2} \d{4}|\d{4}-\d\d-\d\d|\d\d:\d\d(:\d\d)?")


def figures(text):
    """The whole numbers a reader sees on their own; neither days, hours nor parts of a name."""
    seen = MOMENT.sub(" ", re.sub(r"<[^>]*>", " ", text))
    return re.findall(r"(?<![\w-])\d+(?![\w-])", seen)


def rows_of(officer, bureau, query=""):
    text = officer.get(f"{bureau.address}/rows.csv{query}").data.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))[1:]


def sheet(data):
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()


def test_who_has_not_yet_can_be_asked_for_on_the_page_and_in_the_file(bureau, officer):
    page = officer.get(f"{bureau.address}?progress=not-yet").text
    assert bureau.below.name in page
    assert bureau.here.name not in page
    assert [row[0] for row in rows_of(officer, bureau, "?progress=not-yet")] == [bureau.below.name]
    desk = f"?unit={bureau.desk.public_id}"
    assert [row[0] for row in rows_of(officer, bureau, desk)] == [bureau.below.name]


def test_a_name_that_is_a_formula_comes_back_as_a_name(bureau, officer):
    bureau.below.name = FORMULA
    bureau.store.commit()
    answer = officer.get(f"{bureau.address}/rows.xlsx")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert FORMULA in [row[0] for row in sheet(answer.data)]
    assert "'" + FORMULA in [row[0] for row in rows_of(officer, bureau)]


def test_figures_in_the_spreadsheet_are_figures(bureau, officer):
    bureau.release()
    (row,) = [
        r
        for r in sheet(officer.get(f"{bureau.address}/rows.xlsx").data)
        if r[0] == bureau.here.name
    ]
    assert row[5] == 13.0


def test_a_long_list_comes_in_pages(bureau, officer):
    for number in range(105):
        make_user(bureau.store, f"crowd-{bureau.n}-{number}", unit=bureau.desk)
    bureau.store.commit()
    page = officer.get(f"{bureau.address}?progress=not-yet&page=2").text
    assert "Page 2 of 2" in page
    assert "progress=not-yet&amp;page=1" in page
    assert len(rows_of(officer, bureau, "?progress=not-yet")) == 106
    assert officer.get(f"{bureau.address}?page=99").status_code == 200
    assert officer.get(f"{bureau.address}?page=x").status_code == 200


def test_somebody_sitting_now_is_shown_as_sitting(bureau, officer):
    begin(bureau.store, bureau.person(bureau.below), bureau.exam, now=bureau.now)
    bureau.store.commit()
    (row,) = [r for r in rows_of(officer, bureau) if r[0] == bureau.below.name]
    assert row[3:6] == ["1", "Sitting now", "awaiting release"]


@pytest.mark.parametrize("role", [Role.CADRE, Role.TRAINER, Role.ADMIN, Role.AUDITOR])
def test_reports_are_for_personnel_officers_alone(bureau, as_user, role):
    user = bureau.user(f"role-{role}", bureau.office, role)
    bureau.store.commit()
    for path in ("/reports", bureau.address, f"{bureau.address}/rows.csv"):
        assert as_user(user).get(path).status_code == 403


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_all_pages_render_in_both_languages(bureau, as_user, language):
    client = as_user(bureau.officer, language)
    for released in (False, True):
        if released:
            bureau.release()
        for path in (
            "/reports", "/reports?year=1999", "/reports?q=nobody", bureau.address,
            f"{bureau.address}?progress=lapsed", f"/reports/people/{bureau.here.public_id}",
        ):  # fmt: skip
            assert client.get(path).status_code == 200, path
