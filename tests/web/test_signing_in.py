"""The door: who gets in, what is told, what ends a session."""

import re

from flask.testing import FlaskClient

from examapp.services.people.signing_in import set_password
from tests.bureau import make_user


def test_the_right_password_opens_the_home_page(app, store):
    user = make_user(store, "li")
    set_password(user, "correct horse 9")
    store.commit()
    client: FlaskClient = app.test_client()
    answer = client.post("/sign-in", data={"username": " LI ", "password": "correct horse 9"})
    assert answer.status_code == 302
    assert client.get("/").status_code == 200


def test_a_wrong_password_and_an_unknown_name_read_the_same(app, store):
    user = make_user(store, "wang")
    set_password(user, "correct horse 9")
    store.commit()
    client = app.test_client()
    wrong = client.post("/sign-in", data={"username": "wang", "password": "x" * 12})
    unknown = client.post("/sign-in", data={"username": "nobody", "password": "x" * 12})
    assert wrong.status_code == unknown.status_code == 422
    assert page_of(wrong, "wang") == page_of(unknown, "nobody")


def page_of(answer, name: str) -> str:
    """The page without the name that was typed and the tokens, which carry the second."""
    return re.sub(r'name="csrf_token"[^>]*', "", answer.text).replace(name, "")
