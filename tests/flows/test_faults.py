"""The plug is pulled while people save; what was confirmed is there, in its newest state.

The same candidates, ledger and audit as in `./run bench faults`, which does it for longer.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from benchmarks.audit import audit, misread
from benchmarks.crowd import Crowd
from benchmarks.outer_ledger import OuterLedger
from examapp.core.sittings import responses_digest
from examapp.services.verification.whole import verify
from examapp.store.sittings import Score, Sitting
from tests.conftest import DATABASES
from tests.flows.candidate import Candidate
from tests.flows.house import House

CANDIDATES = 8
KILLS = 5
WORKERS_KILLED = 4
SAVES_BETWEEN = 60


@pytest.fixture(scope="module", params=DATABASES)
def house(request, fresh_databases, tmp_path_factory) -> Iterator[House]:
    """A server of its own, since it is killed; several workers."""
    house = House(fresh_databases.url(request.param), tmp_path_factory.mktemp("killed"), workers=3)
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


@pytest.fixture(scope="module")
def ledger(house, tmp_path_factory) -> Iterator[OuterLedger]:
    """What was confirmed, noted outside the server."""
    ledger = OuterLedger(tmp_path_factory.mktemp("ledger") / "acknowledged")
    yield ledger
    ledger.close()


def sitting_of(db, candidate: Candidate) -> Sitting:
    return db.scalars(select(Sitting).where(Sitting.public_id == candidate.sitting_id)).one()


def faults(house: House, ledger: OuterLedger, *, quiet: bool = False) -> list[str]:
    entries = ledger.entries()
    with house.reads() as db:
        return audit(db, entries, quiet=quiet).faults


def test_no_confirmed_save_is_lost_when_the_server_is_killed(house, candidates, ledger):
    with Crowd(candidates, ledger) as crowd:
        for _ in range(KILLS):
            crowd.wait_for(SAVES_BETWEEN)
            house.kill()
            house.start()
            crowd.looks += 1
            assert faults(house, ledger) == []
        crowd.wait_for(SAVES_BETWEEN)
    crowd.require_well()
    assert ledger.count >= (KILLS + 1) * SAVES_BETWEEN
    assert crowd.pages
    assert crowd.wrong_pages == []
    assert faults(house, ledger, quiet=True) == []


def test_the_others_go_on_when_a_worker_is_killed(house, candidates, ledger):
    chance = random.Random(7)
    with Crowd(candidates, ledger, seed=100) as crowd:
        for _ in range(WORKERS_KILLED):
            crowd.wait_for(SAVES_BETWEEN)
            house.kill_worker(chance)
            assert faults(house, ledger) == []
        crowd.wait_for(SAVES_BETWEEN)
    crowd.require_well()
    assert not house.ended()
    assert faults(house, ledger, quiet=True) == []


def test_the_newest_state_of_every_place_is_shown_and_scored(house, candidates, ledger):
    """After all the kills the page shows what was last confirmed, and that is handed in."""
    for person in candidates:
        assert person.read() == person.newest()
    with house.reads() as db:
        assert misread(db, ledger.entries()) == []


def test_handing_in_twice_gives_one_score_and_the_same_receipt(house, candidates):
    person = candidates[0]
    first = person.post(f"{person.sitting}/submit", f"{person.sitting}/hand-in")
    receipt = person.receipt()
    again = person.hand_in()
    assert (first.status, again.status) == (302, 302)
    assert first.location == again.location
    assert person.receipt() == receipt == _wanted(person)
    with house.reads() as db:
        sitting = sitting_of(db, person)
        count = select(func.count()).where(Score.sitting_id == sitting.id)
        assert db.scalar(count) == 1
        assert sitting.responses_digest == receipt
        assert sitting.answered == len(person.newest())


def _wanted(person: Candidate) -> str:
    """The digest of what was last confirmed."""
    chosen = {place: frozenset(choice) for place, choice in person.newest().items()}
    return responses_digest(person.sitting_id, chosen)


def test_after_handing_in_a_repeat_is_confirmed_and_a_new_choice_refused(house, candidates):
    person = candidates[0]
    assert person.save(max(person.confirmed)).status == 200
    refused = person.save(person.choose(random.Random(1)))
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
    assert mine.save(mine.choose(random.Random(2))).status == 404
    mine.sitting = kept[0]
    mine.refused.clear()
    assert theirs.read() == kept[1]


def test_the_record_is_whole_after_all_this(house, candidates):
    with house.reads() as db:
        assert list(verify(db)) == []
    assert house.faults() == []
