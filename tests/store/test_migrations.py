"""A migrated database is the one that the tables describe."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Boolean, Integer, MetaData, create_engine, insert, inspect, select, text
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.orm import Session, undefer

from examapp.store.engine import make_engine
from examapp.store.exams import Exam, Paper
from examapp.store.migrations import config, is_current, upgrade
from examapp.store.sittings import Response, Sitting
from examapp.store.tables import metadata
from tests.conftest import DATABASES, SEALING_KEY


def not_for_search(name, kind, parents):
    """Each database searches in its own way: these tables are no models."""
    return kind != "table" or not name.startswith("article_search")


def test_a_migrated_database_equals_the_models(engine):
    with engine.connect() as connection:
        options = {"compare_type": True, "include_name": not_for_search}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


def test_a_migrated_database_has_the_check_constraints_of_the_models(engine):
    inspector = inspect(engine)
    for table in metadata.tables.values():
        wanted = {c.name for c in table.constraints if c.__visit_name__ == "check_constraint"}
        assert wanted <= {c["name"] for c in inspector.get_check_constraints(table.name)}


def test_migrating_again_changes_nothing(engine):
    upgrade(engine)
    assert is_current(engine)


OLD = {"at": datetime(2026, 5, 1, 2, tzinfo=UTC), "end": datetime(2026, 5, 1, 3, tzinfo=UTC)}


@pytest.fixture(params=DATABASES)
def old(request, tmp_path, postgres_server):
    """A database as the first migration left it, with an exam that somebody sat."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'old.db'}"
    else:
        admin = create_engine(postgres_server.url("postgres"), isolation_level="AUTOCOMMIT")
        name = f"old{tmp_path.name.replace('-', '_')}"
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        admin.dispose()
        url = postgres_server.url(name)
    engine = make_engine(url, sealing_key=SEALING_KEY)
    command.upgrade(config(engine), "0001")
    _fill(engine)
    yield engine
    engine.dispose()


def _fill(engine):
    tables = MetaData()
    tables.reflect(engine)

    def add(table, **values):
        connection.execute(insert(tables.tables[table]).values(id=1, **values))

    sqlite = engine.dialect.name == "sqlite"
    at, end = (moment.replace(tzinfo=None) if sqlite else moment for moment in OLD.values())
    with engine.begin() as connection:
        add("units", public_id="u", code="top", name="局", name_en="", position=0)
        _one(
            connection,
            tables.tables["users"],
            unit_id=1,
            created_at=at,
            audience="support",
            rank_band="staff",
        )
        add(
            "exams", public_id="e", title={}, spec={}, audiences=[], opens_at=at, closes_at=end,
            release_on_close=False, certificate_years=0, edit_no=1, created_by=1, created_at=at,
            published_at=at, seed=b"s" * 32, seed_commitment="c", pool_digest="p",
        )  # fmt: skip
        add("papers", exam_id=1, user_id=1, try_no=1, digest="d", drawn_at=at)
        add(
            "sittings", public_id="s", paper_id=1, exam_id=1, user_id=1, try_no=1, started_at=at,
            deadline=end, lease_no=1, lease_device="",
        )  # fmt: skip
        add("responses", sitting_id=1, lease_no=1, seq=1, position=1, choice="A", received_at=at)


def _one(connection, table, **values):
    """A row in which what is not named is whatever the column takes."""
    for column in table.columns:
        if column.name not in values and not column.nullable:
            values[column.name] = _anything(column)
    connection.execute(insert(table).values(**values))


def _anything(column):
    if isinstance(column.type, Boolean):
        return False
    return 1 if isinstance(column.type, Integer) else ""


def test_what_stood_before_the_exam_engine_stands_after_it(old):
    upgrade(old)
    with Session(old) as db:
        sitting = db.scalars(select(Sitting)).one()
        assert (sitting.deadline, sitting.accepts_until) == (OLD["end"], OLD["end"])
        exam = db.get_one(Exam, 1, options=[undefer(Exam.seed)])
        assert (exam.seed, exam.grace_seconds, exam.make_up_of) == (b"s" * 32, 0, None)
        assert db.scalars(select(Response.choice)).all() == ["A"]


def test_the_guards_and_the_one_open_sitting_hold_after_it(old):
    upgrade(old)
    for statement in (
        "UPDATE responses SET choice = 'B'",
        "DELETE FROM papers",
        "INSERT INTO papers (exam_id, user_id, try_no, digest, drawn_at) "
        "SELECT exam_id, user_id, 1, digest, drawn_at FROM papers",
        "UPDATE sittings SET accepts_until = started_at",
        "UPDATE exams SET opens_at = closes_at",
        "UPDATE exams SET grace_seconds = 601",
        "DELETE FROM exams",
    ):
        with pytest.raises(DatabaseError), old.begin() as connection:
            connection.execute(text(statement))
    with Session(old) as db:
        first = db.scalars(select(Sitting)).one()
        second = {c.name: getattr(first, c.name) for c in Sitting.__table__.columns}
        second |= {"id": 2, "public_id": "t", "paper_id": 2, "try_no": 2}
        paper = {"id": 2, "exam_id": 1, "user_id": 1, "try_no": 2, "digest": "d"}
        db.execute(insert(Paper).values(paper | {"drawn_at": OLD["at"]}))
        with pytest.raises(IntegrityError):
            db.execute(insert(Sitting).values(second))
