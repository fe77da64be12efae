"""Migrations, driven from code: `upgrade(engine)` brings a database to today's tables."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine


def config(engine: Engine | None = None) -> Config:
    """Alembic's settings; no alembic.ini is needed."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent))
    settings.attributes["engine"] = engine
    return settings


def upgrade(engine: Engine) -> None:
    """Apply every migration that the database has not seen, each in its transaction."""
    command.upgrade(config(engine), "head")


def is_current(engine: Engine) -> bool:
    """Whether the database stands at the newest migration."""
    with engine.connect() as connection:
        at = MigrationContext.configure(connection).get_current_revision()
    return at == ScriptDirectory.from_config(config()).get_current_head()
