"""Triggers by which the database itself refuses to change what was once recorded."""

from __future__ import annotations

from alembic import op

_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$
"""


def guard(*tables: str) -> None:
    """Refuse UPDATE and DELETE on the tables from now on."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    if not sqlite:
        op.execute(_POSTGRES_FUNCTION)
    for table in tables:
        for verb in ("update", "delete"):
            op.execute(_sqlite(table, verb) if sqlite else _postgres(table, verb))


def _sqlite(table: str, verb: str) -> str:
    return (
        f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def _postgres(table: str, verb: str) -> str:
    return (
        f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
