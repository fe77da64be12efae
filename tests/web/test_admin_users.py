"""People as the administrator sees them: the list, editing, one-time passwords shown once."""

import re

import pytest
from sqlalchemy import select

from examapp.core.people import Role
from examapp.store.people import User
from tests.bureau import make_unit, make_user

PASSWORD = re.compile(r"[a-z0-9]{4}(?:-[a-z0-9]{4}){3}")


@pytest.fixture
def boss(store, request):
    user = make_user(store, f"boss-{abs(hash(request.node.name))}", Role.ADMIN)
    store.commit()
    return user


@pytest.fixture
def admin(as_user, boss):
    return as_user(boss)


def form(user: User, **fields: object) -> dict[str, object]:
    return {
        "name": user.name,
        "unit_id": user.unit_id,
        "post": user.post,
        "rank_band": user.rank_band,
        "audience": user.audience,
        "roles": [role.role for role in user.roles],
        **fields,
    }


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_the_pages_stand_in_both_languages(store, as_user, boss, language):
    user = make_user(store, f"shown-{language}")
    store.commit()
    client = as_user(boss, language)
    for url in ("", "/new", f"/{user.public_id}", f"/{user.public_id}/password"):
        assert client.get(f"/people{url}").status_code == 200


def test_the_list_is_searched(store, admin):
    make_user(store, "findme", Role.TRAINER)
    make_user(store, "notme")
    store.commit()
    page = admin.get("/people?q=findm&role=trainer&state=all&page=7").text
    assert "findme" in page
    assert "notme" not in page
    assert "Nobody fits." in admin.get("/people?q=nobody-at-all").text


def test_adding_shows_the_password_once_and_nowhere_else(app, store, admin):
    unit = make_unit(store, "with-new")
    store.commit()
    data = form(make_user(store, "model", unit=unit), username=" Ｎew.One ", name="新人")
    store.commit()
    answer = admin.post("/people/new", data=data)
    (password,) = set(PASSWORD.findall(answer.text))
    user = store.scalars(select(User).where(User.username == "new.one")).one()
    store.commit()
    assert answer.status_code == 200  # in the answer itself: no redirect carries it
    assert password not in str(answer.headers)
    assert answer.headers["Cache-Control"] == "no-store"
    assert password not in admin.get(f"/people/{user.public_id}").text
    client = app.test_client()
    client.post("/sign-in", data={"username": "new.one", "password": password})
    assert client.get("/").headers["Location"] == "/me/password"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"username": "taken"}, "There is already somebody"),
        ({"username": "two words"}, "A user name has"),
        ({"roles": ["admin", "auditor"]}, "cannot be both administrator and auditor"),
        ({"roles": []}, "Choose at least one role."),
        ({"unit_id": 987654}, "Not a valid choice."),
        ({"name": ""}, "This field is required."),
    ],
)
def test_what_cannot_be_added_is_said_beside_its_field(store, admin, fields, said):
    taken = store.scalar(select(User).where(User.username == "taken")) or make_user(store, "taken")
    data = form(taken, **{"username": "not-yet", **fields})
    store.commit()
    answer = admin.post("/people/new", data=data)
    assert answer.status_code == 422
    assert said in answer.text
    assert store.scalar(select(User).where(User.username == "not-yet")) is None
    store.commit()


def test_a_person_is_edited(store, admin):
    user, unit = make_user(store, "edited"), make_unit(store, "its-new-unit")
    store.commit()
    changes = {
        "name": "新名",
        "unit_id": unit.id,
        "post": "finance",
        "rank_band": "leading",
        "audience": "enforcement",
        "roles": ["trainer", "cadre"],
    }
    answer = admin.post(f"/people/{user.public_id}", data=form(user, **changes))
    assert answer.headers["Location"] == f"/people/{user.public_id}"
    store.refresh(user)
    assert form(user, roles=sorted(role.role for role in user.roles)) == {
        **changes,
        "roles": ["cadre", "trainer"],
    }


@pytest.mark.parametrize("roles", [["admin", "auditor"], []])
def test_a_refused_edit_changes_nothing_at_all(store, admin, roles):
    user = make_user(store, f"kept-{len(roles)}")
    store.commit()
    answer = admin.post(f"/people/{user.public_id}", data=form(user, name="新名", roles=roles))
    assert answer.status_code == 422
    store.refresh(user)
    assert user.name != "新名"
    assert [role.role for role in user.roles] == ["cadre"]


def test_the_last_administrator_cannot_leave(store, admin, boss):
    for other in store.scalars(
        select(User).where(User.roles.any(role="admin"), User.id != boss.id)
    ):
        other.disabled_at = other.created_at
    store.commit()
    answer = admin.post(f"/people/{boss.public_id}", data=form(boss, roles=["cadre"]))
    assert "last administrator" in answer.text
    admin.post(f"/people/{boss.public_id}/disable")
    page = admin.get(f"/people/{boss.public_id}")
    assert page.status_code == 200
    assert "last administrator" in page.text


def test_administrators_who_change_themselves_stay_signed_in(store, admin, boss):
    admin.post(f"/people/{boss.public_id}", data=form(boss, roles=["admin", "cadre"]))
    assert admin.get("/people").status_code == 200
    store.refresh(boss)
    assert {role.role for role in boss.roles} == {"admin", "cadre"}


def test_a_reset_is_confirmed_first_and_then_shown_once(app, store, admin):
    user = make_user(store, "forgetful")
    store.commit()
    hash_before = user.password_hash
    assert not PASSWORD.search(admin.get(f"/people/{user.public_id}/password").text)
    store.refresh(user)
    assert user.password_hash == hash_before
    store.commit()
    answer = admin.post(f"/people/{user.public_id}/password")
    (password,) = set(PASSWORD.findall(answer.text))
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers or password not in answer.headers["Set-Cookie"]
    client = app.test_client()
    client.post("/sign-in", data={"username": "forgetful", "password": password})
    assert client.get("/").headers["Location"] == "/me/password"


def test_the_password_is_in_no_log(store, admin, caplog):
    user = make_user(store, "unlogged")
    store.commit()
    with caplog.at_level("DEBUG"):
        answer = admin.post(f"/people/{user.public_id}/password")
    (password,) = set(PASSWORD.findall(answer.text))
    assert password not in caplog.text


def test_ones_own_password_is_changed_not_reset(admin, boss):
    answer = admin.post(f"/people/{boss.public_id}/password")
    assert answer.headers["Location"] == "/me/password"


def test_disabling_and_letting_in_again(store, admin, as_user):
    user = make_user(store, "coming-and-going")
    store.commit()
    client = as_user(user)
    admin.post(f"/people/{user.public_id}/disable")
    assert client.get("/me").status_code == 302
    admin.post(f"/people/{user.public_id}/enable")
    store.refresh(user)
    assert as_user(user).get("/me").status_code == 200


def test_an_unknown_person_is_not_found(admin):
    assert admin.get("/people/nobody").status_code == 404
