"""Authored files in the database: what they add, and what they never undo."""

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DatabaseError

from examapp.core.people import Role
from examapp.core.refusals import Invalid
from examapp.services.bank.catalogue import item_of
from examapp.services.bank.loading import held_back, load_items, load_readings, load_topics
from examapp.services.bank.revisions import add_revision, in_force, latest
from examapp.store.bank import ItemReading, ItemRevision, Topic
from tests.bureau import NOW, make_content, make_person, make_shelf


@pytest.fixture
def trainer(db):
    make_shelf(db)
    return make_person(db, "trainer", Role.TRAINER)


def load(db, stem, code="one", **content):
    return dict(load_items(db, [(code, make_content(stem=stem, **content))], now=NOW))


def by_hand(db, stem, number, by):
    item, content = item_of(db, "one"), make_content(stem=stem)
    return add_revision(db, item, content, number=number, by=by, note="", now=NOW)


def stem(db):
    return latest(db, item_of(db, "one").id).content["stem"]["zh"]


def reading(content, reader="r", choice="B"):
    return ("one", content.digest, frozenset(choice), reader, NOW, "")


def test_the_same_file_twice_changes_nothing(db, trainer):
    assert load(db, "a") == {"added": 1}
    assert load(db, "a") == {"unchanged": 1}
    assert db.scalar(select(func.count()).select_from(ItemRevision)) == 1


def test_a_new_state_in_the_file_is_a_revision_by_nobody(db, trainer):
    load(db, "a")
    assert load(db, "b") == {"revised": 1}
    assert (stem(db), latest(db, item_of(db, "one").id).author_id) == ("b", None)


def test_an_item_twice_in_one_load_gets_two_numbers(db, trainer):
    done = load_items(db, [("one", make_content(stem=s)) for s in "aba"], now=NOW)
    assert done == {"added": 1, "revised": 1, "unchanged": 1}


def test_files_never_undo_what_trainers_wrote(db, trainer):
    load(db, "a")
    by_hand(db, "by a trainer", 2, trainer)
    assert load(db, "a") == {"unchanged": 1}
    assert stem(db) == "by a trainer"


def test_a_new_state_for_what_a_trainer_revised_last_is_held_back(db, trainer):
    load(db, "a")
    by_hand(db, "by a trainer", 2, trainer)
    authored = [("one", make_content(stem="c")), ("two", make_content(stem="new"))]
    assert held_back(db, authored) == ["one"]
    assert load(db, "c") == {"held": 1}
    assert stem(db) == "by a trainer"


def test_a_state_that_a_trainer_brought_back_stays(db, trainer):
    load(db, "a")
    load(db, "b")
    by_hand(db, "a", 3, trainer)
    assert load(db, "b") == {"unchanged": 1}
    assert stem(db) == "a"


def test_an_unknown_topic_and_law_are_refused_together(db, trainer):
    with pytest.raises(Invalid) as refused:
        load(db, "a", topic="nowhere", cites="law-z:1")
    assert [fault.place for fault in refused.value.faults] == ["topic", "cites"]


def test_a_reading_is_recorded_once(db, trainer):
    load(db, "a")
    entry = reading(make_content(stem="a"))
    assert load_readings(db, [entry, entry]) == 1
    assert load_readings(db, [entry]) == 0
    assert len(db.scalars(in_force()).all()) == 1


def test_a_reading_of_another_state_or_item_is_left_out(db, trainer):
    load(db, "a")
    entry = reading(make_content(stem="b"))
    assert load_readings(db, [entry, ("two", *entry[1:])]) == 0


def test_an_old_reading_does_not_put_a_restored_state_into_force(db, trainer):
    load(db, "a")
    old = reading(make_content(stem="a"))
    load_readings(db, [old])
    by_hand(db, "b", 2, trainer)
    restored = by_hand(db, "a", 3, trainer)
    assert load_readings(db, [old]) == 0
    assert restored.id not in db.scalars(in_force()).all()
    assert load_readings(db, [reading(make_content(stem="a"), "another")]) == 1
    assert restored.id in db.scalars(in_force()).all()


def test_topics_are_brought_up_to_date_and_none_is_removed(db, trainer):
    load_topics(db, [("law.basic", {"zh": "新", "en": "New"})])
    assert db.get_one(Topic, "law.basic").title["en"] == "New"
    assert db.get(Topic, "law")


@pytest.mark.parametrize(
    "change",
    [
        update(ItemRevision).values(note="x"),
        delete(ItemRevision),
        update(ItemReading).values(agreed=True),
        delete(ItemReading),
    ],
)
def test_the_database_refuses_to_change_what_was_recorded(db, trainer, change):
    load(db, "a")
    load_readings(db, [reading(make_content(stem="a"))])
    with pytest.raises(DatabaseError, match="append-only"), db.begin_nested():
        db.execute(change)
