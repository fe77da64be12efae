"""./run verify: the chain, every paper, every score, every certificate."""

from __future__ import annotations

import json
from pathlib import Path

import click

from examapp.commands.database import session
from examapp.config import from_environment
from examapp.library import checkpoint_files
from examapp.services.verification.whole import head
from examapp.services.verification.whole import verify as verified


@click.command()
@click.option(
    "--checkpoint",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A signed checkpoint file that was kept elsewhere.",
)
@click.option("--all", "everything", is_flag=True, help="Name everything that does not fit.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
def verify(checkpoint: Path | None, everything: bool, as_json: bool) -> None:
    """Check the ledger and compute every score again; name the first thing that does not fit."""
    try:
        kept = checkpoint_files.read(checkpoint) if checkpoint else None
    except checkpoint_files.BadCheckpointError as error:
        raise click.ClickException(str(error)) from error
    with session(from_environment()) as db:
        last = head(db)
        findings = []
        for finding in verified(db, checkpoint=kept):
            findings.append(finding)
            if not everything:
                break
    entries = last[0] if last else 0
    if as_json:
        told = [{"where": f.where, "why": f.why} for f in findings]
        click.echo(json.dumps({"entries": entries, "findings": told}, ensure_ascii=False))
    else:
        for finding in findings:
            click.echo(f"DOES NOT FIT  {finding}")
        if not findings:
            click.echo(f"All fits: {entries} ledger entries, newest {last[1] if last else '-'}")
    if findings:
        raise SystemExit(1)
