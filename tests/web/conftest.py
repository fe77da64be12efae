"""The application on either database, and clients who are signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from examapp.config import Settings
from examapp.store.people import User
from examapp.web.application import create_app
from tests.conftest import DATABASES, SEALING_KEY, FreshDatabases

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module", params=DATABASES)
def app(
    request: pytest.FixtureRequest,
    fresh_databases: FreshDatabases,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Flask]:
    """The application on a fresh database, shared by the tests of one file."""
    app = create_app(
        Settings(
            database_url=fresh_databases.url(request.param),
            secret_key="t" * 40,
            instance=tmp_path_factory.mktemp("instance"),
            content=ROOT / "content",
            question_bank=ROOT / "question_bank",
            https=False,
            trusted_proxies=0,
            policy="bureau-a",
            sealing_key=SEALING_KEY,
        )
    )
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    yield app
    app.extensions["engine"].dispose()


@pytest.fixture
def store(app: Flask) -> Iterator[Session]:
    """A session that commits what a test prepares; commit before asking the client."""
    with Session(app.extensions["engine"], expire_on_commit=False) as db:
        yield db


@pytest.fixture
def as_user(app: Flask) -> Callable[[User], FlaskClient]:
    """A client with a session of this user, in English unless told otherwise."""

    def client_of(user: User, language: str = "en") -> FlaskClient:
        client = app.test_client()
        with client.session_transaction() as session:
            session["_user_id"] = f"{user.public_id}:{user.session_stamp}"
            session["language"] = language
        return client

    return client_of
