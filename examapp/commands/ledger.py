"""./run ledger: signed checkpoints, to be kept where the database is not."""

from __future__ import annotations

from pathlib import Path

import click

from examapp.clock import now
from examapp.commands.database import session
from examapp.config import from_environment
from examapp.library import checkpoint_files
from examapp.services.verification.whole import checkpoint_facts


@click.group()
def ledger() -> None:
    """The append-only record."""


@ledger.command()
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
def checkpoint(output: Path) -> None:
    """Write a signed checkpoint of the newest entry."""
    settings = from_environment()
    with session(settings) as db:
        facts = checkpoint_facts(db, now=now())
    if facts is None:
        raise click.ClickException("the ledger is empty: there is nothing to keep yet")
    key = checkpoint_files.signing_key(settings.instance / "keys")
    output.write_text(checkpoint_files.signed(facts, key), encoding="utf-8")
    click.echo(f"entry {facts['number']} kept in {output}")
