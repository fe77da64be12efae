"""Uploaded files become laws that wait for a word: several files are read as one folder."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from flask import current_app
from werkzeug.datastructures import FileStorage

from examapp.core.refusals import N_, Fault
from examapp.library.law_texts.findings import Oddity, ReadFiles, ReadLaw
from examapp.library.law_texts.reading import read_upload
from examapp.library.registers import RegisteredLaw, read_registers
from examapp.services.laws.uploads import Waiting

MOST_FILES = 200
MOST_UNPACKED = 64 * 1024 * 1024
NO_TEXT = N_("Files of this kind hold no text of a law.")
TOO_MUCH = N_("This archive unpacks to more than %(most)s MB. Import it by the command line.")
FOLDER = "files.zip"


def read(files: Iterable[FileStorage]) -> tuple[list[Waiting], list[tuple[str, Fault]]]:
    """All laws in the files, numbered; and the files in which none was found, with the reason.

    Files chosen together are read together, so that a law in several parts is put together.
    """
    laws: list[ReadLaw] = []
    refused: list[tuple[str, Fault]] = []
    register = _register()
    for name, data in _packed(list(_bytes(files))):
        if _unpacked(data) > MOST_UNPACKED:
            refused.append((name, Fault("", TOO_MUCH, {"most": MOST_UNPACKED // 2**20})))
            continue
        found = _plainly(read_upload(name, data, register=register))
        laws += found.laws
        refused += found.refused
        if name == FOLDER:  # chosen one by one, so none is passed over in silence
            refused += [(file, Fault("", NO_TEXT, {})) for file in found.skipped]
    return [_waiting(number, law) for number, law in enumerate(laws, 1)], refused


def _register() -> tuple[RegisteredLaw, ...]:
    """The laws of content/laws.yaml, read once: it takes a second."""
    laws: tuple[RegisteredLaw, ...] | None = current_app.extensions.get("registered_laws")
    if laws is None:
        registers = read_registers(current_app.extensions["settings"].content)
        laws = current_app.extensions["registered_laws"] = tuple(registers.laws.values())
    return laws


def _bytes(files: Iterable[FileStorage]) -> Iterator[tuple[str, bytes]]:
    for file in files:
        if file.filename:
            yield PurePosixPath(file.filename.replace("\\", "/")).name, file.read()


def _packed(files: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """Archives as they are; several other files in one archive, as if from one folder."""
    archives = [one for one in files if one[0].lower().endswith(".zip")]
    others = [one for one in files if not one[0].lower().endswith(".zip")]
    return [*archives, *(others if len(others) < 2 else [(FOLDER, _archive(others))])]


def _archive(files: list[tuple[str, bytes]]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
        for name, data in dict(files).items():
            archive.writestr(name, data)
    return whole.getvalue()


def _unpacked(data: bytes) -> int:
    """How much an archive unpacks to, as it says itself; what it hides is found on reading."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return len(data)


def _plainly(found: ReadFiles) -> ReadFiles:
    """Names as the person knows them, without the archive that was made here."""
    return ReadFiles(
        tuple(replace(law, files=tuple(map(_own_name, law.files))) for law in found.laws),
        tuple((_own_name(file), why) for file, why in found.refused),
        tuple(map(_own_name, found.skipped)),
    )


def _own_name(file: str) -> str:
    return file.removeprefix(f"{FOLDER}/")


def _waiting(number: int, law: ReadLaw) -> Waiting:
    return Waiting(
        number=number,
        files=law.files,
        text=law.text,
        gaps=law.gaps,
        oddities=tuple(map(plain, law.oddities)),
        grave=law.grave,
    )


def plain(oddity: Oddity) -> dict[str, Any]:
    """What was odd, as it is kept beside the edition."""
    return {
        "code": oddity.code,
        "words": oddity.words,
        "facts": dict(oddity.facts),
        "line": oddity.line,
        "file": _own_name(oddity.file),
        "grave": oddity.grave,
    }
