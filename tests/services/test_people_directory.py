"""The administrator's list: searched, filtered, in the order of the tree."""

import pytest

from examapp.core.people import Role
from examapp.services.people.directory import Search, people
from tests.bureau import NOW, make_unit, make_user


@pytest.fixture
def bureau(db):
    top = make_unit(db, "top")
    late, early = make_unit(db, "late", top), make_unit(db, "early", top)
    late.position, early.position = 2, 1
    under = make_unit(db, "under", early)
    make_user(db, "boss", Role.ADMIN, unit=top)
    make_user(db, "b", unit=late)
    make_user(db, "a", Role.TRAINER, Role.CADRE, unit=late)
    make_user(db, "c", unit=early)
    make_user(db, "d", Role.TRAINER, unit=under)
    make_user(db, "gone", unit=early, disabled_at=NOW)
    return {"early": early, "late": late}


def found(db, **search: str) -> list[str]:
    return [user.username for user in people(db, Search(**search)).users]


def test_units_come_in_the_order_of_the_tree_and_names_within(db, bureau):
    assert found(db) == ["boss", "c", "d", "a", "b"]


@pytest.mark.parametrize(
    ("search", "names"),
    [
        ({"q": "姓名a"}, ["a"]),
        ({"q": " A "}, ["a"]),
        ({"q": "%"}, []),
        ({"role": "trainer"}, ["d", "a"]),
        ({"role": "nonsense"}, ["boss", "c", "d", "a", "b"]),
        ({"state": "disabled"}, ["gone"]),
        ({"state": "all"}, ["boss", "c", "gone", "d", "a", "b"]),
        ({"unit": "no such unit"}, []),
    ],
)
def test_the_list_is_narrowed(db, bureau, search, names):
    assert found(db, **search) == names


def test_a_unit_brings_those_under_it(db, bureau):
    assert found(db, unit=bureau["early"].public_id) == ["c", "d"]
    assert found(db, unit=bureau["early"].public_id, role="trainer") == ["d"]


def test_whoever_has_not_chosen_a_password_is_found(db, bureau):
    from sqlalchemy import select

    from examapp.store.people import User

    db.scalars(select(User).where(User.username == "b")).one().must_change_password = True
    assert found(db, state="waiting") == ["b"]


def test_pages_hold_so_many_and_the_last_is_the_last(db, bureau):
    second = people(db, Search(), page=2, size=2)
    assert [user.username for user in second.users] == ["d", "a"]
    assert (second.total, second.pages) == (5, 3)
    assert people(db, Search(), page=99, size=2).page == 3
