"""Candidates who all save at once, each in a thread, while others break the server."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from benchmarks.outer_ledger import Acknowledged, OuterLedger
from tests.flows.candidate import Candidate, Key

AGAIN, CROSSED, LOOK = 0.04, 0.06, 0.005  # how often a candidate does something unusual


class Crowd:
    """Everybody saves, each confirmed save goes into the ledger, until the hall closes.

    As the exam page does, a candidate sends a save again until it is confirmed. Now and then one
    sends a confirmed save once more, two saves in the wrong order, or goes on in another browser.
    """

    def __init__(
        self, people: list[Candidate], ledger: OuterLedger, *, pause: float = 0.0, seed: int = 0
    ) -> None:
        self.people, self.ledger, self.pause = people, ledger, pause
        self.closing = threading.Event()
        self.errors: list[BaseException] = []
        self.wrong_pages: list[str] = []
        self.repeats = self.pages = self.taken_over = 0
        self.looks = 0  # raised after a restart: everybody compares the page
        self._count = threading.Lock()
        self._threads = [
            threading.Thread(target=self._sit, args=(person, random.Random(seed + n)), daemon=True)
            for n, person in enumerate(people)
        ]
        for person in people:
            person.on_confirmed = self._note

    def _note(self, person: Candidate, key: Key, sent_at: float) -> None:
        place, choice = person.sent[key]
        with self._count:
            self.ledger.note(
                Acknowledged(person.sitting_id, *key, place, ",".join(choice), sent_at)
            )

    def _sit(self, person: Candidate, chance: random.Random) -> None:
        looked = self.looks
        try:
            while not self.closing.is_set() and not person.is_over():
                self._save(person, chance)
                if looked != self.looks:
                    looked = self.looks
                    self.look(person)
                time.sleep(self.pause * chance.random() * 2)
        except BaseException as error:
            self.errors.append(error)
        finally:
            person.hang_up()

    def _save(self, person: Candidate, chance: random.Random) -> None:
        keys = [person.choose(chance)]
        fate = chance.random()
        if fate < LOOK:
            self._another_browser(person)
            keys = [person.choose(chance)]
        elif fate < CROSSED:
            keys.insert(0, person.choose(chance))
        elif person.confirmed and fate < CROSSED + AGAIN:
            keys.append(chance.choice(sorted(person.confirmed)[-20:]))
            self._add(repeats=1)
        for key in keys:
            person.save_until_confirmed(key)

    def _another_browser(self, person: Candidate) -> None:
        """What was chosen and not sent in the old one is left; what it sends later is refused."""
        old, key = person.twin(), (person.lease, person.seq)
        person.take_over()
        refused = old.patiently(lambda: old.save(key))
        assert refused.status == 409, refused
        assert "taken_over" in refused.text
        old.hang_up()
        person.refused.clear()
        del person.sent[key]
        self._add(taken_over=1)

    def look(self, person: Candidate) -> None:
        """The page shows the newest confirmed choices, and nothing else."""
        if person.is_over():
            return
        shown, wanted = person.read(), person.newest()
        self._add(pages=1)
        if shown != wanted:
            self.wrong_pages.append(f"{person.username} sees {shown}, confirmed was {wanted}")

    def _add(self, **counts: int) -> None:
        with self._count:
            for name, more in counts.items():
                setattr(self, name, getattr(self, name) + more)

    @property
    def retries(self) -> int:
        return sum(person.retries for person in self.people)

    def wait_for(self, more: int, patience: float = 60.0) -> None:
        """Until so many more saves are confirmed."""
        goal, end = self.ledger.count + more, time.monotonic() + patience
        while self.ledger.count < goal:
            self.require_well()
            assert time.monotonic() < end, f"only {self.ledger.count} of {goal} saves"
            time.sleep(0.002)

    def require_well(self) -> None:
        """Raise what went wrong with a candidate."""
        if self.errors:
            raise self.errors[0]

    def __enter__(self) -> Crowd:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        for thread in self._threads:
            thread.join(timeout=90)


def all_do(people: list[Candidate], do: Callable[[Candidate], object], at_once: int = 8) -> None:
    """Everybody does it, some at once; the first error is raised."""
    with ThreadPoolExecutor(at_once) as threads:
        list(threads.map(do, people))
