"""question_bank/readings/<topic>.yaml: who answered which item blind, and what they chose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from examapp.library.faults import FileFault
from examapp.library.question_files import READINGS
from examapp.library.yaml_lines import BadYamlError, Document, read


@dataclass(frozen=True)
class AuthoredReading:
    """A second reader's blind answer to one state of an item (its content's digest).

    `key` is the key of the state that was read; records from before it was kept have none.
    """

    code: str
    digest: str
    choice: frozenset[str]
    reader: str
    on: date
    file: str
    line: int
    remark: str = ""
    key: frozenset[str] | None = None

    @property
    def agrees(self) -> bool:
        """Whether the reader chose what the writer had as key."""
        return self.key in (None, self.choice)


def read_readings(folder: Path) -> tuple[list[AuthoredReading], list[FileFault]]:
    """All readings of a question bank, with the faults of the files they stand in."""
    found: list[AuthoredReading] = []
    faults: list[FileFault] = []
    for path in sorted((folder / READINGS).glob("*.yaml")):
        name = f"{folder.name}/{READINGS}/{path.name}"
        try:
            document = read(path)
        except BadYamlError as error:
            faults.append(FileFault(name, error.line, error.why))
            continue
        for entry in _entries(document, name):
            (found if isinstance(entry, AuthoredReading) else faults).append(entry)  # type: ignore[arg-type]
    return found, faults


def _entries(document: Document, name: str) -> Iterator[AuthoredReading | FileFault]:
    if not isinstance(document.data, list):
        if document.data is not None:
            yield FileFault(
                name, 1, "a reading file is a list, each entry beginning with '- item:'"
            )
        return
    for index, data in enumerate(document.data):
        line = document.line(index)
        if not _well_formed(data):
            words = "a reading names item, digest, choice (a list), reader and date"
            yield FileFault(name, line, words)
            continue
        yield AuthoredReading(
            code=data["item"],
            digest=data["digest"],
            choice=frozenset(data["choice"]),
            reader=data["reader"],
            on=data["date"],
            file=name,
            line=line,
            remark=data.get("remark", ""),
            key=frozenset(data["key"]) if "key" in data else None,
        )


def _well_formed(data: Any) -> bool:
    if not isinstance(data, dict):
        return False
    texts = (data.get("item"), data.get("digest"), data.get("reader"), data.get("remark", ""))
    return (
        all(isinstance(text, str) for text in texts)
        and _names_options(data.get("choice"))
        and ("key" not in data or _names_options(data["key"]))
        and type(data.get("date")) is date  # a moment is a date, too, to isinstance
    )


def _names_options(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, str) for one in value)


def write_readings(path: Path, readings: list[AuthoredReading]) -> None:
    """Write a topic's readings in order of item and day; the file is replaced as a whole.

    Readings of one item and day stay in the order given: the earlier first.
    """
    entries = [
        {
            "item": r.code,
            "digest": r.digest,
            "choice": sorted(r.choice),
        }
        | ({"key": sorted(r.key)} if r.key else {})
        | {"reader": r.reader, "date": r.on}
        | ({"remark": r.remark} if r.remark else {})
        for r in sorted(readings, key=lambda r: (r.code, r.on))
    ]
    path.parent.mkdir(exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(yaml.safe_dump(entries, allow_unicode=True, sort_keys=False), encoding="utf-8")
    fresh.replace(path)
