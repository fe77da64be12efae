"""CPU time of a tree of processes, those that ended included."""

from __future__ import annotations

import os
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


def seconds(root: int) -> float:
    """What the process and everything under it used since they began: user and system.

    A child that ended counts through its parent, which takes its time over on waiting for it.
    """
    stats = {pid: fields for pid in _pids() if (fields := _stat(pid))}
    tree = {root}
    while fresh := {p for p, f in stats.items() if int(f[1]) in tree} - tree:
        tree |= fresh
    # utime, stime, cutime, cstime: fields 14 to 17 of proc(5); ours begin at field 3.
    return sum(sum(map(int, stats[pid][11:15])) for pid in tree if pid in stats) / TICK


def _pids() -> list[int]:
    return [int(path.name) for path in PROC.iterdir() if path.name.isdigit()]


def _stat(pid: int) -> list[str] | None:
    """The fields after the name, which may hold blanks; None where the process is gone."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


class Meter:
    """Seconds of CPU of named trees since the last look."""

    def __init__(self, **roots: int) -> None:
        self.roots = roots
        self._last = self._now()

    def _now(self) -> dict[str, float]:
        return {name: seconds(pid) for name, pid in self.roots.items()}

    def lap(self) -> dict[str, float]:
        """What each tree used since the last lap."""
        before, self._last = self._last, self._now()
        return {name: self._last[name] - before[name] for name in self.roots}
