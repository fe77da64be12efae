"""Finds the files in what was named: files, folders with all below, members of archives."""

from __future__ import annotations

import os
import stat
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath

from examapp.core.refusals import N_, Fault
from examapp.library.law_texts.findings import Refused, UnreadableError
from examapp.library.law_texts.word_text import BROKEN_ARCHIVE, is_word

MOST_BYTES = 12 * 1024 * 1024
MOST_MEMBERS = 5_000
MOST_UNPACKED = 400 * 1024 * 1024
HIGHEST_RATIO = 100
SUFFIXES = frozenset({".md", ".markdown", ".txt", ".text", ".docx", ".html", ".htm", ".zip"})

MISSING = N_("There is no such file.")
NO_FILE = N_("This is neither a file nor a folder.")
TOO_LARGE = N_("The file is larger than %(most)s MB: no law is that long.")
BAD_ARCHIVE = N_("The archive is damaged or locked with a password.")
TOO_MANY = N_("The archive holds more than %(most)s files.")
BOMB = N_("The archive unpacks to far more than law texts can need; it is not opened.")
TRICK = N_("The archive names places outside itself (%(name)s); it is not opened.")
EMPTY = N_("No text of a law stands in this archive.")
NESTED = N_("An archive inside an archive is not opened.")


@dataclass(frozen=True)
class Source:
    """A file by the name under which it is reported; `read` brings its bytes."""

    name: str
    read: Callable[[], bytes]

    @property
    def path(self) -> PurePosixPath:
        return PurePosixPath(self.name)


Found = Source | Refused | str
"""A file to read, one that is refused, or the name of one that is passed over."""


def find(paths: Iterable[Path | str]) -> Iterator[Found]:
    """Every file under the paths, in the order of names; each once."""
    seen: set[Path] = set()
    for path in map(Path, paths):
        for file in _walk(path):
            if (real := file.resolve()) in seen:
                continue
            seen.add(real)
            named = file == path
            if named or file.suffix.lower() in SUFFIXES:
                yield from _file(file)
            else:
                yield str(file)


def from_upload(name: str, data: bytes) -> Iterator[Found]:
    """An uploaded file, or the members of an uploaded archive."""
    return _opened(name, data)


def _walk(path: Path) -> Iterator[Path]:
    """The file itself, or all files of a folder; links inside a folder are not followed."""
    if not path.is_dir():
        yield path
        return
    for folder, folders, files in os.walk(path):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in sorted(files):
            file = Path(folder, name)
            if not name.startswith(".") and not file.is_symlink():
                yield file


def _file(path: Path) -> Iterator[Found]:
    try:
        status = path.stat()
    except OSError:
        yield Refused(str(path), Fault("", MISSING))
        return
    if not stat.S_ISREG(status.st_mode) or not os.access(path, os.R_OK):
        yield Refused(str(path), Fault("", NO_FILE))
    elif _is_archive(path):
        yield from _archive(str(path), path)
    elif status.st_size > MOST_BYTES:
        yield Refused(str(path), Fault("", TOO_LARGE, {"most": MOST_BYTES // 1024 // 1024}))
    else:
        yield Source(str(path), path.read_bytes)


def _opened(name: str, data: bytes) -> Iterator[Found]:
    if data[:4] == b"PK\x03\x04" and _holds_files(BytesIO(data)):
        yield from _archive(name, BytesIO(data))
    elif len(data) > MOST_BYTES:
        yield Refused(name, Fault("", TOO_LARGE, {"most": MOST_BYTES // 1024 // 1024}))
    else:
        yield Source(name, lambda: data)


def _is_archive(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04" and _holds_files(file)


def _holds_files(file: object) -> bool:
    """Whether this is an archive of files, and not itself a Word document."""
    try:
        with zipfile.ZipFile(file) as archive:  # type: ignore[call-overload]
            return not is_word(archive)
    except BROKEN_ARCHIVE:
        return False


def _archive(name: str, file: Path | BytesIO) -> Iterator[Found]:
    try:
        archive = zipfile.ZipFile(file)
        members = [entry for entry in archive.infolist() if not entry.is_dir()]
        _check(members)
    except UnreadableError as error:
        yield Refused(name, Fault("", error.words, error.facts))
        return
    except BROKEN_ARCHIVE:
        yield Refused(name, Fault("", BAD_ARCHIVE))
        return
    named = sorted(((f"{name}/{_name(e)}", e) for e in members), key=lambda pair: pair[0])
    if not any(PurePosixPath(place).suffix.lower() in SUFFIXES for place, _ in named):
        yield Refused(name, Fault("", EMPTY))
        return
    for place, entry in named:
        if PurePosixPath(place).suffix.lower() not in SUFFIXES or "__MACOSX/" in place:
            yield place
        elif entry.file_size > MOST_BYTES:
            yield Refused(place, Fault("", TOO_LARGE, {"most": MOST_BYTES // 1024 // 1024}))
        else:
            yield Source(place, _member(archive, entry))


def _check(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MOST_MEMBERS:
        raise UnreadableError(TOO_MANY, most=MOST_MEMBERS)
    for entry in members:
        place = PurePosixPath(entry.filename.replace("\\", "/"))
        outside = place.is_absolute() or ".." in place.parts or ":" in str(place)
        if outside or stat.S_ISLNK(entry.external_attr >> 16):
            raise UnreadableError(TRICK, name=entry.filename[:100])
        swollen = entry.file_size > HIGHEST_RATIO * max(entry.compress_size, 1)
        if swollen and entry.file_size > 1024 * 1024:
            raise UnreadableError(BOMB)
    if sum(entry.file_size for entry in members) > MOST_UNPACKED:
        raise UnreadableError(BOMB)


def _name(entry: zipfile.ZipInfo) -> str:
    """The member's name; older Windows archives write Chinese names in GBK without saying so."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return entry.filename


def _member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            with archive.open(entry) as member:
                data = member.read(MOST_BYTES + 1)
        except BROKEN_ARCHIVE:
            raise UnreadableError(BAD_ARCHIVE) from None
        if data[:4] == b"PK\x03\x04" and _holds_files(BytesIO(data)):
            raise UnreadableError(NESTED)
        return data

    return read
