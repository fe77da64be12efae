"""./run laws import: law texts from files, folders and archives."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click

from examapp.commands.database import ready_engine
from examapp.commands.laws_storing import store
from examapp.config import PREFIX, ROOT, from_environment
from examapp.library.law_texts.findings import Oddity, ReadLaw, Refused
from examapp.library.law_texts.reading import read_each
from examapp.library.registers import RegisteredLaw, read_registers
from examapp.services.laws.importing import Imported, Incoming, Outcome

Row = dict[str, Any]


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path())
@click.option("--dry-run", is_flag=True, help="Only say what was found; needs no database.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list, one object a law.")
@click.option("--replace", is_flag=True, help="Replace the text of an edition that has one.")
def import_(paths: tuple[str, ...], dry_run: bool, as_json: bool, replace: bool) -> None:
    """Read law texts (Markdown, text, Word, HTML; files, folders, .zip) and store them.

    A law comes whole or not at all; ends with 1 where a file or a law was refused.
    """
    rows: list[Row] = []
    refused: list[Refused] = []
    skipped: list[str] = []
    laws = _told(read_each(paths, register=registered()), rows, refused, skipped)
    if dry_run:
        for _ in laws:
            pass
    else:
        _store(laws, rows, source=", ".join(paths)[:300], replace=replace)
    rows.sort(key=lambda row: (row["title"], row["adopted"] or "", row["files"]))
    _print(rows, as_json=as_json)
    _tell_refused(refused, skipped)
    if refused or not rows or any(row.get("outcome") == Outcome.REFUSED for row in rows):
        raise SystemExit(1)


def registered() -> tuple[RegisteredLaw, ...]:
    """The register of laws, read without touching the instance folder."""
    content = Path(os.environ.get(f"{PREFIX}CONTENT", ROOT / "content"))
    return tuple(read_registers(content).laws.values())


def _told(
    found: Iterable[ReadLaw | Refused | str],
    rows: list[Row],
    refused: list[Refused],
    skipped: list[str],
) -> Iterator[ReadLaw]:
    """The laws one by one, noting what is to be said of each and of all other files."""
    for one in found:
        if isinstance(one, ReadLaw):
            rows.append(_row(one))
            yield one
        elif isinstance(one, Refused):
            refused.append(one)
        else:
            skipped.append(one)


def _tell_refused(refused: list[Refused], skipped: list[str]) -> None:
    for file in refused:
        click.echo(f"{file.file}: {file.reason}", err=True)
    if skipped:
        click.echo(f"files of other kinds passed over: {len(skipped)}", err=True)


def _store(laws: Iterator[ReadLaw], rows: list[Row], *, source: str, replace: bool) -> None:
    """Store the laws as they are read; each row learns what became of its law."""
    incoming = (Incoming(law.text, tuple(o.plain for o in law.oddities)) for law in laws)
    settings = from_environment()
    done = store(ready_engine(settings), settings, incoming, source=source, replace=replace)
    for row, imported in zip(rows, done, strict=True):
        row.update(_outcome(imported))


def _outcome(imported: Imported) -> Row:
    refusal = imported.refusal
    said = refusal.words % refusal.facts if refusal and refusal.facts else None
    return {
        "outcome": str(imported.outcome),
        "id": imported.code,
        "refusal": said or (refusal.words if refusal else None),
    }


def _row(law: ReadLaw) -> Row:
    text = law.text
    return {
        "files": list(law.files),
        "title": text.title,
        "adopted": text.adopted.isoformat() if text.adopted else None,
        "effective": text.effective.isoformat() if text.effective else None,
        "articles": len(text.articles),
        "chapters": text.chapters,
        "gaps": list(law.gaps),
        "warnings": [_sentence(oddity, law) for oddity in law.oddities],
    }


def _sentence(oddity: Oddity, law: ReadLaw) -> str:
    """Where it stands and what it is."""
    if not oddity.line:
        return str(oddity)
    file = f"{Path(oddity.file).name}:" if len(law.files) > 1 else "line "
    return f"{file}{oddity.line}: {oddity}"


def _print(rows: list[Row], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    click.echo(f"{'adopted':10}  {'in force':10}  {'articles':>8}  {'chapters':>8}  title")
    for row in rows:
        days = f"{row['adopted'] or '–':10}  {row['effective'] or '–':10}"
        outcome = f"  [{row['outcome']}]" if "outcome" in row else ""
        counts = f"{row['articles']:>8}  {row['chapters']:>8}"
        click.echo(f"{days}  {counts}  {row['title']}{outcome}")
        for warning in filter(None, [row.get("refusal"), *row["warnings"]]):
            click.echo(f"{'':24}{warning}")
    click.echo(f"{len(rows)} laws" if rows else "no law was found")
