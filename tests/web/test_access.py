"""The role matrix: every route names its roles, and answers each role as the matrix says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import AnyConverter, IntegerConverter, Rule

from examapp.core.people import Role
from examapp.store.people import User
from examapp.web import access
from examapp.web.access import ACCESS, BEFORE_NEW_PASSWORD, PUBLIC
from tests.bureau import NOW, make_user

ROOMS_OF_OTHERS = "This page is for other roles than yours."


def routes(app: Flask) -> Iterator[tuple[str, str, str]]:
    """Endpoint, method and an address with values that mean nothing."""
    for rule in sorted(app.url_map.iter_rules(), key=str):
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
            yield rule.endpoint, method, address(rule)


def address(rule: Rule) -> str:
    built = rule.build({name: meaningless(rule, name) for name in rule.arguments})
    assert built
    return built[1]


def meaningless(rule: Rule, name: str) -> object:
    converter = rule._converters[name]
    if isinstance(converter, AnyConverter):
        return sorted(converter.items)[0]
    return 987654 if isinstance(converter, IntegerConverter) else "nothing"


def asked(client: FlaskClient, method: str, url: str) -> tuple[int, str, str]:
    answer = client.open(url, method=method)
    page = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
    return answer.status_code, answer.headers.get("Location", ""), page


@pytest.fixture
def people(store) -> dict[Role, User]:
    """One person for each role, the same for all tests of this file."""
    known = {user.username: user for user in store.scalars(select(User))}
    found = {
        role: known.get(f"matrix-{role}") or make_user(store, f"matrix-{role}", role)
        for role in Role
    }
    store.commit()
    return found


def test_every_route_names_its_roles(app):
    unlisted = {rule.endpoint for rule in app.url_map.iter_rules()} - set(ACCESS)
    assert not unlisted, f"add to web/access.py who may ask for {sorted(unlisted)}"


def test_the_matrix_names_no_route_that_is_not_there(app):
    assert not set(ACCESS) - {rule.endpoint for rule in app.url_map.iter_rules()}


def test_every_role_may_do_something_and_nobody_everything():
    for role in Role:
        allowed = {endpoint for endpoint, roles in ACCESS.items() if roles and role in roles}
        assert allowed
        assert allowed < set(ACCESS)


def test_people_who_are_not_signed_in_are_sent_to_the_door(app):
    wrong = []
    for endpoint, method, url in routes(app):
        status, to, _ = asked(app.test_client(), method, url)
        sent = status == 302 and to.startswith("/sign-in")
        if sent is (ACCESS[endpoint] is PUBLIC) or status == 403:
            wrong.append((endpoint, method, status, to))
    assert not wrong


@pytest.mark.parametrize("role", list(Role))
def test_each_role_gets_what_the_matrix_says(app, store, as_user, people, role):
    wrong = []
    for endpoint, method, url in routes(app):
        store.refresh(people[role])  # an earlier round may have signed out everywhere
        store.commit()
        status, to, page = asked(as_user(people[role]), method, url)
        refused = status == 403 and ROOMS_OF_OTHERS in page
        roles = ACCESS[endpoint]
        allowed = roles is PUBLIC or role in (roles or ())
        if refused is allowed or (not allowed and status != 403) or status >= 500:
            wrong.append((endpoint, method, status, to))
    assert not wrong


def test_whoever_has_a_one_time_password_gets_no_further_than_the_new_one(app, store, as_user):
    user = make_user(store, "matrix-new", *(set(Role) - {Role.AUDITOR}))
    user.must_change_password = True
    store.commit()
    wrong = []
    for endpoint, method, url in routes(app):
        if ACCESS[endpoint] is PUBLIC or endpoint in BEFORE_NEW_PASSWORD:
            continue
        status, to, _ = asked(as_user(user), method, url)
        if (status, to) != (302, "/me/password"):
            wrong.append((endpoint, method, status, to))
    assert not wrong


@pytest.mark.parametrize("end", ["disabled", "signed out everywhere"])
def test_a_session_that_has_ended_opens_nothing(app, store, as_user, end):
    user = make_user(store, f"matrix-{end}", Role.ADMIN)
    store.commit()
    client = as_user(user)
    assert client.get("/people").status_code == 200
    if end == "disabled":
        user.disabled_at = NOW
    else:
        user.session_stamp = "another"
    store.commit()
    wrong = [
        (endpoint, method)
        for endpoint, method, url in routes(app)
        if ACCESS[endpoint] is not PUBLIC
        and not asked(client, method, url)[1].startswith("/sign-in")
    ]
    assert not wrong


def test_nothing_is_changed_without_the_token_of_a_page(app, as_user, people, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    taken = [
        (endpoint, method)
        for endpoint, method, url in routes(app)
        if method != "GET" and asked(as_user(people[Role.ADMIN]), method, url)[0] != 400
    ]
    assert not taken


def test_an_unlisted_route_answers_nobody():
    scratch = Flask("scratch")
    access.install(scratch)
    scratch.add_url_rule("/unlisted", "unlisted", lambda: "open to all")
    assert scratch.test_client().get("/unlisted").status_code == 404
