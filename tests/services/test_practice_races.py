"""Many windows at once, on both databases: one hand-in, every answer in the cards once."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from examapp.core.practice import review
from examapp.services.practice import runs
from examapp.services.practice.taking_up import take_up
from examapp.services.study import checks
from examapp.store.engine import make_engine
from examapp.store.practice import PracticeCard, PracticeRun, PracticeTakeUp
from tests.at_once import AT_ONCE, at_once
from tests.bureau import NOW, make_person
from tests.conftest import DATABASES, SEALING_KEY
from tests.services.study_builders import section_with_items, wrongs


@pytest.fixture(params=DATABASES)
def room(request, fresh_databases):
    """Six study items, a check with three wrong answers, and whose it is."""
    engine = make_engine(fresh_databases.url(request.param), sealing_key=SEALING_KEY)
    with Session(engine, expire_on_commit=False) as db, db.begin():
        section = section_with_items(db, 6)
        person = make_person(db)
        check = checks.draw(db, person, section, now=NOW)
        checks.hand_in(db, person, check.public_id, wrongs(db, check, 3), now=NOW)
    yield engine, person
    engine.dispose()


def count(engine, table):
    with Session(engine) as db:
        return db.scalar(select(func.count()).select_from(table))


def test_many_windows_that_open_the_room_take_a_check_up_once(room):
    engine, person = room
    said = at_once(engine, lambda db, _: take_up(db, person, now=NOW))
    assert said == [None] * AT_ONCE
    assert (count(engine, PracticeTakeUp), count(engine, PracticeCard)) == (1, 3)


def test_one_run_handed_in_by_many_windows_counts_as_the_first_did(room):
    engine, person = room
    with Session(engine) as db, db.begin():
        run_id = runs.draw_topic(db, person, "law", now=NOW).public_id

    def act(db, number):
        chosen = {place: frozenset("B" if number % 2 else "A") for place in range(1, 7)}
        return runs.hand_in(db, person, run_id, chosen, now=NOW).right

    (right,) = set(at_once(engine, act))
    assert right in (0, 6)
    assert count(engine, PracticeCard) == (6 if right == 0 else 3)


def test_many_runs_over_the_same_items_handed_in_at_once_all_reach_the_cards(room):
    engine, person = room
    with Session(engine) as db, db.begin():
        first = runs.draw_topic(db, person, "law", now=NOW)
        again = {"kind": "topic", "topic": "law", "items": first.items, "drawn_at": NOW}
        more = [PracticeRun(user_id=person.id, **again) for _ in range(AT_ONCE - 1)]
        db.add_all(more)
        db.flush()
        ids = [run.public_id for run in (first, *more)]

    def act(db, number):
        chosen = dict.fromkeys(range(1, 7), frozenset("A"))
        return runs.hand_in(db, person, ids[number], chosen, now=NOW).right

    assert at_once(engine, act) == [0] * AT_ONCE
    with Session(engine) as db:
        cards = db.scalars(select(PracticeCard)).all()
    assert len(cards) == 6
    reviews = [after_wrong(AT_ONCE), after_wrong(AT_ONCE + 1)]  # the check's had one before
    assert {card.difficulty for card in cards} == {card.difficulty for card in reviews}


def after_wrong(times):
    card = None
    for _ in range(times):
        card = review(card, False, NOW.date())
    return card
