"""Cut the power at every promise and every sync of a recorded run, and open what is left."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from benchmarks.powercut.calls import TRACED, Call, Opened, Synced, Wrote, read
from benchmarks.powercut.disk import Disk, Files
from benchmarks.powercut.driver import SEALING_KEY
from benchmarks.powercut.possible import possible
from examapp.config import ROOT
from examapp.core.people import Role
from examapp.store.engine import make_engine, reading
from examapp.store.migrations import upgrade
from examapp.store.sittings import Response, Score, Sitting
from tests.bureau import make_bank, make_exam, make_person, make_spec, make_user

DATABASE = "exam.db"
CANDIDATES = 10
TRIES = 10
KEPT_CONTENTS = 64


@dataclass
class Recorded:
    """What was there when the recording began, and the trace."""

    folder: Path
    before: Files
    trace: Path
    promises: Path


@dataclass
class Found:
    """What an opened database says."""

    saved: dict[tuple[str, int, int], tuple[int, str]] = field(default_factory=dict)
    handed_in: dict[str, tuple[str | None, int]] = field(default_factory=dict)
    fault: str = ""


@dataclass
class Figures:
    """Of one recording."""

    acknowledgements: int = 0
    writes: int = 0
    syncs: int = 0
    power_cuts: int = 0
    states: int = 0
    lost: int = 0
    states_with_losses: int = 0
    corrupt: int = 0
    examples: list[str] = field(default_factory=list)
    gone: set[int] = field(default_factory=set)
    seconds: float = 0.0

    def named(self) -> dict[str, Any]:
        """As JSON has it."""
        return {name: value for name, value in vars(self).items() if name != "gone"}


def missing() -> str | None:
    """Why nothing can be recorded here; None where it can."""
    if shutil.which("strace") is None:
        return "no strace: apt install strace"
    done = subprocess.run(
        ["strace", "-o", "/dev/null", "true"], capture_output=True, text=True, check=False
    )
    return None if done.returncode == 0 else f"strace does not work here: {done.stderr[-200:]}"


def record(
    folder: Path, *, saves: int, synchronous: str | None = None, checkpoint_pages: int | None = None
) -> Recorded:
    """Run the driver under strace on a new database in the folder."""
    held = folder.resolve() / "disk"
    held.mkdir()
    url = f"sqlite:///{held / DATABASE}"
    _furnish(url)
    before = {path.name: path.read_bytes() for path in held.iterdir()}
    trace, promises = folder.resolve() / "trace", folder.resolve() / "promises"
    command = [
        "strace", "-f", "-xx", "-s", "100000", "-e", f"trace={TRACED}", "-o", str(trace),
        sys.executable, "-m", "benchmarks.powercut.driver", url, str(promises),
        "--saves", str(saves),
    ]  # fmt: skip
    command += ["--synchronous", synchronous] if synchronous else []
    command += ["--checkpoint-pages", str(checkpoint_pages)] if checkpoint_pages else []
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the driver failed: {done.stderr[-2000:]}")
    return Recorded(held, before, trace, promises)


def _furnish(url: str) -> None:
    engine = make_engine(url, sealing_key=SEALING_KEY)
    upgrade(engine)
    with Session(engine) as db, db.begin():
        make_bank(db)
        make_exam(db, make_person(db, "trainer", Role.TRAINER), spec=make_spec(tries=TRIES))
        for number in range(CANDIDATES):
            make_user(db, f"candidate{number}")
    engine.dispose()


def replay(recorded: Recorded, scratch: Path, *, draws: int, seed: int = 1) -> Figures:
    """Every state that the disk may be in at each cut, opened by our engine."""
    began, figures, chance = perf_counter(), Figures(), random.Random(seed)
    opener = Opener(scratch)
    for disk, promised in cuts(recorded, figures):
        figures.power_cuts += 1
        for files in possible(disk, chance, draws):
            figures.states += 1
            _judge(opener.open(files), promised, figures)
    figures.lost = len(figures.gone)
    figures.seconds = round(perf_counter() - began, 1)
    return figures


def cuts(recorded: Recorded, figures: Figures) -> Iterator[tuple[Disk, list[dict[str, Any]]]]:
    """The disk at each promise, and before each sync, with all that was promised until then."""
    folder = str(recorded.folder)
    disk = Disk(folder, recorded.before, ignore=lambda name: name.endswith("-shm"))
    promised: list[dict[str, Any]] = []
    line = -1
    with recorded.trace.open() as trace:
        for call in read(trace):
            if isinstance(call, Opened) and call.path == str(recorded.promises):
                line = call.fd
            elif isinstance(call, Wrote) and call.fd == line:
                promised.append(json.loads(call.data))
                figures.acknowledgements += 1
                yield disk, promised
            elif isinstance(call, Synced) and disk.unsure():
                yield disk, promised
            _count(call, disk, figures)
            disk.do(call)


def _count(call: Call, disk: Disk, figures: Figures) -> None:
    if disk.holds(getattr(call, "fd", -1)):
        figures.writes += isinstance(call, Wrote)
        figures.syncs += isinstance(call, Synced)


class Opener:
    """Opens databases; one that was opened before is not opened again."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._known: dict[bytes, Found] = {}

    def open(self, files: Files) -> Found:
        mark = hashlib.blake2b()
        for name, content in sorted(files.items()):
            mark.update(f"{name} {len(content)} ".encode())
            mark.update(content)
        digest = mark.digest()
        if digest not in self._known:
            if len(self._known) > KEPT_CONTENTS:
                self._known.clear()
            self._known[digest] = self._look(files)
        return self._known[digest]

    def _look(self, files: Files) -> Found:
        shutil.rmtree(self._scratch, ignore_errors=True)
        self._scratch.mkdir()
        for name, content in files.items():
            (self._scratch / name).write_bytes(content)
        engine = make_engine(f"sqlite:///{self._scratch / DATABASE}")
        try:
            with Session(reading(engine)) as db:
                return _read(db)
        except Exception as error:  # whatever it is, this database cannot be used
            return Found(fault=f"{type(error).__name__}: {error}"[:200])
        finally:
            engine.dispose()


