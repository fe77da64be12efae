"""The door and what ends a session, as a browser sees it."""

import re

import pytest

from examapp.clock import now
from examapp.core.people import Role
from examapp.core.throttle import FREE_TRIES
from examapp.services.people import accounts
from examapp.services.people.persons import by_id
from examapp.services.people.signing_in import set_password
from tests.bureau import make_unit, make_user

RIGHT = "correct horse 9"
NEXT = "quite another horse"


def somebody(store, username, *roles, password=RIGHT, **fields):
    user = make_user(store, username, *roles, **fields)
    set_password(user, password)
    store.commit()
    return user


def enter(client, username, password=RIGHT, **more):
    data = {"username": username, "password": password, **more}
    return client.post("/sign-in", data=data, headers={"Accept-Language": "en"})


def is_in(client) -> bool:
    return client.get("/me").status_code == 200


def test_guessing_stops_and_says_until_when(app, store):
    somebody(store, "guessed")
    client = app.test_client()
    for _ in range(FREE_TRIES):
        assert "do not fit together" in enter(client, "guessed", "wrong guess").text
    held_up = enter(client, "guessed")
    assert held_up.status_code == 422
    assert re.search(r"Please wait until .*\d\d:\d\d", held_up.text)
    assert not is_in(client)


def test_the_device_of_the_person_is_not_held_up_by_a_stranger(app, store):
    somebody(store, "known")
    own, stranger = app.test_client(), app.test_client()
    enter(own, "known")
    own.post("/sign-out")
    for _ in range(FREE_TRIES + 1):
        enter(stranger, "known", "wrong guess")
    enter(stranger, "known")
    assert not is_in(stranger)
    enter(own, "known")
    assert is_in(own)


def test_a_device_mark_of_ones_own_making_is_worth_nothing(app, store):
    somebody(store, "marked")
    stranger = app.test_client()
    stranger.set_cookie("examapp_device", "eyJpZCI6IngiLCJvZiI6WyJtYXJrZWQiXX0.forged")
    for _ in range(FREE_TRIES):
        enter(stranger, "marked", "wrong guess")
    enter(stranger, "marked")
    assert not is_in(stranger)


def test_a_one_time_password_leads_to_a_new_one_and_nowhere_else(app, store):
    user = somebody(store, "fresh")
    password = accounts.reset_password(store, user, by=None, now=now())
    store.commit()
    client = app.test_client()
    enter(client, "fresh", password)
    assert client.get("/").headers["Location"] == "/me/password"
    assert "one-time password" in client.get("/me/password", headers={"Accept-Language": "en"}).text

    def change(old, new):
        return client.post("/me/password", data={"old": old, "new": new, "again": new})

    assert change(password, password).status_code == 422
    assert client.get("/").headers["Location"] == "/me/password"
    assert change(password, NEXT).headers["Location"] == "/"
    assert client.get("/").status_code == 200
    assert enter(app.test_client(), "fresh", password).status_code == 422


def test_a_new_password_signs_out_every_other_browser_but_not_this_one(app, store):
    somebody(store, "changer")
    here, there = app.test_client(), app.test_client()
    enter(here, "changer")
    enter(there, "changer")
    here.post("/me/password", data={"old": RIGHT, "new": NEXT, "again": NEXT})
    assert is_in(here)
    assert not is_in(there)


def test_wrong_tries_at_the_present_password_are_counted(app, store):
    somebody(store, "left-open")
    client = app.test_client()
    enter(client, "left-open")
    for _ in range(FREE_TRIES):
        client.post("/me/password", data={"old": "wrong guess", "new": NEXT, "again": NEXT})
    client.post("/me/password", data={"old": RIGHT, "new": NEXT, "again": NEXT})
    assert enter(app.test_client(), "left-open", NEXT).status_code == 422


def test_signing_out_everywhere_ends_every_browser(app, store):
    somebody(store, "leaver")
    here, there = app.test_client(), app.test_client()
    enter(here, "leaver")
    enter(there, "leaver")
    here.post("/me/sign-out-everywhere")
    assert not is_in(here)
    assert not is_in(there)


@pytest.mark.parametrize("what", ["roles", "unit", "disabled", "password"])
def test_what_an_administrator_changes_acts_on_the_very_next_request(app, store, as_user, what):
    user = somebody(store, f"changed-{what}", Role.TRAINER)
    boss = by_id(store, somebody(store, f"changer-{what}", Role.ADMIN).id)
    client = as_user(user)
    assert client.get("/bank").status_code in (200, 308)
    if what == "roles":
        accounts.change_roles(store, user, {Role.CADRE}, by=boss, now=now())
    elif what == "unit":
        accounts.move(store, user, make_unit(store, "elsewhere").id, by=boss, now=now())
    elif what == "disabled":
        accounts.disable(store, user, by=boss, now=now())
    else:
        accounts.reset_password(store, user, by=boss, now=now())
    store.commit()
    assert client.get("/me").headers["Location"].startswith("/sign-in")


@pytest.mark.parametrize(
    ("target", "lands"),
    [
        ("/me", "/me"),
        ("/me?a=b", "/me?a=b"),
        ("", "/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("///evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("\\\\evil.example/", "/"),
        ("/\t/evil.example/", "/"),
        ("/\t\\evil.example/", "/"),
        ("\n//evil.example/", "/"),
        ("http:me", "/"),
        ("javascript:alert(1)", "/"),
        ("//[", "/"),
        ("me", "/"),
    ],
)
def test_after_signing_in_one_stays_in_the_house(app, store, request, target, lands):
    username = f"next-{abs(hash(request.node.name))}"
    somebody(store, username)
    assert enter(app.test_client(), username, next=target).headers["Location"] == lands


def test_the_way_back_survives_the_door(app, store):
    somebody(store, "returner")
    client = app.test_client()
    door = client.get("/me").headers["Location"]
    page = client.get(door).text
    hidden = re.search(r'id="next"[^>]*value="([^"]*)"', page).group(1)
    assert enter(client, "returner", next=hidden).headers["Location"] == "/me"


def test_the_session_cookie_is_for_the_server_alone(app, store):
    somebody(store, "cookie")
    answer = enter(app.test_client(), "cookie")
    for cookie in answer.headers.getlist("Set-Cookie"):
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
