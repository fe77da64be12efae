"""What Alembic runs: online only, on the engine it was given."""

from alembic import context
from sqlalchemy import Connection

from examapp.store.tables import metadata


def run() -> None:
    """Apply the migrations in one connection, each in its own transaction."""
    engine = context.config.attributes["engine"]
    with engine.connect() as connection:
        sqlite = engine.dialect.name == "sqlite"
        if sqlite:
            _loosen(connection)
        try:
            _migrate(connection)
            if sqlite:
                _require_whole(connection)
        finally:
            if sqlite:
                connection.invalidate()  # the next one gets its foreign keys again


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def _loosen(connection: Connection) -> None:
    """A table that is rebuilt is dropped in between: what refers to it must not object."""
    cursor = connection.connection.cursor()  # beneath our BEGIN, inside which it would do nothing
    cursor.execute("PRAGMA foreign_keys = OFF")
    cursor.close()


def _require_whole(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise RuntimeError(f"rows refer to nothing after the migration: {broken[:5]}")


run()
