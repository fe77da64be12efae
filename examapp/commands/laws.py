"""./run laws: the register of laws."""

from __future__ import annotations

import json
from typing import Any

import click

from examapp.config import from_environment
from examapp.library.registers import read_registers


@click.group()
def laws() -> None:
    """The register of laws (content/laws.yaml)."""


@laws.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
def list_(as_json: bool) -> None:
    """List the laws with their present editions."""
    registers = read_registers(from_environment().content)
    for fault in registers.faults:
        click.echo(str(fault), err=True)
    rows: list[dict[str, Any]] = [
        {
            "id": law.code,
            "kind": law.kind,
            "title": law.title,
            "adopted": law.editions[-1].adopted.isoformat(),
            "effective": law.editions[-1].effective.isoformat(),
            "articles": law.editions[-1].articles,
            "chapters": law.editions[-1].chapters,
        }
        for law in registers.laws.values()
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        click.echo(f"{row['id']:40} {row['adopted']}  {row['articles']:>5}  {row['title']['zh']}")
