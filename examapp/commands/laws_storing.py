"""What every command does that brings texts of laws: the register first, then a few at a time."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

import click
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from examapp.authored import FaultyFilesError, load_registered_laws
from examapp.clock import now
from examapp.config import Settings
from examapp.services.laws.importing import Imported, Incoming, import_texts

AT_ONCE = 10


def store(
    engine: Engine, settings: Settings, texts: Iterable[Incoming], *, source: str, replace: bool
) -> list[Imported]:
    """Import texts into laws that the register names; what became of each, in order.

    A few laws a transaction: who saves an answer at the same time never waits for long.
    """
    moment, done, coming = now(), [], iter(texts)
    try:
        with Session(engine) as db, db.begin():
            load_registered_laws(db, settings, now=moment)
    except FaultyFilesError as error:
        raise click.ClickException(f"the register of laws has faults:\n{error}") from error
    while some := list(islice(coming, AT_ONCE)):
        with Session(engine) as db, db.begin():
            done += import_texts(db, some, source=source, by=None, replace=replace, now=moment)
    return done
