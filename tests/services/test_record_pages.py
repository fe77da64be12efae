"""The record as people read it."""

import pytest
from sqlalchemy import text

from examapp.core.ledger import GENESIS, Event
from examapp.core.refusals import NotFound
from examapp.services.ledger import record
from examapp.services.record_pages import SIZE, entry_page, record_page
from tests.bureau import NOW, make_unit, make_user


def write(db, event=Event.USER_ADDED, subject="someone", actor=None, **facts: object) -> None:
    record(db, event, subject, facts, actor=actor, now=NOW)


def test_the_newest_come_first_in_pages(db):
    for _ in range(SIZE + 1):
        write(db)
    first, last = record_page(db), record_page(db, number=9)
    assert [entry.number for entry in first.entries][:2] == [SIZE + 1, SIZE]
    assert [entry.number for entry in last.entries] == [1]
    assert (last.page, last.pages, last.total) == (2, 2, SIZE + 1)


def test_entries_are_found_by_event_and_by_id_user_name_or_unit_code(db):
    li, unit = make_user(db, "li"), make_unit(db, "02")
    write(db, subject=li.public_id)
    write(db, Event.UNIT_ADDED, subject=unit.public_id)
    write(db, Event.USER_DISABLED, subject=li.public_id)
    write(db, subject="someone")

    def numbers(**search: str) -> list[int]:
        return [entry.number for entry in record_page(db, **search).entries]

    assert numbers(event="user.disabled") == [3]
    assert numbers(about=" LI ") == numbers(about=li.public_id) == [3, 1]
    assert numbers(about="02") == [2]
    assert numbers(about="nobody") == []


def test_people_units_and_facts_get_the_names_of_today(db):
    li, boss = make_user(db, "li"), make_user(db, "boss")
    write(db, subject="S-1", actor=boss.public_id, candidate=li.public_id)
    names = record_page(db).names
    assert {names[li.public_id]["zh"], names[boss.public_id]["zh"]} == {"姓名li", "姓名boss"}


def test_an_entry_stands_between_its_neighbours(db):
    for _ in range(3):
        write(db)
    first, middle = entry_page(db, 1), entry_page(db, 2)
    assert first.before is None
    assert first.entry.previous == GENESIS
    assert (middle.before.number, middle.after.number) == (1, 3)
    assert (middle.unaltered, middle.follows, middle.is_followed) == (True, True, True)


def test_an_altered_entry_is_told(db):
    for _ in range(2):
        write(db, why="truth")
    trigger = (
        "DROP TRIGGER ledger_entries_no_update"
        if db.get_bind().dialect.name == "sqlite"
        else "ALTER TABLE ledger_entries DISABLE TRIGGER USER"
    )
    db.execute(text(trigger))
    db.execute(text("UPDATE ledger_entries SET subject = 'another' WHERE number = 1"))
    assert not entry_page(db, 1).unaltered
    assert entry_page(db, 2).unaltered


def test_a_readers_choice_is_never_shown_because_it_is_the_key(db):
    write(db, Event.ITEM_READ, choice=["B"], agreed=True)
    found = entry_page(db, 1)
    assert found.shown == {"agreed": True}
    assert found.sealed == ["choice"]


def test_an_unknown_entry_is_not_found(db):
    with pytest.raises(NotFound):
        entry_page(db, 1)
