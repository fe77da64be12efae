"""Many windows at once, on both databases: one hand-in, one credit, one note."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from examapp.services.study.checks import draw, hand_in
from examapp.services.study.notes import save_note
from examapp.services.study.reading import keep_position
from examapp.store.engine import make_engine
from examapp.store.ledger import LedgerEntry
from examapp.store.study import Check, Note, ReadingPosition, StudyCredit
from tests.at_once import AT_ONCE, at_once
from tests.bureau import HOUR, NOW, make_person
from tests.conftest import DATABASES, SEALING_KEY
from tests.services.study_builders import keys, section_with_items, the_section, wrongs


class Shelf:
    """A committed section with six study items, and a reader, on a database of its own."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        with Session(engine, expire_on_commit=False) as db, db.begin():
            section_with_items(db, 6)
            self.reader = make_person(db)

    def checks(self, count: int) -> list[str]:
        """So many checks left open, drawn past each other as by many windows."""
        with Session(self.engine) as db, db.begin():
            first = draw(db, self.reader, the_section(db), now=NOW)
            more = [
                Check(
                    user_id=first.user_id,
                    section_id=first.section_id,
                    items=first.items,
                    drawn_at=NOW,
                )
                for _ in range(count - 1)
            ]
            db.add_all(more)
            db.flush()
            return [check.public_id for check in (first, *more)]

    def at_once(self, act: Callable[[Session, int], object]) -> list[object]:
        return at_once(self.engine, act)

    def count(self, table: type, *where: object) -> int:
        with Session(self.engine) as db:
            return db.scalar(select(func.count()).select_from(table).where(*where)) or 0


@pytest.fixture(params=DATABASES)
def shelf(request, fresh_databases):
    engine = make_engine(fresh_databases.url(request.param), sealing_key=SEALING_KEY)
    yield Shelf(engine)
    engine.dispose()


CREDITED = LedgerEntry.event == "study.credited"


def test_one_check_handed_in_by_many_windows_counts_as_the_first_did(shelf):
    (check_id,) = shelf.checks(1)

    def act(db, number):
        check = db.scalars(select(Check).where(Check.public_id == check_id)).one()
        choice = keys(db, check) if number % 2 else wrongs(db, check, 3)
        handed = hand_in(db, shelf.reader, check_id, choice, now=NOW + number * HOUR)
        return handed.handed_in_at, handed.right

    results = shelf.at_once(act)
    assert len(set(results)) == 1
    (_, right) = results[0]
    assert shelf.count(StudyCredit) == shelf.count(LedgerEntry, CREDITED) == (right == 3)


def test_many_checks_of_one_section_handed_in_at_once_make_one_credit(shelf):
    checks = shelf.checks(AT_ONCE)

    def act(db, number):
        check = db.scalars(select(Check).where(Check.public_id == checks[number])).one()
        return hand_in(db, shelf.reader, check.public_id, keys(db, check), now=NOW).passed

    assert shelf.at_once(act) == [True] * AT_ONCE
    assert shelf.count(StudyCredit) == shelf.count(LedgerEntry, CREDITED) == 1


@pytest.mark.parametrize("revision", [0, 1])
def test_of_many_windows_that_save_a_note_one_wins_and_the_others_are_told(shelf, revision):
    if revision:
        with Session(shelf.engine) as db, db.begin():
            save_note(db, shelf.reader, the_section(db), "before", revision=0, now=NOW)

    def act(db, number):
        section = the_section(db)
        note = save_note(db, shelf.reader, section, f"{number}", revision=revision, now=NOW)
        return note.revision

    results = shelf.at_once(act)
    assert sorted(map(str, results)) == [str(revision + 1)] + ["conflict"] * (AT_ONCE - 1)
    winner = next(number for number, said in enumerate(results) if said != "conflict")
    with Session(shelf.engine) as db:
        assert db.scalars(select(Note.body)).all() == [str(winner)]


def test_opening_a_section_in_many_windows_keeps_one_place(shelf):
    shelf.at_once(lambda db, _: keep_position(db, shelf.reader, the_section(db), now=NOW))
    assert shelf.count(ReadingPosition) == 1
