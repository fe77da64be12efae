"""The ledger outside the server: what it confirmed, written down when it confirmed it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

Place = tuple[str, int]  # a sitting, and a place on its paper
SaveKey = tuple[str, int, int]  # a sitting, the lease, the number


@dataclass(frozen=True)
class Acknowledged:
    """A save that the server confirmed, as it was sent, and when it was sent that time."""

    sitting: str
    lease: int
    seq: int
    place: int
    choice: str
    sent_at: float

    @property
    def key(self) -> SaveKey:
        return self.sitting, self.lease, self.seq


class OuterLedger:
    """A file that only grows; each line is written before the candidate goes on."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def note(self, entry: Acknowledged) -> None:
        """One write call for a line: threads do not mix their lines."""
        os.write(self._file, json.dumps(asdict(entry)).encode() + b"\n")
        self.count += 1

    def entries(self) -> list[Acknowledged]:
        """What the file says, not what we remember."""
        with self.path.open("rb") as file:
            return [Acknowledged(**json.loads(line)) for line in file]

    def close(self) -> None:
        os.close(self._file)


def newest(entries: Iterable[Acknowledged]) -> dict[Place, Acknowledged]:
    """The newest save of every place: the highest lease, then the highest number."""
    last: dict[Place, Acknowledged] = {}
    for entry in entries:
        place = entry.sitting, entry.place
        if place not in last or (entry.lease, entry.seq) > (last[place].lease, last[place].seq):
            last[place] = entry
    return last
