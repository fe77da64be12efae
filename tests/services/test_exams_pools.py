"""What a pool holds: items in force that the spec accepts, each content once."""

from __future__ import annotations

from examapp.core.items import Use
from examapp.services.exams import pools
from tests.bureau import NOW, make_item, make_shelf, make_spec


def codes(db) -> list[str]:
    return [item.code for item in pools.in_force(db, make_spec(), day=NOW.date()).items]


def test_two_items_that_say_the_same_are_in_the_pool_once(db):
    make_shelf(db)
    make_item(db, "one", stem="同一题")
    make_item(db, "two", stem="同一题")
    assert codes(db) == ["one"]


def test_unread_items_and_study_items_stay_out(db):
    make_shelf(db)
    make_item(db, "in-force")
    make_item(db, "unread", read=False)
    make_item(db, "for-study", use=Use.STUDY)
    assert codes(db) == ["in-force"]