def _read(db: Session) -> Found:
    sound = db.execute(text("PRAGMA integrity_check")).scalars().first()
    dangling = db.execute(text("PRAGMA foreign_key_check")).first()
    saves = db.execute(
        select(
            Sitting.public_id, Response.lease_no, Response.seq, Response.position, Response.choice
        ).join(Sitting, Sitting.id == Response.sitting_id)
    )
    scores = db.execute(
        select(Sitting.public_id, Sitting.responses_digest, func.count(Score.id))
        .outerjoin(Score, Score.sitting_id == Sitting.id)
        .group_by(Sitting.id)
    )
    return Found(
        {(row[0], row[1], row[2]): (row[3], row[4]) for row in saves},
        {row[0]: (row[1], row[2]) for row in scores},
        "" if sound == "ok" and dangling is None else f"{sound} {dangling or ''}",
    )


def _judge(found: Found, promised: list[dict[str, Any]], figures: Figures) -> None:
    if found.fault:
        figures.corrupt += 1
        _note(figures, f"after {len(promised)} promises: {found.fault}")
        return
    broken = [number for number, promise in enumerate(promised) if not kept(promise, found)]
    if broken:
        figures.states_with_losses += 1
        figures.gone.update(broken)
        _note(figures, f"after {len(promised)} promises: {promised[broken[0]]} is gone")


def kept(promise: dict[str, Any], found: Found) -> bool:
    """Whether the database still has what was promised."""
    if "digest" in promise:
        return found.handed_in.get(promise["sitting"]) == (promise["digest"], 1)
    key = (promise["sitting"], promise["lease"], promise["seq"])
    return found.saved.get(key) == (promise["position"], promise["choice"])


def _note(figures: Figures, example: str) -> None:
    if len(figures.examples) < 3:
        figures.examples.append(example)
