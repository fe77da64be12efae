"""What a sitting of fifty items costs the server, step by step."""

from __future__ import annotations

import http.client
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from typing import Any

from sqlalchemy import Engine

from benchmarks import hall, machine
from benchmarks.candidate import Candidate
from benchmarks.cpu import Meter
from benchmarks.databases import Database, database
from benchmarks.server import WORKERS, RealServer, environment, serving
from examapp.config import from_environment
from examapp.store.engine import make_engine
from examapp.store.migrations import upgrade

DATABASES = ("sqlite", "postgresql")
LOADS = ((1, 20), (32, 64))  # candidates at once, sittings in all
WARM_UP = 12
BARE = 2000
WANTED = {"save_cpu_ms": 1.4, "sitting_cpu_s": 0.12}
MOODLE = {
    "version": "Moodle 4.5 on PostgreSQL, tuned, on a machine of this kind",
    "save_cpu_ms": [14, 18],
    "sitting_cpu_s": [1.15, 1.7],
    "note": "Moodle sends the whole form with every save; ours sends one response.",
}
STEPS = ("start", "page", "saves", "hand_in", "review")


def measure(*, quick: bool, databases: Iterable[str]) -> dict[str, Any]:
    """Every figure, on each database, at each load."""
    figures: dict[str, Any] = {
        "benchmark": "sitting",
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine.facts(),
        "server": {"granian_workers": WORKERS, "items_on_a_paper": hall.ITEMS},
        "wanted": WANTED,
        "moodle": MOODLE,
        "runs": [],
    }
    for kind in databases:
        figures["runs"] += _on(kind, quick, figures["machine"])
    figures["failed"] = sum(run["failed"] for run in figures["runs"])
    return figures


def _on(kind: str, quick: bool, facts: dict[str, Any]) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="examapp-bench-") as name:
        folder = Path(name)
        with database(kind, folder) as held:
            if held.version:
                facts["postgresql"] = held.version
            return _served(kind, folder, held, quick)


