"""Who asks: the session's person, read anew from the database on every request."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Flask, g, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from examapp.core.people import Role
from examapp.services.people.persons import Person, with_stamp
from examapp.web import session_cookies
from examapp.web.languages import authored
from examapp.web.transaction import db


class SignedIn(UserMixin):
    """Flask-Login's view of a person."""

    def __init__(self, person: Person) -> None:
        self.person = person

    def get_id(self) -> str:
        return f"{self.person.public_id}:{self.person.stamp}"


def install(app: Flask) -> None:
    """Load the person of the session; a changed stamp ends it at once."""
    session_cookies.install(app)
    manager = LoginManager(app)
    manager.session_protection = None  # an office proxy may change the address in mid-exam

    @manager.user_loader
    def load(identity: str) -> SignedIn | None:
        public_id, _, stamp = identity.partition(":")
        person = with_stamp(db(), public_id, stamp)
        g.person = person
        return SignedIn(person) if person else None

    @app.context_processor
    def context() -> dict[str, Any]:
        person = someone()
        return {"me": _Shown(person) if person else None}


class _Shown:
    """The signed-in person as the frame of the pages shows them."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.name = person.name
        self.roles = person.roles

    @property
    def unit_name(self) -> str:
        return self.person.unit_name[authored()]

    def has(self, *roles: str) -> bool:
        return self.person.has(*(Role(role) for role in roles))


def someone() -> Person | None:
    """The signed-in person, or None."""
    return current_user.person if current_user.is_authenticated else None


def me() -> Person:
    """The signed-in person; only for views that access.py does not open to the public."""
    person = someone()
    if person is None:
        raise RuntimeError("a public view asked who is signed in")
    return person


def enter(person: Person) -> None:
    """Begin a session; nothing of an earlier one is kept but the language."""
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    session.permanent = True
    session["nonce"] = secrets.token_hex(8)
    login_user(SignedIn(person))


def leave() -> None:
    """End this browser's session."""
    language = session.get("language")
    logout_user()
    session.clear()
    if language:
        session["language"] = language
