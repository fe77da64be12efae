"""The engine: SQLite that loses nothing, or PostgreSQL; checked before anything is served."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import Session

from examapp.store.sealing import give_key

MENDED = ((3, 44, 6), (3, 50, 7), (3, 51, 3))
READS = {"reads": True}
SURELY_ALIVE = 5.0  # seconds since its last use in which a connection is not asked whether it lives


class UnsafeDatabaseError(Exception):
    """The database or its settings could lose confirmed writes; the server does not start."""


def sqlite_driver() -> Any:
    """The driver that carries a sound SQLite: pysqlite3 where it has a wheel, else Python's."""
    try:
        import pysqlite3  # noqa: PLC0415 - has no wheel on every platform
    except ImportError:
        return sqlite3
    return pysqlite3


def has_wal_reset_bug(version: tuple[int, ...]) -> bool:
    """Whether this SQLite may corrupt a database in WAL mode (3.7.0 to 3.51.2, save mends)."""
    if version < (3, 7, 0) or version >= (3, 51, 3):
        return False
    return not any(version[:2] == mended[:2] and version >= mended for mended in MENDED)


def make_engine(url: str, *, sealing_key: bytes | None = None) -> Engine:
    """An engine whose transactions write safely on either database.

    Without the installation's key, sealed columns can be neither written nor read.
    """
    sqlite = make_url(url).get_backend_name() == "sqlite"
    engine = _sqlite_engine(url) if sqlite else _postgres_engine(url)
    if sealing_key is not None:
        give_key(engine, sealing_key)
    return engine


def _postgres_engine(url: str) -> Engine:
    engine = create_engine(url, pool_size=10, max_overflow=10, hide_parameters=True)

    @event.listens_for(engine, "checkin")
    def used(_dbapi_connection: Any, record: Any) -> None:
        record.info["used"] = monotonic()

    @event.listens_for(engine, "checkout")
    def alive(dbapi_connection: Any, record: Any, _fairy: Any) -> None:
        # pool_pre_ping asks at every request, in three round trips: as many as a whole save needs.
        if monotonic() - record.info.get("used", 0.0) < SURELY_ALIVE:
            return
        try:
            engine.dialect.do_ping(dbapi_connection)
        except engine.dialect.loaded_dbapi.Error as gone:
            raise DisconnectionError from gone  # the pool then connects anew

    return engine


def _sqlite_engine(url: str) -> Engine:
    driver = sqlite_driver()
    database = make_url(url).database
    if database and database != ":memory:":
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        module=driver,
        connect_args={"timeout": 15, "check_same_thread": False},
        hide_parameters=True,  # a seed, a key or a note never reaches a log with a failing query
    )
    wal = not has_wal_reset_bug(driver.sqlite_version_info)

    @event.listens_for(engine, "connect")
    def settle(dbapi_connection: Any, _record: object) -> None:
        dbapi_connection.isolation_level = None  # BEGIN is ours, see below
        cursor = dbapi_connection.cursor()
        cursor.execute("PRAGMA busy_timeout = 15000")
        cursor.execute(f"PRAGMA journal_mode = {'WAL' if wal else 'DELETE'}")
        cursor.execute(f"PRAGMA synchronous = {'FULL' if wal else 'EXTRA'}")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA mmap_size = 0")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that reads first and writes later fails with "locked" under plain BEGIN.
        reads = connection.get_execution_options().get("reads")
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def reading(engine: Engine) -> Engine:
    """The same engine for transactions that only read: they never wait for a writer."""
    options: dict[str, Any] = dict(READS)
    if engine.dialect.name == "postgresql":
        options["postgresql_readonly"] = True
    return engine.execution_options(**options)


def check_settings(engine: Engine) -> None:
    """Raise UnsafeDatabaseError where the connection's settings could lose what was confirmed."""
    with Session(reading(engine)) as db:
        wrong = _sqlite_faults(db) if engine.dialect.name == "sqlite" else _postgres_faults(db)
    if wrong:
        raise UnsafeDatabaseError("; ".join(wrong))


def _sqlite_faults(db: Session) -> list[str]:
    def pragma(name: str) -> Any:
        return db.execute(text(f"PRAGMA {name}")).scalar()

    version = tuple(
        int(part) for part in db.execute(text("SELECT sqlite_version()")).scalar_one().split(".")
    )
    wal = pragma("journal_mode") == "wal"
    faults = []
    if wal and has_wal_reset_bug(version):
        faults.append(f"SQLite {version} may corrupt a database in WAL mode")
    if pragma("synchronous") < (2 if wal else 3):
        faults.append("synchronous is too low for the journal mode: confirmed writes could be lost")
    if not pragma("foreign_keys"):
        faults.append("foreign_keys is off")
    if pragma("mmap_size"):
        faults.append("mmap_size is not 0")
    return faults


def _postgres_faults(db: Session) -> list[str]:
    faults = []
    for name in ("fsync", "full_page_writes"):
        if db.execute(text(f"SHOW {name}")).scalar() != "on":
            faults.append(f"PostgreSQL runs with {name} off")
    if db.execute(text("SHOW synchronous_commit")).scalar() == "off":
        faults.append("PostgreSQL runs with synchronous_commit off")
    if db.execute(text("SHOW server_encoding")).scalar() != "UTF8":
        faults.append("the PostgreSQL database is not in UTF8")
    return faults
