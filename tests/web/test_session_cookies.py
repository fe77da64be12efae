"""A session cookie that was verified once is remembered, and nothing else is."""

from __future__ import annotations

import time

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadSignature, SignatureExpired

from examapp.web.session_cookies import VerifiedOnce

HOUR = 3600


@pytest.fixture
def cookies() -> VerifiedOnce:
    app = Flask("cookies")
    app.secret_key = "k" * 40
    return VerifiedOnce(SecureCookieSessionInterface().get_signing_serializer(app))


def test_what_was_signed_is_read_again_and_again(cookies):
    cookie = cookies.dumps({"_user_id": "u:s", "_flashes": [("success", "Saved.")]})
    assert cookies.loads(cookie, HOUR) == cookies.loads(cookie, HOUR)


def test_a_changed_cookie_is_refused_though_the_right_one_is_known(cookies):
    cookie = cookies.dumps({"_user_id": "u:s"})
    cookies.loads(cookie, HOUR)
    with pytest.raises(BadSignature):
        cookies.loads(cookie[:-2] + ("AA" if cookie[-2:] != "AA" else "BB"), HOUR)


def test_a_known_cookie_still_grows_old(cookies, monkeypatch):
    cookie = cookies.dumps({"_user_id": "u:s"})
    cookies.loads(cookie, HOUR)
    later = time.time() + HOUR + 2
    monkeypatch.setattr("examapp.web.session_cookies.time.time", lambda: later)
    with pytest.raises(SignatureExpired):
        cookies.loads(cookie, HOUR)


def test_what_one_request_changes_no_other_sees(cookies):
    cookie = cookies.dumps({"seen": [1]})
    cookies.loads(cookie, HOUR)["seen"].append(2)
    assert cookies.loads(cookie, HOUR) == {"seen": [1]}
