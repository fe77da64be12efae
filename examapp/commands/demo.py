"""./run demo: a sample bureau on SQLite, served."""

from __future__ import annotations

import os
import random
import secrets
import shutil
from dataclasses import replace
from pathlib import Path

import click
from sqlalchemy.orm import Session

from examapp.authored import load_authored
from examapp.clock import now
from examapp.commands.laws_fetch import fill, summary, wheel_at_hand
from examapp.config import PREFIX, ROOT, Settings, from_environment
from examapp.sample.history import History
from examapp.sample.people import ACCOUNTS, build
from examapp.services.laws.catalogue import is_empty
from examapp.services.people.accounts import by_username
from examapp.services.people.signing_in import set_password
from examapp.serving import serve
from examapp.store.engine import check_settings, make_engine
from examapp.store.migrations import upgrade

MADE = "made"


@click.command()
@click.option("--port", type=int, default=8000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--fresh", is_flag=True, help="Throw the sample away and make it anew.")
@click.option("--workers", type=int, default=2, show_default=True)
@click.option("--prepare-only", is_flag=True, help="Make the sample and stop.")
def demo(port: int, host: str, fresh: bool, workers: int, prepare_only: bool) -> None:
    """Make a sample bureau under instance/demo and serve it."""
    folder = ROOT / "instance" / "demo"
    if fresh or not (folder / MADE).exists():
        shutil.rmtree(folder, ignore_errors=True)  # a sample left half made is made anew
    os.environ[f"{PREFIX}INSTANCE"] = str(folder)
    os.environ.pop(f"{PREFIX}DATABASE_URL", None)
    settings = replace(from_environment(), https=False)
    password = os.environ.get(f"{PREFIX}DEMO_PASSWORD") or _made_up()
    prepare(settings, folder, password)
    stock_library(settings, ROOT / "instance" / "library")
    click.echo(f"\n  The sample bureau: http://{host}:{port}\n")
    for account, (username, name, _unit, _roles) in ACCOUNTS.items():
        click.echo(f"    {account:15} {username:10} {password}    {name}")
    click.echo("\n  Stop with Ctrl+C. Everything is kept under instance/demo.\n")
    if not prepare_only:
        serve(host=host, port=port, workers=workers)


def _made_up() -> str:
    return "-".join(secrets.token_hex(2) for _ in range(3))


def prepare(settings: Settings, folder: Path, password: str) -> None:
    """Make the sample if there is none; else only give its accounts the password."""
    engine = make_engine(settings.database_url, sealing_key=settings.sealing_key)
    check_settings(engine)
    upgrade(engine)
    with Session(engine, expire_on_commit=False) as db, db.begin():
        if (folder / MADE).exists():
            load_authored(db, settings, now=now())
            for username, *_ in ACCOUNTS.values():
                set_password(by_username(db, username), password)
        else:
            click.echo("Making a sample bureau with a year of history (half a minute) ...")
            _make(db, settings, password)
    (folder / MADE).touch()
    engine.dispose()


def _make(db: Session, settings: Settings, password: str) -> None:
    moment = now()
    # The same people each time; papers are drawn by real chance.
    chance = random.Random(20261204)  # noqa: S311 - play, not secrecy
    load_authored(db, settings, now=moment.replace(year=moment.year - 1))
    added = moment.replace(year=moment.year - 1, month=1, day=15)
    bureau = build(db, password, chance=chance, now=added)
    History(db, bureau, chance, moment).happen()


def stock_library(settings: Settings, folder: Path) -> None:
    """Fill an empty law library from the pinned wheel; whatever happens, the demo goes on."""
    if os.environ.get(f"{PREFIX}DEMO_LAWS") == "off":
        return
    engine = make_engine(settings.database_url, sealing_key=settings.sealing_key)
    try:
        with Session(engine) as db:
            empty = is_empty(db)
        if empty:
            click.echo("Filling the law library (half a minute) ...")
            click.echo(
                f"The law library: {summary(fill(engine, settings, wheel_at_hand(folder)))}."
            )
    except Exception as error:  # no network, no wheel: nothing that a demo cannot do without
        click.echo(f"The law library stays empty: {_first_line(error)}", err=True)
    finally:
        engine.dispose()


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
