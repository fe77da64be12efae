"""./run bank: items in and out, and the record of second readings."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date
from pathlib import Path

import click

from examapp.clock import now
from examapp.commands import bank_reports
from examapp.commands.database import session
from examapp.config import from_environment
from examapp.core.refusals import Invalid
from examapp.library import question_files, reading_files
from examapp.library.reading_files import AuthoredReading
from examapp.library.yaml_lines import BadYamlError, read
from examapp.services.bank.exporting import items_in_order
from examapp.services.bank.loading import load_items


@click.group()
def bank() -> None:
    """The question bank."""


@bank.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
def import_(file: Path, dry_run: bool, as_json: bool) -> None:
    """Import items from a YAML FILE in the bank's format, all or nothing."""
    found = question_files.read_text(file.read_text(encoding="utf-8-sig"), file.name)
    faults = [str(fault) for fault in found.faults]
    done: dict[str, int] = {}
    if not faults:
        try:
            with session(from_environment()) as db:
                entries = [(item.code, item.content) for item in found.items]
                done = dict(load_items(db, entries, now=now()))
                if dry_run:
                    db.rollback()
        except Invalid as refusal:
            faults = [f"{file.name}: {fault}" for fault in refusal.faults]
    if as_json:
        result = {"items": len(found.items), "done": done, "dry_run": dry_run, "faults": faults}
        click.echo(json.dumps(result, ensure_ascii=False))
    else:
        for fault in faults:
            click.echo(fault)
        click.echo(f"{len(found.items)} items read, {done}" if not faults else "nothing imported")
    if faults:
        raise SystemExit(1)


@bank.command()
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.option("--topic", default="", help="Only this topic and those under it.")
def export(output: Path, topic: str) -> None:
    """Write the newest state of every item to a YAML file."""
    with session(from_environment()) as db:
        entries = items_in_order(db, topic)
    output.write_text(question_files.write_items(entries), encoding="utf-8")
    click.echo(f"{len(entries)} items in {output}")


@bank.command("record-readings")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--reader", required=True, help="Who read: a name or pseudonym, not the writer.")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), required=True)
@click.option(
    "--as-read",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A copy of question_bank/ as the reader saw it, if items were changed since.",
)
def record_readings(file: Path, reader: str, day: date, as_read: Path | None) -> None:
    """Put a second reader's blind answers on record in question_bank/readings/.

    FILE is a list of {item, choice, remark}. An answer that is not the key is recorded
    too and named here: the item stays a draft until it is rewritten and read again.
    """
    folder = from_environment().question_bank
    authored = {i.code: i for i in question_files.read_bank(as_read or folder).items}
    try:
        answers = read(file).data
    except BadYamlError as error:
        raise click.ClickException(f"{file}: {error}") from error
    unknown = [a["item"] for a in answers if a["item"] not in authored]
    if unknown:
        raise click.ClickException(f"{file}: no such items: {', '.join(unknown)}")
    by_topic: dict[str, list[AuthoredReading]] = defaultdict(list)
    known, _ = reading_files.read_readings(folder)
    for answer in answers:
        content = authored[answer["item"]].content
        choice = frozenset(str(choice) for choice in answer["choice"])
        by_topic[content.topic].append(
            AuthoredReading(
                answer["item"], content.digest, choice, reader, date(day.year, day.month, day.day),
                str(file), 1, answer.get("remark", ""), content.key,
            )
        )  # fmt: skip
        if choice != content.key:
            click.echo(f"{answer['item']}: read {sorted(choice)}, key {sorted(content.key)}")
    for topic, fresh in by_topic.items():
        said = {(r.code, r.digest, r.reader) for r in fresh}
        path = folder / question_files.READINGS / f"{topic}.yaml"
        kept = [
            r for r in known
            if r.file.endswith(f"/{path.name}") and (r.code, r.digest, r.reader) not in said
        ]  # fmt: skip
        reading_files.write_readings(path, kept + fresh)
        click.echo(f"{len(fresh)} readings of {topic} recorded")


for report in (bank_reports.count, bank_reports.readings, bank_reports.fill):
    bank.add_command(report)
