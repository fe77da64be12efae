"""The ledger outside the server, and the audit that compares the database with it, can fail."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from benchmarks.audit import audit, chosen, closings, misread
from benchmarks.outer_ledger import Acknowledged, OuterLedger, newest
from examapp.core.people import Role
from examapp.core.sittings import responses_digest
from examapp.services.sittings import closing, saving, starting
from examapp.store.sittings import Score
from tests.bureau import MINUTE, NOW, make_bank, make_exam, make_person
from tests.hall import begin

SENT = NOW.timestamp()


@pytest.fixture
def person(db):
    make_bank(db)
    return make_person(db, "cadre")


@pytest.fixture
def sitting(db, person):
    exam = make_exam(db, make_person(db, "trainer", Role.TRAINER))
    return begin(db, person, exam)


@pytest.fixture
def saves(db, person, sitting):
    """Three confirmed saves: the first place twice, so that it has a history."""
    return [_save(db, person, sitting, seq, position) for seq, position in ((1, 1), (2, 2), (3, 1))]


def _save(db, person, sitting, seq, position, *, lease=1) -> Acknowledged:
    saving.save(
        db, person, sitting.public_id,
        lease_no=lease, seq=seq, position=position, choice=frozenset(), now=NOW,
    )  # fmt: skip
    return Acknowledged(sitting.public_id, lease, seq, position, "", SENT)


def test_what_was_saved_is_found(db, saves):
    found = audit(db, saves, quiet=True)
    assert found.faults == []
    assert found.duplicates == 0


def test_a_save_that_the_database_has_not_is_lost(db, saves):
    missing = replace(saves[-1], seq=9)
    found = audit(db, [*saves, missing], quiet=True)
    assert [str(missing) in line for line in found.lost] == [True]
    assert found.stale  # and so its place is not in its newest state


@pytest.mark.parametrize("other", [{"place": 5}, {"choice": "A"}])
def test_a_save_that_the_database_has_otherwise_is_lost(db, saves, other):
    assert audit(db, [replace(saves[0], **other), *saves[1:]], quiet=True).lost


def test_a_response_that_nobody_was_told_of_is_found_when_all_is_quiet(db, saves):
    assert audit(db, saves[:2], quiet=False).faults == []  # somebody is still saving
    assert len(audit(db, saves[:2], quiet=True).unknown) == 1


def test_a_save_that_had_been_stored_when_it_came_again_is_counted(db, saves):
    again = replace(saves[0], sent_at=SENT + 1)
    assert audit(db, [again, *saves[1:]], quiet=True).duplicates == 1


def test_a_second_score_is_found(db, person, sitting, saves):
    closing.submit(db, person, sitting.public_id, now=NOW + MINUTE)
    assert audit(db, saves, quiet=True).two_scores == []
    first = db.query(Score).filter_by(sitting_id=sitting.id).one()
    db.add(
        Score(
            sitting_id=sitting.id, number=2, points=first.points, most=first.most,
            outcome=first.outcome, earned=first.earned, scored_at=NOW + MINUTE,
        )
    )  # fmt: skip
    db.flush()
    assert len(audit(db, saves, quiet=True).two_scores) == 1


def test_a_closing_is_told_with_its_digest_and_its_scores(db, person, sitting, saves):
    assert closings(db) == {}
    closing.submit(db, person, sitting.public_id, now=NOW + MINUTE)
    digest = responses_digest(sitting.public_id, {})
    assert closings(db) == {sitting.public_id: (True, digest, 1)}


def test_the_product_reads_what_was_confirmed_last(db, person, sitting, saves):
    assert misread(db, saves) == []
    assert misread(db, [replace(saves[-1], seq=4, choice="A"), *saves])


def test_a_later_device_comes_after_an_earlier_one(db, person, sitting, saves):
    lease = starting.take_over(db, person, sitting.public_id, device="phone", now=NOW)
    there = [*saves, _save(db, person, sitting, 1, 1, lease=lease)]
    assert audit(db, there, quiet=True).faults == []
    assert newest(there)[sitting.public_id, 1].lease == 2


def test_a_choice_that_was_taken_back_is_not_shown():
    first = Acknowledged("s", 1, 1, 7, "A,C", SENT)
    assert chosen([first]) == {"s": {7: frozenset("AC")}}
    assert chosen([first, replace(first, seq=2, choice="")]) == {}


def test_the_file_has_every_line_whole_though_many_write_at_once(tmp_path):
    ledger = OuterLedger(tmp_path / "acknowledged")

    def note(sitting: str) -> None:
        for seq in range(200):
            ledger.note(Acknowledged(sitting, 1, seq, seq, "A" * seq, SENT))

    threads = [threading.Thread(target=note, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    entries = ledger.entries()
    ledger.close()
    assert sorted(entry.key for entry in entries) == [(n, 1, s) for n in "abcd" for s in range(200)]
