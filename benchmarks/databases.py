"""An empty database of either kind, and the process whose CPU it costs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text

from tests.postgres import Server


@dataclass(frozen=True)
class Database:
    """Where it is; its process where it has one of its own (SQLite lives in the server's)."""

    url: str
    pid: int | None
    version: str | None
    server: Server | None = None


@contextmanager
def database(kind: str, folder: Path) -> Iterator[Database]:
    """A database that is gone afterwards."""
    if kind == "sqlite":
        yield Database(f"sqlite:///{folder / 'bench.db'}", None, None)
        return
    server = Server()
    server.start()
    try:
        engine = create_engine(server.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("CREATE DATABASE bench"))
            version = connection.execute(text("SHOW server_version")).scalar_one()
        engine.dispose()
        yield Database(server.url("bench"), server.pid(), version, server)
    finally:
        server.stop()
