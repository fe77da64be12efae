"""What a folder may hold when the power comes back.

As bad as a disk may be: of everything that is not sure any part may have reached it, in any
order, down to single sectors; a file may have grown without its new bytes, which are then zero.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from benchmarks.powercut.disk import SECTOR, Change, Disk, File, Files, Size, Write, with_changes


def synced(disk: Disk) -> Files:
    """Only what was synced."""
    return {name: bytes(file.sure) for name, file in disk.sure_names.items()}


def everything(disk: Disk) -> Files:
    """All that was written, as if the disk had been quick."""
    return {name: bytes(file.all()) for name, file in disk.names.items()}


def some_writes(disk: Disk, chance: random.Random) -> Files:
    """Any of the writes that were not synced, each as a whole or not at all."""
    return _some(disk, chance, lambda file: [c for c in file.pending if chance.random() < 0.5])


def some_sectors(disk: Disk, chance: random.Random) -> Files:
    """Torn: every sector stands as it was at a moment of its own since the last sync."""
    return _some(disk, chance, lambda file: _torn(file, chance))


def possible(disk: Disk, chance: random.Random, draws: int) -> Iterator[Files]:
    """The two ends, and as many draws of each kind between them."""
    yield synced(disk)
    yield everything(disk)
    for _ in range(draws):
        yield some_writes(disk, chance)
        yield some_sectors(disk, chance)


def _some(disk: Disk, chance: random.Random, kept: Callable[[File], list[Change]]) -> Files:
    names = _some_names(disk, chance)
    return {name: bytes(with_changes(file.sure, kept(file))) for name, file in names.items()}


def _some_names(disk: Disk, chance: random.Random) -> dict[str, File]:
    """Each name as it stood at a moment of its own since the folder's last sync."""
    names = dict(disk.sure_names)
    for name in sorted({name for name, _ in disk.moves}):
        moves = [file for moved, file in disk.moves if moved == name]
        done = chance.randint(0, len(moves))
        file = moves[done - 1] if done else names.get(name)
        if file is None:
            names.pop(name, None)
        else:
            names[name] = file
    return names


def _torn(file: File, chance: random.Random) -> list[Change]:
    until: dict[int, int] = {}
    kept: list[Change] = []
    for number, change in enumerate(file.pending):
        if isinstance(change, Size):
            kept += [change] if chance.random() < 0.5 else []
            continue
        if chance.random() < 0.5:  # the length may be there before the bytes are
            kept.append(Write(change.offset + len(change.data), b""))
        for piece in change.sectors():
            sector = piece.offset // SECTOR
            end = until.setdefault(sector, _end(len(file.pending), chance))
            kept += [piece] if number < end else []
    return kept


def _end(changes: int, chance: random.Random) -> int:
    """None of the sector's writes, all of them, or the first few."""
    return chance.choice((0, changes, chance.randint(0, changes)))
