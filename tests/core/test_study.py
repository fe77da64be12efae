"""Checks: whose guides, which items, how many right are enough."""

import pytest

from examapp.core.citations import parse
from examapp.core.stream import Stream
from examapp.core.study import (
    CheckItem,
    CheckNotPossible,
    choose,
    fits,
    meant_for,
    passed,
    right_count,
)


def stream(label: str = "") -> Stream:
    return Stream.of(b"seed", label)


@pytest.mark.parametrize(
    ("posts", "audiences", "meant"),
    [
        ([], [], True),
        (["port"], [], True),
        (["finance"], [], False),
        ([], ["support"], True),
        ([], ["enforcement"], False),
        (["port"], ["enforcement"], False),
        (["finance", "port"], ["support", "enforcement"], True),
    ],
)
def test_a_guide_is_meant_for_its_posts_and_audiences(posts, audiences, meant):
    assert meant_for(posts, audiences, "port", "support") is meant


def test_items_belong_to_a_section_by_article_whatever_the_paragraph():
    section = [parse("law-x:1.2"), parse("law-x:3")]
    assert fits(section, [parse("law-x:3.1(2)")])
    assert not fits(section, [parse("law-x:2"), parse("law-y:3")])


def test_items_not_met_before_come_first():
    for label in map(str, range(20)):
        chosen = choose("abcdef", unseen="cf", count=3, stream=stream(label))
        assert set(chosen[:2]) == {"c", "f"}
        assert len(set(chosen)) == 3


def test_every_new_item_can_be_drawn():
    firsts = {choose("abc", "abc", 1, stream(str(n)))[0] for n in range(50)}
    assert firsts == set("abc")


def test_fewer_items_than_asked_are_enough_but_none_is_not():
    assert choose("a", "", 3, stream()) == ["a"]
    with pytest.raises(CheckNotPossible):
        choose("", "", 3, stream())


@pytest.mark.parametrize("enemies", [{"a": frozenset("b")}, {"b": frozenset("a")}])
def test_enemies_never_stand_in_one_check(enemies):
    for label in map(str, range(20)):
        chosen = choose("abc", "abc", 3, stream(label), enemies)
        assert len(chosen) == 2
        assert "c" in chosen


def test_only_the_whole_key_is_right():
    items = [CheckItem(str(n), ("A", "B"), frozenset(key)) for n, key in enumerate(["A", "AB"])]
    assert right_count(items, {1: frozenset("A"), 2: frozenset("A")}) == 1
    assert right_count(items, {2: frozenset("AB")}) == 1


@pytest.mark.parametrize(
    ("right", "asked", "ok"),
    [(2, 3, True), (1, 3, False), (3, 4, True), (3, 5, False), (0, 0, False)],
)
def test_two_thirds_pass(right, asked, ok):
    assert passed(right, asked) is ok
