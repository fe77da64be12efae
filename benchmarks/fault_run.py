"""One run of ./run bench faults: candidates save while everything under them is killed."""

from __future__ import annotations

import random
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from benchmarks import hall
from benchmarks.audit import Audit, audit, chosen, closings, misread
from benchmarks.crowd import Crowd, all_do
from benchmarks.databases import Database
from benchmarks.outer_ledger import Acknowledged, OuterLedger
from examapp.core.sittings import responses_digest
from examapp.services.verification.whole import verify
from examapp.store.engine import check_settings
from examapp.store.migrations import upgrade
from tests.flows.candidate import Candidate
from tests.flows.house import House

WORKERS = 4
PATIENCE = 60.0  # seconds
SERVER_EVERY, DATABASE_EVERY, DATABASE_AT = 20, 50, 11  # kills from one to the next of this kind
PAUSE = 0.2  # seconds between two saves of a candidate, on average
SAVES_BETWEEN, RECEIPTS_BETWEEN = 20, 2  # at least, from one kill to the next


def kind_of(number: int, database: bool) -> str:
    """What the kill of this number takes."""
    if number % SERVER_EVERY == 0:
        return "server"
    return "database" if database and number % DATABASE_EVERY == DATABASE_AT else "worker"


class Size:
    """How much of everything; quick is a tenth."""

    def __init__(self, quick: bool) -> None:
        self.kills = 20 if quick else 200
        self.acknowledgements = 1_000 if quick else 20_000
        self.candidates = 12 if quick else 40
        self.lapsing = 0 if quick else 4  # they need a minute or two
        self.window = timedelta(seconds=120)


