"""./run lottery: the public bundle of an exam, and its papers drawn again."""

from __future__ import annotations

import json
from pathlib import Path

import click

from examapp.commands.database import session
from examapp.config import from_environment
from examapp.core.refusals import RuleBroken
from examapp.library import bundle_files
from examapp.services.exams.bundles import bundle as bundled


@click.group()
def lottery() -> None:
    """The lottery that anyone can re-run."""


@lottery.command()
@click.argument("exam")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
def bundle(exam: str, output: Path) -> None:
    """Write the public bundle of a released EXAM (its id as in the address of its page)."""
    try:
        with session(from_environment()) as db:
            data = bundled(db, exam)
    except RuleBroken as refusal:
        raise click.ClickException(refusal.words) from refusal
    output.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    click.echo(f"{len(data['papers'])} papers, {len(data['pool'])} items in {output}")


@lottery.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--candidate", help="Only the papers of this pseudonym.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list of the papers.")
def redraw(file: Path, candidate: str | None, as_json: bool) -> None:
    """Draw the papers of a bundle FILE again; needs no database."""
    try:
        papers = list(bundle_files.redraw(bundle_files.read(file), candidate))
    except bundle_files.BadBundleError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps(papers, ensure_ascii=False))
    wrong = [paper for paper in papers if not paper["fits"]]
    if not as_json:
        click.echo(f"{len(papers)} papers drawn again, {len(wrong)} do not fit their digest")
    if wrong or not papers:
        raise SystemExit(1)
