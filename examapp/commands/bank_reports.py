"""./run bank count, readings, fill: what there is, what readers found, for what it suffices."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import click

from examapp.config import from_environment
from examapp.library import bank_counts
from examapp.library.bank_check import drafts, read_items
from examapp.library.guide_files import read_guides
from examapp.library.policy_files import read_policies
from examapp.library.question_files import AuthoredItem, read_bank
from examapp.library.reading_files import AuthoredReading, read_readings

COLUMNS = (
    "sections", "characters", "items", "single", "multiple", "judgement", "easy", "medium", "hard",
    "exam", "study", "recall", "apply", "zh", "en",
)  # fmt: skip


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
def count(as_json: bool) -> None:
    """Count guides and items: by guide, level, kind, difficulty, use and language."""
    settings = from_environment()
    items = read_bank(settings.question_bank).items
    guides, _ = read_guides(settings.content)
    rows = bank_counts.by_guide(guides, items)
    levels = bank_counts.by_level(guides, items)
    whole = bank_counts.tally(items)
    if as_json:
        result = {"guides": rows, "levels": levels, "bank": whole}
        click.echo(json.dumps(result, ensure_ascii=False))
        return
    click.echo(_line("guide", "level", dict(zip(COLUMNS, COLUMNS, strict=True))))
    for row in rows:
        click.echo(_line(row["guide"], row["level"], row))
    sums = {name: sum(row[name] for row in rows) for name in ("sections", "characters")}
    click.echo(_line(f"{len(rows)} guides", "", sums | whole))
    for level, counted in levels.items():
        words = ", ".join(f"{number} {name}" for name, number in counted.items())
        click.echo(f"{level}: {words}")


def _line(guide: str, level: str, row: dict[str, Any]) -> str:
    return f"{guide:28}{level:11}" + "".join(f"{row[name]:>11}" for name in COLUMNS)


def _bank() -> tuple[tuple[AuthoredItem, ...], list[AuthoredReading]]:
    folder = from_environment().question_bank
    return read_bank(folder).items, read_readings(folder)[0]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
def readings(as_json: bool) -> None:
    """Say how far second readers agreed, what was changed, and what nobody has read."""
    items, known = _bank()
    unread = [item.code for item in drafts(items, known)]
    report = bank_counts.reading_report(items, known, unread)
    if as_json:
        click.echo(json.dumps(asdict(report) | {"rate": report.rate}, ensure_ascii=False))
        return
    click.echo(
        f"{report.agreed} of {report.first_readings} first readings agreed with the key"
        f" ({report.rate:.1%})"
    )
    for title, codes in (
        ("changed after a reader chose something else", report.differed),
        ("reworded and read again", report.reworded),
        ("drafts, which nobody has read as they stand", report.unread),
    ):
        click.echo(f"{title}: {len(codes)}" + "".join(f"\n  {code}" for code in codes))


@click.command()
@click.option(
    "--times", default=10, show_default=True, help="How often, with other items each time."
)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
def fill(times: int, as_json: bool) -> None:
    """Say of every policy pack's exam whether the bank could fill it so many times over."""
    items, known = _bank()
    packs, _ = read_policies(from_environment().content)
    found = list(bank_counts.fillings(packs, read_items(items, known), times))
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False))
        return
    for one in found:
        click.echo(f"{one.pack}: {one.held} of {one.times} times")
        for topic, kind, wanted, available in one.short:
            click.echo(f"  {topic}, {kind}: {wanted} wanted, {available} there")