class Run:
    """One database, one server that is killed again and again, one hall of candidates."""

    def __init__(self, kind: str, held: Database, folder: Path, size: Size) -> None:
        self.kind, self.held, self.size = kind, held, size
        self.house = House(held.url, folder, workers=WORKERS)
        self.ledger = OuterLedger(folder / "acknowledged")
        self.kills: Counter[str] = Counter()
        self.audits = self.ended = 0
        self.windows: list[Future[None]] = []  # in which somebody is handing in
        self.faults: dict[str, set[str]] = {name: set() for name in FAULTS}
        self.receipts: dict[str, set[str]] = {}
        self.chance = random.Random(0)
        self._next, self._goal = 0.0, 0

    def go(self) -> dict[str, Any]:
        """Save and kill, hand in and kill, and look at everything."""
        self._furnish()
        self.house.start()
        began = time.monotonic()
        all_do(self.people, Candidate.begin)
        with Crowd(self.people, self.ledger, pause=PAUSE) as crowd:
            self.saving(crowd)
        self.crowd, self.saved_for = crowd, time.monotonic() - began
        crowd.require_well()
        all_do(self.people, crowd.look)
        self._audit(quiet=True)
        self.handing_in()
        self._wait_for_lapsed()
        self.at_the_end()
        return self.figures(time.monotonic() - began)

    def _furnish(self) -> None:
        size, house = self.size, self.house
        upgrade(house.engine)
        check_settings(house.engine)  # fsync and all that: else this run would show nothing
        settings = replace(house.settings, question_bank=house.instance / "none")
        settings.question_bank.mkdir()
        room = hall.furnish(house.engine, settings, size.candidates)
        short = hall.publish_short(house.engine, size.window) if size.lapsing else ""
        self.ends = time.monotonic() + size.window.total_seconds()
        self.people = [
            Candidate(
                house, name, hall.PASSWORD, short if number < size.lapsing else room.exam,
                over_at=self.ends - 40 if number < size.lapsing else None,
            )
            for number, name in enumerate(room.usernames)
        ]  # fmt: skip

    # ---- killing ----

    def saving(self, crowd: Crowd) -> None:
        """Until there were enough kills, and then fewer until there were enough saves."""
        self._next = time.monotonic()
        number = 0
        while number < self.size.kills or self.ledger.count < self.size.acknowledgements:
            number += 1
            crowd.require_well()
            kind = kind_of(number, self.held.server is not None)
            self._strike(kind)
            if kind != "worker":
                crowd.looks += 1
                self._audit(quiet=False)
        crowd.wait_for(len(self.people))  # everybody came through once more

    def _strike(self, kind: str) -> None:
        """Wait for the second, and until somebody got through since the last kill; then kill."""
        time.sleep(max(0.0, self._next - time.monotonic()))
        end = time.monotonic() + PATIENCE
        while not self._got_through() and not self.house.ended() and time.monotonic() < end:
            time.sleep(0.02)
        if self.house.ended():  # by itself: the service manager starts it again
            self.ended += 1
            self.house.start()
        if kind == "worker":
            self.house.kill_worker(self.chance)
        elif kind == "server":
            self.house.kill()
            self.house.start()
        elif self.held.server:
            self.held.server.kill()
            self.house.engine.dispose()
            self.held.server.launch()
        self.kills[kind] += 1
        enough = sum(self.kills.values()) >= self.size.kills
        self._next = max(self._next + (4.0 if enough else 1.0), time.monotonic() + 0.5)
        self._goal = self._through() + (RECEIPTS_BETWEEN if self.windows else SAVES_BETWEEN)

    def _through(self) -> int:
        """How much was confirmed so far."""
        return self.ledger.count + sum(map(Future.done, self.windows))

    def _got_through(self) -> bool:
        """Whether enough was confirmed since the last kill, or nothing is left to be confirmed."""
        over = bool(self.windows) and all(map(Future.done, self.windows))
        return over or self._through() >= self._goal

    # ---- handing in ----

    def handing_in(self) -> None:
        """All but those who let it lapse, a third of them in two windows at once, under fire."""
        handing = [person for person in self.people if person.over_at is None]
        self.twice = handing[::3]
        windows = [*handing, *(person.twin() for person in self.twice)]
        self.chance.shuffle(windows)
        with ThreadPoolExecutor(8) as threads:
            self.windows = [threads.submit(self._hand_in, person) for person in windows]
            while not all(map(Future.done, self.windows)):
                self._strike("worker")
            for window in self.windows:
                window.result()
        self._strike("server")
        self.handed_in = len(handing)

    def _hand_in(self, person: Candidate) -> None:
        person.hand_in()
        self.receipts.setdefault(person.sitting_id, set()).add(person.receipt())
        person.hang_up()

    def _wait_for_lapsed(self) -> None:
        """The caretaker closes them, also after it was killed."""
        wanted, end = len(self.people), self.ends + 150
        while self.size.lapsing and time.monotonic() < end:
            with self.house.reads() as db:
                if len(closings(db)) == wanted:
                    return
            time.sleep(1)

    # ---- looking ----

    def _audit(self, *, quiet: bool) -> Audit:
        entries = self.ledger.entries()
        with self.house.reads() as db:
            found = audit(db, entries, quiet=quiet)
        self.audits += 1
        for name in ("lost", "stale", "unknown", "two_scores"):
            self.faults[name].update(getattr(found, name))
        return found

    def at_the_end(self) -> None:
        """Everything confirmed is there, is shown, and is what was scored, once."""
        self.last = self._audit(quiet=True)
        entries = self.ledger.entries()
        with self.house.reads() as db:
            self.faults["misread"].update(misread(db, entries))
            self.faults["closed_wrong"].update(self._wrong_closings(entries, closings(db)))
            self.faults["findings"].update(map(str, verify(db)))
            self.settings = _settings(db, self.kind)
        self.faults["wrong_pages"].update(self.crowd.wrong_pages)

    def _wrong_closings(
        self, entries: list[Acknowledged], there: dict[str, tuple[bool, str, int]]
    ) -> list[str]:
        wanted, wrong = chosen(entries), []
        for person in self.people:
            name = person.sitting_id
            digest = responses_digest(name, wanted.get(name, {}))
            by_hand = person.over_at is None
            given = self.receipts.get(name, set())
            if there.get(name) != (by_hand, digest, 1) or given != ({digest} if by_hand else set()):
                wrong.append(f"{name}: wanted {digest}, is {there.get(name)}, receipts {given}")
        return wrong

    def figures(self, seconds: float) -> dict[str, Any]:
        """What was done, and what did not fit."""
        counts = {name: len(found) for name, found in self.faults.items()}
        return {
            "database": self.kind,
            **self.settings,
            "candidates": len(self.people),
            "kills": sum(self.kills.values()),
            "kills_by_kind": dict(self.kills),
            "server_ended_by_itself": self.ended,
            "acknowledgements": self.ledger.count,
            "saves_per_second": round(self.ledger.count / self.saved_for),
            **counts,
            "failed": sum(counts.values()),
            "retries": self.crowd.retries,
            "repeats": self.crowd.repeats,
            "duplicates": self.last.duplicates,
            "taken_over": self.crowd.taken_over,
            "pages_compared": self.crowd.pages,
            "audits": self.audits,
            "handed_in": self.handed_in,
            "handed_in_twice_at_once": len(self.twice),
            "lapsed": len(self.people) - self.handed_in,
            "seconds": round(seconds),
            "examples": [example for found in self.faults.values() for example in found][:5],
        }


FAULTS = (
    "lost", "stale", "unknown", "misread", "wrong_pages", "two_scores", "closed_wrong", "findings",
)  # fmt: skip


SETTINGS = {
    "sqlite": ("PRAGMA", ("journal_mode", "synchronous")),
    "postgresql": ("SHOW", ("fsync", "synchronous_commit", "full_page_writes")),
}


def _settings(db: Any, kind: str) -> dict[str, Any]:
    """The settings without which nothing would be shown."""
    ask, names = SETTINGS[kind]
    return {name: db.execute(text(f"{ask} {name}")).scalar() for name in names}
