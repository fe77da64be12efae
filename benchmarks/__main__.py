"""./run bench: one benchmark, as a table or as one JSON object."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import click

from benchmarks import faults, laws, papers, sitting

BENCHMARKS: dict[str, tuple[Callable[..., dict[str, Any]], Callable[[dict[str, Any]], str]]] = {
    "faults": (faults.measure, faults.table),
    "laws": (laws.measure, laws.table),
    "papers": (papers.measure, papers.table),
    "sitting": (sitting.measure, sitting.table),
}


@click.command()
@click.argument("name", type=click.Choice(sorted(BENCHMARKS)), default="sitting")
@click.option("--json", "as_json", is_flag=True, help="One JSON object of named figures.")
@click.option("--quick", is_flag=True, help="A tenth of the counts: to see that it runs.")
@click.option(
    "--database", "databases", type=click.Choice(sitting.DATABASES), multiple=True,
    help="Only this one; may be given twice.",
)  # fmt: skip
def bench(name: str, as_json: bool, quick: bool, databases: tuple[str, ...]) -> None:
    """Measure what a part of the platform costs on this machine."""
    measure, table = BENCHMARKS[name]
    figures = measure(quick=quick, databases=databases or sitting.DATABASES)
    text = json.dumps(figures, indent=2, ensure_ascii=False) if as_json else table(figures)
    click.echo(text)
    if figures["failed"]:
        raise click.ClickException(f"{figures['failed']} failed: see the figures")


if __name__ == "__main__":
    bench(prog_name="./run bench")
