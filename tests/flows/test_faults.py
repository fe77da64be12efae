"""The plug is pulled while people save; what was confirmed is there, in its newest state."""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from examapp.core.sittings import read
from examapp.services.sittings.closing import responses_of
from examapp.services.verification.whole import verify
from examapp.store.sittings import Response, Score, Sitting
from tests.conftest import DATABASES
from tests.flows.candidate import Candidate
from tests.flows.house import House

CANDIDATES = 8
KILLS = 5
SAVES_BETWEEN = 60


@pytest.fixture(scope="module", params=DATABASES)
def house(request, fresh_databases, tmp_path_factory) -> Iterator[House]:
    """A server of its own, since it is killed; two workers, as in production."""
    house = House(fresh_databases.url(request.param), tmp_path_factory.mktemp("killed"), workers=2)
    house.furnish()
    house.start()
    yield house
    house.close()


@pytest.fixture(scope="module")
def candidates(house) -> Iterator[list[Candidate]]:
    people = [Candidate(house, f"cadre{n}") for n in range(CANDIDATES)]
    for person in people:
        person.begin()
    yield people
    for person in people:
        person.hang_up()


def sitting_of(db, candidate: Candidate) -> Sitting:
    public_id = candidate.sitting.rsplit("/", 1)[1]
    return db.scalars(select(Sitting).where(Sitting.public_id == public_id)).one()


def lost(house: House, candidate: Candidate, confirmed: set[int]) -> list[str]:
    """Confirmed saves that are not in the database as they were sent."""
    with house.reads() as db:
        rows = db.execute(
            select(Response.seq, Response.position, Response.choice).where(
                Response.sitting_id == sitting_of(db, candidate).id
            )
        ).all()
        stored = {row.seq: (row.position, tuple(sorted(read(row.choice)))) for row in rows}
    return [
        f"{candidate.username} {seq}: sent {candidate.sent[seq]}, stored {stored.get(seq)}"
        for seq in sorted(confirmed)
        if stored.get(seq) != candidate.sent[seq]
    ]


class Hall:
    """Everybody saves at once, each in a thread, until the hall closes."""

    def __init__(self, people: list[Candidate]) -> None:
        self.people, self.closing = people, threading.Event()
        self.errors: list[BaseException] = []
        self.threads = [
            threading.Thread(target=self._sit, args=(person, number), daemon=True)
            for number, person in enumerate(people)
        ]

    def _sit(self, person: Candidate, number: int) -> None:
        chance = random.Random(number)
        try:
            while not self.closing.is_set():
                person.choose(chance)
                person.save_until_confirmed(person.seq)
                assert not person.refused, person.refused
        except BaseException as error:
            self.errors.append(error)

    def confirmed(self) -> int:
        return sum(len(person.confirmed) for person in self.people)

    def wait_for(self, more: int, patience: float = 40.0) -> None:
        """Until so many more saves are confirmed."""
        goal, end = self.confirmed() + more, time.monotonic() + patience
        while self.confirmed() < goal:
            assert not self.errors, self.errors
            assert time.monotonic() < end, f"only {self.confirmed()} of {goal} saves"
            time.sleep(0.002)

    def __enter__(self) -> Hall:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        for thread in self.threads:
            thread.join(timeout=40)


def test_no_confirmed_save_is_lost_when_the_server_is_killed(house, candidates):
    with Hall(candidates) as hall:
        for _ in range(KILLS):
            hall.wait_for(SAVES_BETWEEN)
            house.kill()
            before = [(person, set(person.confirmed)) for person in candidates]
            house.start()
            for person, confirmed in before:
                assert lost(house, person, confirmed) == []
        hall.wait_for(SAVES_BETWEEN)
    assert not hall.errors
    assert hall.confirmed() >= (KILLS + 1) * SAVES_BETWEEN
    for person in candidates:
        assert lost(house, person, person.confirmed) == []


def test_the_newest_state_of_every_place_is_shown_and_scored(house, candidates):
    """After all the kills the page shows what was last confirmed, and that is handed in."""
    for person in candidates:
        assert person.read() == person.newest()
        with house.reads() as db:
            chosen, _ = responses_of(db, sitting_of(db, person).id)
        assert {place: tuple(sorted(c)) for place, c in chosen.items()} == person.newest()


def test_handing_in_twice_gives_one_score_and_the_same_receipt(house, candidates):
    person = candidates[0]
    first = person.post(f"{person.sitting}/submit", f"{person.sitting}/hand-in")
    receipt = person.ask("GET", first.location).text
    again = person.post(f"{person.sitting}/submit", "/")
    assert (first.status, again.status) == (302, 302)
    assert first.location == again.location
    assert _digest(person.ask("GET", again.location).text) == _digest(receipt) != ""
    with house.reads() as db:
        sitting = sitting_of(db, person)
        count = select(func.count()).where(Score.sitting_id == sitting.id)
        assert db.scalar(count) == 1
        assert sitting.responses_digest == _digest(receipt)
        assert sitting.answered == len(person.newest())


def _digest(page: str) -> str:
    found = re.search(r"\b[0-9a-f]{64}\b", page)
    return found[0] if found else ""


def test_after_handing_in_a_repeat_is_confirmed_and_a_new_choice_refused(house, candidates):
    person = candidates[0]
    assert person.save(max(person.confirmed)).status == 200
    person.choose(random.Random(1))
    refused = person.save(person.seq)
    assert refused.status == 409
    assert "sitting_closed" in refused.text
    person.refused.clear()


def test_the_sitting_of_another_is_not_there(house, candidates):
    mine, theirs = candidates[1], candidates[2]
    for page in ("", "/hand-in", "/receipt", "/review"):
        assert mine.ask("GET", f"{theirs.sitting}{page}").status == 404
    for action in ("/submit", "/take-over", "/choices"):
        assert mine.post(f"{theirs.sitting}{action}", "/").status == 404
    kept = mine.sitting, theirs.newest()
    mine.sitting = theirs.sitting
    mine.choose(random.Random(2))
    assert mine.save(mine.seq).status == 404
    mine.sitting = kept[0]
    mine.refused.clear()
    assert theirs.read() == kept[1]


def test_the_record_is_whole_after_all_this(house, candidates):
    with house.reads() as db:
        assert list(verify(db)) == []
    assert house.faults() == []
