"""People from a spreadsheet: dry run, confirmation, passwords shown once."""

import html
import io
import re

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from examapp.core.people import Role
from examapp.library.sheets import xlsx
from examapp.store.people import User
from tests.bureau import make_unit, make_user

HEADINGS = ["用户名", "姓名", "单位编码", "职务", "职级", "对象", "角色"]
PASSWORD = re.compile(r"[a-z0-9]{4}(?:-[a-z0-9]{4}){3}")


@pytest.fixture
def boss(store, request):
    make_unit(store, "imp", make_unit(store))
    user = make_user(store, f"boss-{abs(hash(request.node.name))}", Role.ADMIN)
    store.commit()
    return user


@pytest.fixture
def admin(as_user, boss):
    return as_user(boss)


def sheet(*rows: list[str]) -> bytes:
    return xlsx(HEADINGS, rows, "人员")


def upload(client, data: bytes, name: str = "people.xlsx"):
    return client.post("/people/import", data={"file": (io.BytesIO(data), name)})


def plan_of(page: str) -> str:
    return html.unescape(re.search(r'name="plan" value="([^"]+)"', page).group(1))


def heads(store) -> int:
    count = store.scalar(select(func.count()).select_from(User))
    store.commit()
    return count


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_the_template_is_filled_in_and_comes_in(store, as_user, boss, language):
    client = as_user(boss, language)
    assert client.get("/people/import").status_code == 200
    template = client.get("/people/import/template.xlsx")
    book = CalamineWorkbook.from_filelike(io.BytesIO(template.data))
    (headings,) = book.get_sheet_by_index(0).to_python()
    codes = book.get_sheet_by_index(1).to_python()
    words = {row[0]: row[1] for row in reversed(codes)}
    filled = [words.get(heading, f"t-{language}") for heading in headings]
    checked = upload(client, xlsx(headings, [filled], "x"))
    assert checked.status_code == 200
    assert plan_of(checked.text)


def test_the_dry_run_adds_nobody_and_names_every_cell(store, admin):
    before = heads(store)
    make_user(store, "already")
    store.commit()
    answer = upload(
        admin,
        sheet(
            ["dry1", "甲", "imp", "", "", "", ""],
            ["dry1", "乙", "nowhere", "", "科长", "", "管理员、审计员"],
            ["already", "", "imp", "", "", "", "干部"],
        ),
    )
    assert answer.status_code == 422
    assert re.findall(r'rows-title">(\w+)<', answer.text) == ["A3", "C3", "E3", "G3", "A4", "B4"]
    assert 'name="plan"' not in answer.text
    assert heads(store) == before + 1


def test_the_confirmed_list_comes_in_whole_and_the_passwords_open_the_door(app, store, admin):
    rows = [[f"whole{n}", "王小明", "imp", "", "", "", "干部、培训员"] for n in range(3)]
    checked = upload(admin, sheet(*rows))
    assert "whole0" in checked.text
    answer = admin.post("/people/import", data={"plan": plan_of(checked.text)})
    assert answer.status_code == 200
    shown = dict(
        zip(re.findall(r"whole\d", answer.text), PASSWORD.findall(answer.text), strict=False)
    )
    assert len(set(shown.values())) == 3
    assert not any(password in str(answer.headers) for password in shown.values())
    client = app.test_client()
    client.post("/sign-in", data={"username": "whole2", "password": shown["whole2"]})
    assert client.get("/").headers["Location"] == "/me/password"
    again = admin.post("/people/import", data={"plan": plan_of(checked.text)})
    assert again.status_code == 422
    assert not PASSWORD.search(again.text)


def test_the_passwords_can_be_taken_along_as_a_file_from_the_page_alone(store, admin):
    checked = upload(admin, sheet(["filed", "=1+1", "imp", "", "", "", ""]))
    page = admin.post("/people/import", data={"plan": plan_of(checked.text)}).text
    slips = html.unescape(re.search(r'name="slips" value="([^"]+)"', page).group(1))
    file = admin.post("/people/import/passwords.xlsx", data={"slips": slips})
    headings, row = (
        CalamineWorkbook.from_filelike(io.BytesIO(file.data)).get_sheet_by_index(0).to_python()
    )
    assert headings == ["Unit", "Name", "User name", "One-time password"]
    assert row[1:3] == ["=1+1", "filed"]
    assert row[3] in page
    assert file.headers["Cache-Control"] == "no-store"


def test_what_changed_since_the_dry_run_refuses_the_import_with_the_faults(store, admin):
    checked = upload(admin, sheet(["late1", "甲", "imp"], ["late2", "乙", "imp"]))
    make_user(store, "late2")
    store.commit()
    answer = admin.post("/people/import", data={"plan": plan_of(checked.text)})
    assert answer.status_code == 422
    assert "A3" in answer.text
    assert store.scalar(select(User).where(User.username == "late1")) is None


@pytest.mark.parametrize("change", ["tampered", "another administrator's", "too old"])
def test_a_preview_that_is_not_ours_is_not_imported(store, admin, as_user, change, monkeypatch):
    before = heads(store)
    plan = plan_of(upload(admin, sheet([f"sly-{change[:3]}", "甲", "imp"])).text)
    client = admin
    if change == "tampered":
        plan = ("A" if plan[0] != "A" else "B") + plan[1:]
    elif change == "too old":
        monkeypatch.setattr("examapp.web.admin.imports.HOUR", -1)
    else:
        other = make_user(store, "other-boss", Role.ADMIN)
        store.commit()
        client, before = as_user(other), before + 1
    answer = client.post("/people/import", data={"plan": plan})
    assert answer.headers["Location"] == "/people/import"
    assert heads(store) == before


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(99), "people.xlsx", "not a table"),
        (b"PK\x03\x04" + bytes(99), "people.xlsx", "cannot be read"),
        ("用户名,姓名,单位编码\n".encode() + b"u\n" * 100_000, "p.csv", "100000 rows"),
        (b"", "", "Choose a file first."),
    ],
)
def test_hostile_files_get_plain_words(admin, data, name, said):
    answer = upload(admin, data, name)
    assert answer.status_code == 422
    assert said in answer.text


def test_a_name_is_shown_as_text_whatever_it_says(admin):
    page = upload(admin, sheet(["script", "<script>alert(1)</script>", "imp"])).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_words_of_either_language_are_understood_on_pages_of_either(as_user, boss, language):
    chinese = ["either1", "甲", "imp", "安全监督", "领导干部", "公务员", "干部、培训员"]
    english = [
        "either2",
        "B",
        "imp",
        "Safety supervision",
        "Staff",
        "Support staff",
        "Cadre, Trainer",
    ]
    codes = ["either3", "C", "imp", "work-safety", "leading", "enforcement", "personnel"]
    assert plan_of(upload(as_user(boss, language), sheet(chinese, english, codes)).text)


def test_gb18030_from_excel_is_read(admin):
    data = "用户名,姓名,单位编码\ngb,王芳,imp\n".encode("gb18030")
    assert "王芳" in upload(admin, data, "人员.csv").text


def test_a_file_of_passwords_cannot_be_made_up(admin):
    answer = admin.post("/people/import/passwords.xlsx", data={"slips": "made.up"})
    assert answer.headers["Location"] == "/people"


def test_the_longest_list_fits_through_the_confirmation(app, admin):
    rows = [[f"{'长' * 34}{n:04}", f"{'名' * 36}{n:04}", "imp"] for n in range(2000)]
    plan = plan_of(upload(admin, sheet(*rows)).text)
    assert len(plan) < app.config["MAX_FORM_MEMORY_SIZE"]
