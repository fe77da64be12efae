"""Whether anything confirmed is ever lost: servers are killed, and the power is cut."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import hall, machine
from benchmarks.databases import database
from benchmarks.fault_run import WORKERS, Run, Size
from benchmarks.powercut import figures as powercut


def measure(*, quick: bool, databases: Iterable[str]) -> dict[str, Any]:
    """Kill on each database; cut the power of SQLite."""
    figures: dict[str, Any] = {
        "benchmark": "faults",
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine.facts(),
        "server": {"granian_workers": WORKERS, "items_on_a_paper": hall.ITEMS},
        "runs": [],
    }
    for kind in databases:
        figures["runs"].append(_on(kind, Size(quick), figures["machine"]))
    figures["power_cut"] = powercut.measure(quick=quick) if "sqlite" in databases else []
    figures["failed"] = sum(run["failed"] for run in figures["runs"] + figures["power_cut"])
    return figures


def _on(kind: str, size: Size, facts: dict[str, Any]) -> dict[str, Any]:
    with (
        tempfile.TemporaryDirectory(prefix="examapp-faults-") as name,
        database(kind, Path(name)) as held,
    ):
        if held.version:
            facts["postgresql"] = held.version
        run = Run(kind, held, Path(name), size)
        try:
            return run.go()
        finally:
            run.house.close()


def table(figures: dict[str, Any]) -> str:
    """The same for people."""
    lines = [
        "{database:10} {kills} kills {kills_by_kind}: {acknowledgements} saves confirmed "
        "({saves_per_second} a second), {lost} lost, {stale} stale, {two_scores} with two scores, "
        "{findings} findings; {retries} retries, {duplicates} duplicates; {seconds} s".format(**run)
        for run in figures["runs"]
    ]
    return "\n".join([*lines, *map(powercut.line, figures["power_cut"])])
