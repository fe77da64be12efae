"""Fixtures: both databases, rolled back; the application; people of every role."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from examapp.store.engine import make_engine
from examapp.store.migrations import upgrade
from tests.postgres import Server

DATABASES = ("sqlite", "postgresql")
LONGEST_FIRST = (
    "tests/web/test_nonsense.py", "tests/web/test_canary.py", "tests/flows/test_faults.py",
    "tests/flows/test_exam_offline.py", "tests/flows/test_journey.py", "tests/flows",
    "tests/powercut",
)  # fmt: skip
SEALING_KEY = b"a key of thirty-two bytes, sealed"[:32]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first, so that no process is left with one when the others are done."""
    order = {name: place for place, name in enumerate(LONGEST_FIRST)}

    def place(item: pytest.Item) -> int:
        here = item.nodeid.split("::")[0]
        return min((at for name, at in order.items() if here.startswith(name)), default=len(order))

    items.sort(key=place)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    server = Server()
    server.start()
    engine = make_engine(server.url("postgres"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CREATE DATABASE blank"))
    engine.dispose()
    template = make_engine(server.url("blank"))
    upgrade(template)
    template.dispose()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "blank.db"
    engine = make_engine(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()
    return path


class FreshDatabases:
    """Gives out addresses of new, migrated databases."""

    def __init__(self, request: pytest.FixtureRequest, folder: Path) -> None:
        self._request, self._folder, self._count = request, folder, 0

    def url(self, kind: str) -> str:
        self._count += 1
        name = f"t{os.getpid()}_{self._count}"
        if kind == "sqlite":
            template: Path = self._request.getfixturevalue("sqlite_template")
            path = self._folder / f"{name}.db"
            path.write_bytes(template.read_bytes())
            return f"sqlite:///{path}"
        server: Server = self._request.getfixturevalue("postgres_server")
        admin = create_engine(server.url("postgres"), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE blank"))
        admin.dispose()
        return server.url(name)


@pytest.fixture(scope="session")
def fresh_databases(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> FreshDatabases:
    return FreshDatabases(request, tmp_path_factory.mktemp("databases"))


@pytest.fixture(scope="session", params=DATABASES)
def engine(request: pytest.FixtureRequest, fresh_databases: FreshDatabases):
    """One migrated database of each kind; tests leave it as they found it."""
    engine = make_engine(fresh_databases.url(request.param), sealing_key=SEALING_KEY)
    yield engine
    engine.dispose()


@pytest.fixture
def db(engine) -> Iterator[Session]:
    """A session on either database; whatever the test does is rolled back."""
    with engine.connect() as connection:
        outer = connection.begin()
        with Session(
            connection, join_transaction_mode="create_savepoint", expire_on_commit=False
        ) as db:
            yield db
        outer.rollback()


@pytest.fixture(scope="session")
def content_folder() -> Path:
    return Path(__file__).parent.parent / "content"