def _served(kind: str, folder: Path, held: Database, quick: bool) -> list[dict[str, Any]]:
    environ = environment(folder, held.url)
    engine = make_engine(held.url, sealing_key=from_environment(environ).sealing_key)
    upgrade(engine)
    share = 10 if quick else 1
    loads = [(at_once, sittings // share) for at_once, sittings in LOADS]
    everybody = WARM_UP + sum(sittings for _, sittings in loads)
    room = hall.furnish(engine, from_environment(environ), everybody)
    names = iter(room.usernames)
    with serving(environ, folder) as server:
        pids = {"server": server.pid} | ({"database": held.pid} if held.pid else {})
        crowd = [Crowd(server, room.exam, names, WARM_UP, 4)]
        crowd[0].sit(Meter(**pids))
        for at_once, sittings in loads:
            crowd.append(Crowd(server, room.exam, names, sittings, at_once))
            crowd[-1].sit(Meter(**pids))
        hall.close_and_release(engine, room.exam)
        for one in crowd:
            one.look(Meter(**pids))
        bare = _bare(server, Meter(**pids), BARE // share)
    _require_kept(engine, crowd)
    engine.dispose()
    return [{"database": kind} | one.figures(bare) for one in crowd[1:]]


def _require_kept(engine: Engine, crowd: list[Crowd]) -> None:
    """Every confirmed save is in the database, or the figures are worth nothing."""
    confirmed = sum(len(person.waits) for one in crowd for person in one.people)
    kept = hall.saved(engine)
    if kept != confirmed:
        raise RuntimeError(f"{confirmed} saves were confirmed, the database holds {kept}")


def _bare(server: RealServer, meter: Meter, count: int) -> float:
    """CPU milliseconds of an answer that does nothing: /healthz."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    for number in range(count + 50):
        if number == 50:
            meter.lap()
        connection.request("GET", "/healthz")
        connection.getresponse().read()
    connection.close()
    return round(meter.lap()["server"] / count * 1000, 3)


class Crowd:
    """Candidates who go through every step together, so that each step can be metered."""

    def __init__(
        self, server: RealServer, exam: str, names: Iterable[str], sittings: int, at_once: int
    ) -> None:
        self.people = [Candidate(server.port, name) for name in islice(names, sittings)]
        self.exam, self.at_once = exam, at_once
        self.cpu: dict[str, dict[str, float]] = {}
        self.took: dict[str, float] = {}

    def sit(self, meter: Meter) -> None:
        """From the door to the receipt."""
        self._all("sign_in", meter, Candidate.sign_in)
        self._all("lobby", meter, lambda person: person.lobby(self.exam))
        self._all("start", meter, Candidate.start)
        self._all("page", meter, Candidate.page)
        self._all("saves", meter, Candidate.save_all)
        self._all("hand_in", meter, Candidate.hand_in)

    def look(self, meter: Meter) -> None:
        """What is shown after the release."""
        self._all("review", meter, Candidate.review)

    def _all(self, step: str, meter: Meter, do: Callable[[Candidate], None]) -> None:
        meter.lap()
        began = perf_counter()
        with ThreadPoolExecutor(self.at_once) as threads:
            list(threads.map(partial(_do, do), self.people))
        self.took[step] = perf_counter() - began
        self.cpu[step] = meter.lap()

    def figures(self, bare: float) -> dict[str, Any]:
        """Named figures, and how they stand to a bare answer, to what is wanted, to Moodle."""
        people, waits = len(self.people), [wait for one in self.people for wait in one.waits]
        cut = quantiles(waits, n=20)
        each = {step: sum(used.values()) / people for step, used in self.cpu.items()}
        save = sum(self.cpu["saves"].values()) / len(waits) * 1000
        sitting = sum(each[step] for step in STEPS)
        faults = [fault for one in self.people for fault in one.faults]
        return {
            "candidates": self.at_once,
            "sittings": people,
            "saves": len(waits),
            "requests": sum(one.requests for one in self.people),
            "failed": len(faults),
            "faults": faults[:5],
            "save_cpu_ms": round(save, 3),
            "save_cpu_ms_by": _by(self.cpu["saves"], len(waits)),
            "sitting_cpu_s": round(sitting, 4),
            "sitting_cpu_ms_by_step": {step: round(each[step] * 1000, 2) for step in STEPS},
            "sign_in_cpu_ms": round(each["sign_in"] * 1000, 1),
            "lobby_cpu_ms": round(each["lobby"] * 1000, 2),
            "save_wall_ms_p50": round(cut[9] * 1000, 2),
            "save_wall_ms_p95": round(cut[18] * 1000, 2),
            "saves_per_second": round(len(waits) / self.took["saves"]),
            "bare_answer_cpu_ms": bare,
            "save_in_bare_answers": round(save / bare, 1),
            "save_to_wanted": round(save / WANTED["save_cpu_ms"], 2),
            "sitting_to_wanted": round(sitting / WANTED["sitting_cpu_s"], 2),
            "save_to_moodle": _shares(save, MOODLE["save_cpu_ms"]),
            "sitting_to_moodle": _shares(sitting, MOODLE["sitting_cpu_s"]),
        }


def _do(step: Callable[[Candidate], None], person: Candidate) -> None:
    step(person)
    person.rest()


def _shares(ours: float, theirs: Any) -> list[float]:
    return [round(ours / figure, 3) for figure in theirs]


def _by(used: dict[str, float], count: int) -> dict[str, float]:
    return {name: round(seconds / count * 1000, 3) for name, seconds in used.items()}


def table(figures: dict[str, Any]) -> str:
    """The same for people."""
    lines = [
        "{database:10} {candidates:3} at once: {save_cpu_ms:6.2f} ms a save, "
        "{sitting_cpu_s:6.3f} s a sitting, {sign_in_cpu_ms:5.1f} ms a sign-in; save took "
        "{save_wall_ms_p50} ms (p95 {save_wall_ms_p95}); {failed} failed".format(**run)
        for run in figures["runs"]
    ]
    wanted = "wanted: {save_cpu_ms} ms a save, {sitting_cpu_s} s a sitting".format(**WANTED)
    return "\n".join([*lines, wanted])
