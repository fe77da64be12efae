"""./run laws: the register of laws and the library of their texts."""

from __future__ import annotations

import click

from examapp.commands.laws_compare import compare_
from examapp.commands.laws_fetch import fetch
from examapp.commands.laws_import import import_
from examapp.commands.laws_list import list_


@click.group()
def laws() -> None:
    """The register of laws (content/laws.yaml) and the library of their texts."""


for command in (list_, import_, fetch, compare_):
    laws.add_command(command)
