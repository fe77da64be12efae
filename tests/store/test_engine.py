"""The settings that keep confirmed writes, and the refusal to run without them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from examapp.store.base import Exact, Moment
from examapp.store.engine import (
    UnsafeDatabaseError,
    check_settings,
    has_wal_reset_bug,
    make_engine,
    reading,
)


@pytest.mark.parametrize(
    ("version", "bug"),
    [
        ((3, 6, 23), False), ((3, 7, 0), True), ((3, 40, 1), True), ((3, 44, 5), True),
        ((3, 44, 6), False), ((3, 45, 0), True), ((3, 50, 6), True), ((3, 50, 7), False),
        ((3, 51, 2), True), ((3, 51, 3), False), ((3, 53, 4), False),
    ],
)  # fmt: skip
def test_the_versions_of_sqlite_that_may_corrupt_a_wal_are_known(version, bug):
    assert has_wal_reset_bug(version) is bug


def test_the_engine_as_made_is_safe(engine):
    check_settings(engine)


@pytest.mark.parametrize(
    "pragma",
    ["synchronous = OFF", "synchronous = NORMAL", "foreign_keys = OFF", "mmap_size = 1048576"],
)
def test_an_unsafe_sqlite_is_refused(tmp_path, pragma):
    engine = make_engine(f"sqlite:///{tmp_path / 'x.db'}")

    @event.listens_for(engine, "connect")
    def spoil(connection, _record):
        connection.execute(f"PRAGMA {pragma}")

    with pytest.raises(UnsafeDatabaseError):
        check_settings(engine)
    engine.dispose()


def test_a_transaction_that_may_write_takes_the_lock_at_once(tmp_path):
    engine = make_engine(f"sqlite:///{tmp_path / 'x.db'}")
    said = []
    event.listen(engine, "before_cursor_execute", lambda c, cur, sql, *rest: said.append(sql))
    with Session(engine) as db:
        db.execute(text("SELECT 1"))
    with Session(reading(engine)) as db:
        db.execute(text("SELECT 1"))
    assert [sql for sql in said if sql.startswith("BEGIN")] == ["BEGIN IMMEDIATE", "BEGIN"]
    engine.dispose()


def test_a_connection_that_died_while_idle_is_replaced(fresh_databases, monkeypatch):
    monkeypatch.setattr("examapp.store.engine.SURELY_ALIVE", 0.0)
    url = fresh_databases.url("postgresql")
    ours, other = make_engine(url), make_engine(url)
    with ours.connect() as connection:
        pid = connection.execute(text("SELECT pg_backend_pid()")).scalar()
    with other.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    with ours.connect() as connection:
        assert connection.execute(text("SELECT 1")).scalar() == 1
    ours.dispose()
    other.dispose()


def test_a_moment_without_a_zone_is_refused(engine):
    with pytest.raises(TypeError):
        Moment().process_bind_param(datetime(2026, 1, 1), engine.dialect)


def test_a_moment_comes_back_in_utc(engine):
    at = datetime(2026, 1, 1, 8, tzinfo=timezone(timedelta(hours=8)))
    kept = Moment().process_bind_param(at, engine.dialect)
    assert Moment().process_result_value(kept, engine.dialect) == datetime(2026, 1, 1, tzinfo=UTC)


def test_a_fraction_comes_back_exact(engine):
    kept = Exact().process_bind_param(Fraction(1, 3), engine.dialect)
    assert Exact().process_result_value(kept, engine.dialect) == Fraction(1, 3)


def test_a_failing_query_does_not_tell_what_it_was_asked_with(engine):
    with Session(engine) as db, pytest.raises(DBAPIError) as failed:
        db.execute(text("SELECT :secret FROM no_such_table"), {"secret": "the-seed"})
    assert "the-seed" not in str(failed.value)
