"""A setting, a command, an event that is not described is not finished."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from examapp.cli import cli
from examapp.core.ledger import Event

ROOT = Path(__file__).parent.parent
DOCS = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md")}


def settings() -> set[str]:
    names = set()
    for path in (ROOT / "examapp").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        names |= set(re.findall(r"EXAMAPP_[A-Z_]+", text))
        names |= {"EXAMAPP_" + n for n in re.findall(r"\{PREFIX\}([A-Z_]+)", text)}
        if path.name == "config.py":
            names |= {"EXAMAPP_" + n for n in re.findall(r'get\("([A-Z_]+)"', text)}
    return names


def commands(group: click.Group, above: str = "") -> list[tuple[str, click.Command]]:
    found = []
    for name, command in group.commands.items():
        said = f"{above} {name}".strip()
        if isinstance(command, click.Group):
            found += commands(command, said)
        else:
            found.append((said, command))
    return found


def test_every_setting_is_described():
    described = set(re.findall(r"EXAMAPP_[A-Z_]+", DOCS["settings"]))
    assert settings() == described


@pytest.mark.parametrize(("name", "command"), commands(cli), ids=lambda value: str(value))
def test_every_command_and_its_options_are_described(name, command):
    line = next((row for row in DOCS["commands"].splitlines() if f"./run {name}" in row), None)
    assert line, f"docs/commands.md does not say what ./run {name} does"
    options = [o for p in command.params if isinstance(p, click.Option) for o in p.opts]
    long = [o for o in options if o.startswith("--") and o not in ("--output",)]
    assert not [option for option in long if option not in line]


def test_every_event_of_the_ledger_is_described():
    assert not [event for event in Event if f"`{event}`" not in DOCS["ledger"]]


def test_the_parts_of_the_run_script_are_described():
    for name in ("test", "check", "bench"):
        assert f"./run {name}" in DOCS["commands"]


def test_every_link_of_the_documents_leads_somewhere():
    wrong = []
    for path in [ROOT / "README.md", ROOT / "CHANGES.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
            if not (path.parent / target).exists() and not (path.parent / f"{target}.md").exists():
                wrong.append((path.name, target))
    assert not wrong
