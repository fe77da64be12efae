"""The second reading: who may, what it shows, what it puts into force."""

import pytest
from sqlalchemy import select

from examapp.core.people import Role
from examapp.core.refusals import Invalid, NotFound
from examapp.core.sittings import NotOnPaper
from examapp.services.bank.catalogue import item_of
from examapp.services.bank.readings import (
    NoLongerWaiting,
    blind,
    my_reading,
    needs_rewriting,
    read,
    waiting,
    waiting_count,
)
from examapp.services.bank.revisions import AlreadyRead, in_force, read_blind
from examapp.services.bank.writing import retire
from examapp.store.ledger import LedgerEntry
from tests.bureau import NOW, make_item, make_person, make_shelf

RIGHT, WRONG = frozenset("B"), frozenset("A")


@pytest.fixture
def people(db):
    make_shelf(db)
    return [make_person(db, name, Role.TRAINER) for name in ("author", "reader", "third", "fourth")]


def choose(db, person, choice=RIGHT, code="new-1", remark=""):
    return read(db, person, code, 1, choice, remark=remark, now=NOW)


def codes(revisions):
    return [revision.item.code for revision in revisions]


def test_what_waits_is_unread_and_not_ones_own(db, people):
    author, reader, *_ = people
    make_item(db, "new-1", read=False, author=author)
    make_item(db, "from-file", read=False)
    make_item(db, "read-already", author=author)
    make_item(db, "tired", read=False)
    retire(db, item_of(db, "tired"), by=author, reason="x", now=NOW)
    assert codes(waiting(db, author)) == ["from-file"]
    assert codes(waiting(db, reader)) == ["from-file", "new-1"]
    assert (waiting_count(db, author), waiting_count(db, reader)) == (1, 2)


def test_an_agreeing_reading_puts_the_revision_into_force(db, people):
    author, reader, *_ = people
    revision = make_item(db, "new-1", read=False, author=author)
    make_item(db, "noise", read=False)
    assert db.scalars(in_force()).all() == []
    assert choose(db, reader, remark=" clear ").remark == "clear"
    assert db.scalars(in_force()).all() == [revision.id]
    assert codes(waiting(db, people[2])) == ["noise"]
    entry = db.scalars(select(LedgerEntry).where(LedgerEntry.event == "item.read")).one()
    assert (entry.actor, entry.facts["reader"]) == (reader.public_id, reader.public_id)


def test_a_disagreeing_reading_keeps_it_waiting_and_tells_the_author(db, people):
    author, reader, third, _ = people
    make_item(db, "new-1", read=False, author=author)
    make_item(db, "noise", read=False, author=third)
    choose(db, reader, WRONG, remark="A too")
    assert db.scalars(in_force()).all() == []
    (objection,) = needs_rewriting(db, author)
    assert [r.remark for r in objection.readings] == ["A too"]
    assert needs_rewriting(db, third) == []
    assert codes(waiting(db, reader)) == ["noise"]


def test_after_a_disagreement_two_more_readers_must_agree(db, people):
    author, reader, third, fourth = people
    revision = make_item(db, "new-1", read=False, author=author)
    choose(db, reader, WRONG)
    choose(db, third)
    assert db.scalars(in_force()).all() == []
    choose(db, fourth)
    assert db.scalars(in_force()).all() == [revision.id]
    assert needs_rewriting(db, author) == []


def test_the_author_cannot_read_their_own(db, people):
    author = people[0]
    make_item(db, "new-1", read=False, author=author)
    with pytest.raises(NotFound):
        blind(db, author, "new-1", 1)
    with pytest.raises(NotFound):
        choose(db, author)


def test_nobody_reads_a_revision_twice(db, people):
    author, reader, *_ = people
    revision = make_item(db, "new-1", read=False, author=author)
    choose(db, reader, WRONG)
    with pytest.raises(NotFound):
        choose(db, reader)
    with pytest.raises(AlreadyRead):
        read_blind(db, revision, RIGHT, reader=reader.public_id, remark="", actor=None, now=NOW)
    assert my_reading(db, reader, "new-1", 1).choice == "A"
    assert my_reading(db, author, "new-1", 1) is None


def test_what_was_read_meanwhile_is_not_read_again(db, people):
    author, reader, third, _ = people
    make_item(db, "new-1", read=False, author=author)
    choose(db, reader)
    with pytest.raises(NoLongerWaiting):
        choose(db, third, WRONG)


@pytest.mark.parametrize(
    ("choice", "refusal"), [("", Invalid), ("Z", NotOnPaper), ("AB", NotOnPaper)]
)
def test_a_choice_that_cannot_be_is_refused(db, people, choice, refusal):
    author, reader, *_ = people
    make_item(db, "new-1", read=False, author=author)
    with pytest.raises(refusal):
        choose(db, reader, frozenset(choice))


def test_the_blind_item_holds_neither_key_nor_rationale(db, people):
    author, reader, *_ = people
    make_item(db, "new-1", read=False, author=author)
    shown = blind(db, reader, "new-1", 1)
    assert "理由" not in repr(shown)
    assert not hasattr(shown, "key")
    assert [str(cite) for cite in shown.cites] == ["law-x:1"]


def test_an_unknown_revision_is_not_found(db, people):
    with pytest.raises(NotFound):
        blind(db, people[0], "nothing", 1)
