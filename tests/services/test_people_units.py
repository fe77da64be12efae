"""The tree of units: it grows, is renamed and moved, and stays one tree."""

import pytest
from sqlalchemy import select

from examapp.core.ledger import Event
from examapp.core.people import Role
from examapp.core.refusals import Invalid, NotFound
from examapp.services.people.unit_changes import (
    UnitDraft,
    add_unit,
    edit_unit,
    headcounts,
    unit_by_public_id,
)
from examapp.services.people.units import subtree, tree
from examapp.store.ledger import LedgerEntry
from tests.bureau import NOW, make_person, make_unit, make_user


@pytest.fixture
def bureau(db):
    """top → (a → (a1 → a11), b)"""
    top = make_unit(db, "top")
    a, b = make_unit(db, "a", top), make_unit(db, "b", top)
    a1 = make_unit(db, "a1", a)
    return {"top": top, "a": a, "b": b, "a1": a1, "a11": make_unit(db, "a11", a1)}


@pytest.fixture
def admin(db, bureau):
    return make_person(db, "boss", Role.ADMIN)


def draft(code="c", parent=None, **fields: object) -> UnitDraft:
    return UnitDraft(
        **{
            "code": code,
            "name": f"单位{code}",
            "name_en": f"Unit {code}",
            "parent_id": parent and parent.id,
            **fields,
        }
    )


def place_of(refusal) -> str:
    return refusal.value.faults[0].place


def shape(db) -> list[tuple[int, str]]:
    return [(depth, unit.code) for depth, unit in tree(db)]


def test_a_unit_is_added_under_another_in_its_place(db, bureau, admin):
    add_unit(db, draft("a0", bureau["a"], position=-1), by=admin, now=NOW)
    assert shape(db) == [(0, "top"), (1, "a"), (2, "a0"), (2, "a1"), (3, "a11"), (1, "b")]
    assert db.scalars(select(LedgerEntry.event)).all() == [Event.UNIT_ADDED]


@pytest.mark.parametrize("code", ["a", "a b", "", "x" * 41])
def test_a_code_is_free_and_short_and_has_no_spaces(db, bureau, admin, code):
    with pytest.raises(Invalid) as refusal:
        add_unit(db, draft(code, bureau["top"]), by=admin, now=NOW)
    assert place_of(refusal) == "code"


def test_there_is_one_top_unit(db, bureau, admin):
    with pytest.raises(Invalid) as refusal:
        add_unit(db, draft("second", None), by=admin, now=NOW)
    assert place_of(refusal) == "parent"
    with pytest.raises(Invalid):
        edit_unit(db, bureau["a"], draft("a", None), by=admin, now=NOW)
    with pytest.raises(Invalid):
        edit_unit(db, bureau["top"], draft("top", bureau["b"]), by=admin, now=NOW)


@pytest.mark.parametrize("under", ["a", "a1", "a11"])
def test_a_unit_never_comes_under_itself(db, bureau, admin, under):
    with pytest.raises(Invalid) as refusal:
        edit_unit(db, bureau["a"], draft("new-code", bureau[under]), by=admin, now=NOW)
    assert place_of(refusal) == "parent"
    db.expire_all()
    assert bureau["a"].code == "a"


def test_a_moved_unit_takes_its_own_along(db, bureau, admin):
    edit_unit(db, bureau["a1"], draft("a1", bureau["b"]), by=admin, now=NOW)
    assert shape(db) == [(0, "top"), (1, "a"), (1, "b"), (2, "a1"), (3, "a11")]
    assert bureau["a11"].id in db.scalars(subtree(bureau["b"].id)).all()
    (entry,) = db.scalars(select(LedgerEntry)).all()
    assert (entry.event, entry.facts) == (Event.UNIT_MOVED, {"from": "a", "to": "b"})


def test_a_unit_is_renamed(db, bureau, admin):
    edit_unit(db, bureau["b"], draft("b2", bureau["top"], name="新名"), by=admin, now=NOW)
    (entry,) = db.scalars(select(LedgerEntry)).all()
    assert (bureau["b"].name, bureau["b"].code, entry.event) == ("新名", "b2", Event.UNIT_RENAMED)


def test_saving_without_a_change_records_nothing(db, bureau, admin):
    edit_unit(db, bureau["b"], draft("b", bureau["top"]), by=admin, now=NOW)
    assert db.scalars(select(LedgerEntry)).all() == []


def test_heads_are_counted_without_the_disabled(db, bureau, admin):
    make_user(db, "one", unit=bureau["b"])
    make_user(db, "two", unit=bureau["b"], disabled_at=NOW)
    assert headcounts(db) == {bureau["top"].id: 1, bureau["b"].id: 1}


def test_an_unknown_unit_is_not_found(db):
    with pytest.raises(NotFound):
        unit_by_public_id(db, "nothing")
