"""The tree of units as pages."""

import pytest
from sqlalchemy import select

from examapp.core.people import Role
from examapp.store.people import Unit
from tests.bureau import make_unit, make_user


@pytest.fixture
def boss(store, request):
    user = make_user(store, f"boss-{abs(hash(request.node.name))}", Role.ADMIN)
    store.commit()
    return user


@pytest.fixture
def admin(as_user, boss):
    return as_user(boss)


def form(code: str, parent: int, **fields: object) -> dict[str, object]:
    return {
        "name": f"单位{code}",
        "name_en": f"Unit {code}",
        "code": code,
        "parent": parent,
        "position": 0,
        **fields,
    }


def of_code(store, code: str) -> Unit:
    query = select(Unit).where(Unit.code == code).execution_options(populate_existing=True)
    unit = store.scalars(query).one()
    store.commit()
    return unit


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_the_pages_stand_in_both_languages(store, as_user, boss, language):
    client = as_user(boss, language)
    for url in ("", "/new", f"/{of_code(store, 'top').public_id}"):
        assert client.get(f"/people/units{url}").status_code == 200


def test_a_unit_is_added_renamed_and_moved(store, admin):
    top = of_code(store, "top")
    assert admin.post("/people/units/new", data=form("left", top.id)).status_code == 302
    assert admin.post("/people/units/new", data=form("right", top.id)).status_code == 302
    left, right = of_code(store, "left"), of_code(store, "right")
    url = f"/people/units/{left.public_id}"
    assert admin.post(url, data=form("left2", right.id, name="新名")).status_code == 302
    moved = of_code(store, "left2")
    assert (moved.name, moved.parent_id) == ("新名", right.id)
    assert "Unit left2" in admin.get("/people/units").text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"code": "top"}, "Another unit has this code"),
        ({"code": "a b"}, "A code has"),
        ({"name": ""}, "required"),
        ({"parent": 0}, "Not a valid choice"),
    ],
)
def test_what_cannot_be_added_is_said_beside_its_field(store, admin, fields, said):
    top = of_code(store, "top")
    answer = admin.post("/people/units/new", data={**form("nowhere", top.id), **fields})
    assert answer.status_code == 422
    assert said in answer.text


def test_a_unit_is_not_offered_places_under_itself_nor_taken_there(store, admin):
    top = of_code(store, "top")
    over = make_unit(store, "over", top)
    under = make_unit(store, "under", over)
    store.commit()
    url = f"/people/units/{over.public_id}"
    assert "Unit under" not in admin.get(url).text
    assert admin.post(url, data=form("over", under.id)).status_code == 422
    assert of_code(store, "over").parent_id == top.id


def test_the_top_unit_is_renamed_in_its_place(store, admin):
    top = of_code(store, "top")
    answer = admin.post(f"/people/units/{top.public_id}", data=form("top", 0, name="某局"))
    assert answer.status_code == 302
    assert (of_code(store, "top").name, of_code(store, "top").parent_id) == ("某局", None)


def test_an_unknown_unit_is_not_found(admin):
    assert admin.get("/people/units/nothing").status_code == 404
