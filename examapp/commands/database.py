"""The database for a command: checked, migrated, one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from examapp.config import Settings, check, from_environment
from examapp.store.engine import check_settings, make_engine
from examapp.store.migrations import upgrade


def ready_engine(settings: Settings) -> Engine:
    """An engine on the database, once its settings are right and it is up to date."""
    check(settings)
    engine = make_engine(settings.database_url, sealing_key=settings.sealing_key)
    check_settings(engine)
    upgrade(engine)
    return engine


@contextmanager
def session(settings: Settings | None = None) -> Iterator[Session]:
    """A session that commits when the command succeeds, and not otherwise."""
    engine = ready_engine(settings or from_environment())
    with Session(engine) as db, db.begin():
        yield db
    engine.dispose()
