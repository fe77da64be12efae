"""What Alembic runs: online only, on the engine it was given."""

from alembic import context

from examapp.store.tables import metadata


def run() -> None:
    """Apply the migrations in one connection, each in its own transaction."""
    engine = context.config.attributes["engine"]
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            render_as_batch=True,
            compare_type=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
