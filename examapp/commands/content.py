"""./run content: bring authored files into the database."""

from __future__ import annotations

import click

from examapp.authored import load_authored
from examapp.clock import now
from examapp.commands.database import session
from examapp.config import from_environment


@click.group()
def content() -> None:
    """Guides, items, registers and policy packs."""


@content.command()
def load() -> None:
    """Load content/ and question_bank/; what trainers wrote in the browser is never undone."""
    settings = from_environment()
    with session(settings) as db:
        done = load_authored(db, settings, now=now())
    click.echo(", ".join(f"{name}: {count}" for name, count in done.items()))
