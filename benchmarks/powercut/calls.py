"""Read what strace wrote: the system calls that change files, in the order they were made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

TRACED = (
    "openat,open,creat,close,lseek,write,writev,pwrite64,pwritev,pwritev2,fsync,fdatasync,"
    "sync,syncfs,sync_file_range,ftruncate,truncate,fallocate,unlink,unlinkat,rename,renameat,"
    "renameat2,link,linkat,dup,dup2,dup3,mmap,copy_file_range,sendfile,clone,clone3,fork,vfork"
)  # fmt: skip

_LINE = re.compile(r"^(?:\d+ +)?(\w+)\((.*)\) += (-?\d+|0x[0-9a-f]+)(?: .*)?$")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')


class UnreadableTrace(Exception):
    """The trace says something that this reader does not understand, so nothing can be shown."""


@dataclass(frozen=True)
class Opened:
    """A file was opened; `made` if the call may make it, `emptied` if it was cut to nothing."""

    fd: int
    path: str
    made: bool = False
    emptied: bool = False


@dataclass(frozen=True)
class Closed:
    fd: int


@dataclass(frozen=True)
class Wrote:
    """Bytes went to a place of a file; `offset` is None where the file's own position counts."""

    fd: int
    data: bytes
    offset: int | None = None


@dataclass(frozen=True)
class Resized:
    fd: int
    size: int


@dataclass(frozen=True)
class Synced:
    """The file, or the folder, was synced."""

    fd: int


@dataclass(frozen=True)
class Unlinked:
    path: str


@dataclass(frozen=True)
class Renamed:
    old: str
    new: str


@dataclass(frozen=True)
class Mapped:
    """The file can be written through memory, which no trace shows."""

    fd: int


@dataclass(frozen=True)
class Other:
    """A call that would change a file in a way that is not modelled."""

    name: str
    fd: int


Call = Opened | Closed | Wrote | Resized | Synced | Unlinked | Renamed | Mapped | Other


def read(lines: Iterable[str]) -> Iterator[Call]:
    """The calls of a trace (strace -xx, nothing cut short); calls that failed are left out."""
    for line in lines:
        if line.rstrip().endswith("+++") or " --- " in line or line.startswith("---"):
            continue
        found = _LINE.match(line)
        if found is None:
            raise UnreadableTrace(line[:200])
        name, arguments, result = found[1], found[2], found[3]
        if not result.startswith("-"):
            yield from _call(name, arguments, int(result, 0))


def _call(name: str, arguments: str, result: int) -> Iterator[Call]:
    make = _KINDS.get(name)
    if make is not None:
        call = make(arguments, result)
        if call is not None:
            yield call
    elif name not in _HARMLESS:
        first = arguments.partition(",")[0].strip()
        yield Other(name, int(first) if first.isdigit() else -1)


def _opened(arguments: str, result: int) -> Call:
    flags = arguments[arguments.rindex('"') :]
    return Opened(result, _path(arguments), "O_CREAT" in flags, "O_TRUNC" in flags)


def _wrote(arguments: str, result: int) -> Call:
    return Wrote(_fd(arguments), _text(arguments)[:result])


def _wrote_at(arguments: str, result: int) -> Call:
    return Wrote(_fd(arguments), _text(arguments)[:result], int(arguments.rpartition(",")[2]))


def _mapped(arguments: str, result: int) -> Call | None:
    fields = [field.strip() for field in arguments.split(",")]
    shared = "PROT_WRITE" in fields[2] and "MAP_SHARED" in fields[3]
    return Mapped(int(fields[4])) if shared and fields[4].isdigit() else None


_KINDS = {
    "openat": _opened,
    "open": _opened,
    "close": lambda arguments, result: Closed(_fd(arguments)),
    "write": _wrote,
    "pwrite64": _wrote_at,
    "ftruncate": lambda arguments, result: Resized(_fd(arguments), int(arguments.split(",")[1])),
    "fsync": lambda arguments, result: Synced(_fd(arguments)),
    "fdatasync": lambda arguments, result: Synced(_fd(arguments)),
    "unlink": lambda arguments, result: Unlinked(_path(arguments)),
    "rename": lambda arguments, result: Renamed(*_paths(arguments)),
    "mmap": _mapped,
}
_HARMLESS = {"clone", "clone3", "fork", "vfork"}


def _fd(arguments: str) -> int:
    return int(arguments.partition(",")[0])


def _text(arguments: str) -> bytes:
    found = _TEXT.search(arguments)
    if found is None or found[2]:
        raise UnreadableTrace(f"cut short or not in hexadecimal: {arguments[:100]}")
    return bytes.fromhex(found[1].replace("\\x", ""))


def _path(arguments: str) -> str:
    return _text(arguments).decode()


def _paths(arguments: str) -> tuple[str, str]:
    old, new = (bytes.fromhex(m[1].replace("\\x", "")).decode() for m in _TEXT.finditer(arguments))
    return old, new
