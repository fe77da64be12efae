"""The power-cut part of ./run bench faults: the product's settings, and the controls."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.powercut.replay import missing, record, replay


@dataclass(frozen=True)
class Recording:
    """A run to be recorded; `worse` are settings that the product does not have."""

    name: str
    saves: int
    draws: int
    worse: dict[str, Any]
    must_hold: bool = True


QUICK_SAVES = 40
RECORDINGS = (
    Recording("as the product sets it", 600, 2, {}),
    Recording("a checkpoint every 50 pages", 300, 2, {"checkpoint_pages": 50}),
    Recording("control: synchronous=NORMAL", 60, 1, {"synchronous": "NORMAL"}, must_hold=False),
    Recording(
        "control: synchronous=OFF", 60, 1,
        {"synchronous": "OFF", "checkpoint_pages": 20}, must_hold=False,
    ),
)  # fmt: skip


def measure(*, quick: bool) -> list[dict[str, Any]]:
    """Each recording; a control fails if nothing is found. Says why where nothing can be traced."""
    why = missing()
    if why:
        return [{"recording": "none", "why": why, "failed": 1}]
    return [_one(recording, quick) for recording in RECORDINGS]


def _one(recording: Recording, quick: bool) -> dict[str, Any]:
    saves = QUICK_SAVES if quick else recording.saves
    with scratch() as folder:
        recorded = record(folder, saves=saves, **recording.worse)
        found = replay(recorded, folder / "opened", draws=recording.draws)
    broken = found.lost + found.corrupt
    failed = broken if recording.must_hold else int(not broken)
    return {"recording": recording.name, **found.named(), "failed": failed}


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder in memory where there is one: thousands of databases are written and thrown away."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(
        prefix="examapp-powercut-", dir=memory if os.access(memory, os.W_OK) else None
    ) as name:
        yield Path(name)


def line(run: dict[str, Any]) -> str:
    """For people."""
    if "why" in run:
        return f"power cut: {run['why']}"
    return (
        "power cut, {recording}: {acknowledgements} acknowledgements, {power_cuts} cuts, {states} "
        "states opened, {lost} lost, {corrupt} corrupt; {seconds} s".format(**run)
    )
