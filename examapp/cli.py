"""The one command: ./run <command>."""

from __future__ import annotations

import logging

import click

from examapp.commands.bank import bank
from examapp.commands.check import check
from examapp.commands.content import content
from examapp.commands.demo import demo
from examapp.commands.laws import laws
from examapp.commands.ledger import ledger
from examapp.commands.lottery import lottery
from examapp.commands.serve import serve
from examapp.commands.verify import verify


@click.group()
def cli() -> None:
    """Study law and be examined on it."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)


for command in (demo, serve, check, verify, laws, lottery, bank, content, ledger):
    cli.add_command(command)


if __name__ == "__main__":
    cli(prog_name="./run")
