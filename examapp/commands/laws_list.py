"""./run laws list: the register of laws, and what of it the library holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from sqlalchemy import make_url
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from examapp.config import Settings, from_environment
from examapp.library.registers import RegisteredLaw, read_registers
from examapp.services.laws.register import all_laws
from examapp.store.engine import make_engine, reading
from examapp.store.laws import Edition, Law

Row = dict[str, Any]


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
def list_(as_json: bool) -> None:
    """List the laws with their newest editions, and which texts are here."""
    settings = from_environment()
    registers = read_registers(settings.content)
    for fault in registers.faults:
        click.echo(str(fault), err=True)
    rows = [_registered(law) for law in registers.laws.values()]
    rows = _with_library(rows, _library(settings))
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        mark = {True: "text", False: "-", None: ""}[row.get("text")]
        days = f"{row['adopted']}  {row['articles']:>5}  {mark:4}"
        click.echo(f"{row['id']:44} {days}  {row['title']['zh']}")


def _registered(law: RegisteredLaw) -> Row:
    return _row(law, law.editions[-1]) | {"register": True}


def _row(law: RegisteredLaw | Law, edition: Any) -> Row:
    return {
        "id": law.code,
        "kind": law.kind,
        "title": law.title,
        "adopted": edition.adopted.isoformat(),
        "effective": edition.effective.isoformat(),
        "articles": edition.articles,
        "chapters": edition.chapters,
    }


def _library(settings: Settings) -> list[Law] | None:
    """The laws in the database; None where there is none that could be asked."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        return None
    engine = make_engine(settings.database_url)
    try:
        with Session(reading(engine), expire_on_commit=False) as db:
            return all_laws(db)
    except DatabaseError:  # it does not answer, or no migration has reached it yet
        return None
    finally:
        engine.dispose()


def _with_library(rows: list[Row], library: list[Law] | None) -> list[Row]:
    """Whether the newest text is here and how many editions are known; laws without register."""
    if library is None:
        return rows
    here = {law.code: law for law in library if law.editions}
    nothing = {"text": False, "editions": 0}
    known = [row | (_held(here[row["id"]]) if row["id"] in here else nothing) for row in rows]
    named = {row["id"] for row in rows}
    others = (law for code, law in here.items() if code not in named)
    return known + [
        _row(law, law.editions[-1]) | {"register": False} | _held(law) for law in others
    ]


def _held(law: Law) -> Row:
    newest: Edition = law.editions[-1]
    return {"text": newest.text_digest is not None, "editions": len(law.editions)}
