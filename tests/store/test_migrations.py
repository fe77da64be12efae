"""A migrated database is the one that the tables describe."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from examapp.store.migrations import is_current, upgrade
from examapp.store.tables import metadata


def test_a_migrated_database_equals_the_models(engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_a_migrated_database_has_the_check_constraints_of_the_models(engine):
    inspector = inspect(engine)
    for table in metadata.tables.values():
        wanted = {c.name for c in table.constraints if c.__visit_name__ == "check_constraint"}
        assert wanted <= {c["name"] for c in inspector.get_check_constraints(table.name)}


def test_migrating_again_changes_nothing(engine):
    upgrade(engine)
    assert is_current(engine)
