"""A folder on a disk: what is surely there, and what was done since and may be there or not.

A write is sure once its file was synced, a name once its folder was synced, and nothing sooner.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePath

from benchmarks.powercut.calls import (
    Call,
    Closed,
    Mapped,
    Opened,
    Other,
    Renamed,
    Resized,
    Synced,
    Unlinked,
    Wrote,
)

SECTOR = 512
Files = dict[str, bytes]


class NotModelled(Exception):
    """The traced program changed a file in a way that this disk does not know."""


@dataclass(frozen=True)
class Write:
    """Bytes at a place."""

    offset: int
    data: bytes

    def sectors(self) -> Iterator[Write]:
        """The same write, cut where a sector of the disk begins."""
        at = 0
        while at < len(self.data):
            step = SECTOR - (self.offset + at) % SECTOR
            yield Write(self.offset + at, self.data[at : at + step])
            at += step


@dataclass(frozen=True)
class Size:
    """The file was cut to this length, or stretched to it with zeros."""

    size: int


Change = Write | Size


@dataclass
class File:
    """What was synced, and what was done since, the oldest first."""

    sure: bytearray = field(default_factory=bytearray)
    pending: list[Change] = field(default_factory=list)
    position: int = 0

    def sync(self) -> None:
        for change in self.pending:
            apply(change, self.sure)
        self.pending.clear()

    def all(self) -> bytearray:
        """With everything that was written."""
        return with_changes(self.sure, self.pending)


def apply(change: Change, content: bytearray) -> None:
    """Do it to the content."""
    if isinstance(change, Size):
        del content[change.size :]
        content.extend(bytes(change.size - len(content)))
        return
    end = change.offset + len(change.data)
    if len(content) < end:
        content.extend(bytes(end - len(content)))
    content[change.offset : end] = change.data


def with_changes(content: bytearray, changes: list[Change]) -> bytearray:
    """The content with these changes, itself left as it is."""
    changed = bytearray(content)
    for change in changes:
        apply(change, changed)
    return changed


class Disk:
    """The files of one folder; calls on other files leave it as it is."""

    def __init__(self, folder: str, files: Files, *, ignore: Callable[[str], bool]) -> None:
        self.folder, self._ignore = folder, ignore
        self.names = {name: File(bytearray(content)) for name, content in files.items()}
        self.sure_names = dict(self.names)
        self.moves: list[tuple[str, File | None]] = []  # of names, since the folder's last sync
        self._open: dict[int, File | str] = {}

    def unsure(self) -> bool:
        """Whether anything was done that a power cut could undo."""
        files = {id(file): file for file in (*self.names.values(), *self.sure_names.values())}
        return bool(self.moves) or any(file.pending for file in files.values())

    def holds(self, fd: int) -> bool:
        """Whether the descriptor is an open file of the folder."""
        return isinstance(self._open.get(fd), File)

    def do(self, call: Call) -> None:
        """What a system call does to the folder."""
        if isinstance(call, Opened):
            self._opened(call)
        elif isinstance(call, Unlinked):
            self._name(call.path, None)
        elif isinstance(call, Renamed):
            self._renamed(call)
        else:
            self._on_file(call)

    def _on_file(self, call: Closed | Wrote | Resized | Synced | Mapped | Other) -> None:
        what = self._open.get(call.fd)
        if isinstance(call, Other) and call.fd < 0:
            raise NotModelled(str(call))  # it names a path, maybe one of ours
        if isinstance(call, Closed):
            self._open.pop(call.fd, None)
        elif isinstance(call, Synced):
            self._sync(what)
        elif isinstance(what, File):
            what.pending.append(_change(call, what))

    def _sync(self, what: File | str | None) -> None:
        if isinstance(what, File):
            what.sync()
        elif what == self.folder:
            self.sure_names = dict(self.names)
            self.moves.clear()

    def _opened(self, call: Opened) -> None:
        if call.path == self.folder:
            self._open[call.fd] = self.folder
            return
        name = self._here(call.path)
        if name is None:
            self._open.pop(call.fd, None)
            return
        if name not in self.names:
            self._name(call.path, File())
        file = self._open[call.fd] = self.names[name]
        file.position = 0
        if call.emptied:
            file.pending.append(Size(0))

    def _renamed(self, call: Renamed) -> None:
        old = self._here(call.old)
        if old is not None:
            self._name(call.new, self.names[old])
            self._name(call.old, None)

    def _name(self, path: str, file: File | None) -> None:
        name = self._here(path)
        if name is None:
            return
        self.moves.append((name, file))
        if file is None:
            self.names.pop(name, None)
        else:
            self.names[name] = file

    def _here(self, path: str) -> str | None:
        """The name of a file in the folder; None for any other and for those to be ignored."""
        pure = PurePath(path)
        here = str(pure.parent) == self.folder and not self._ignore(pure.name)
        return pure.name if here else None


def _change(call: Wrote | Resized | Mapped | Other, file: File) -> Change:
    if isinstance(call, Resized):
        return Size(call.size)
    if not isinstance(call, Wrote):
        raise NotModelled(str(call))
    offset = file.position if call.offset is None else call.offset
    if call.offset is None:
        file.position += len(call.data)
    return Write(offset, call.data)
