"""Specs: what they ask for, what cannot be right, where the bank falls short."""

import json
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examapp.core.items import Difficulty, Kind
from examapp.core.scoring import Band
from examapp.core.spec import Counts, ExamSpec, SpecLine, faults, from_data, shortages
from tests.bureau import make_spec

EASY, MEDIUM, HARD = Difficulty


def line(topic="law", kind=Kind.SINGLE, difficulty=None, count=1, points=Fraction(1)):
    return SpecLine(topic, kind, difficulty, count, points)


@pytest.mark.parametrize(
    ("asked", "cell", "accepted"),
    [
        (line("law"), ("law", Kind.SINGLE, EASY), True),
        (line("law"), ("law.basic", Kind.SINGLE, EASY), True),
        (line("law"), ("lawless", Kind.SINGLE, EASY), False),
        (line("law.basic"), ("law", Kind.SINGLE, EASY), False),
        (line("law"), ("law", Kind.MULTIPLE, EASY), False),
        (line("law", difficulty=HARD), ("law", Kind.SINGLE, EASY), False),
        (line("law", difficulty=HARD), ("law", Kind.SINGLE, HARD), True),
    ],
)
def test_what_a_line_accepts(asked, cell, accepted):
    assert asked.accepts(cell) is accepted


def test_items_and_points_add_up():
    spec = make_spec()
    assert (spec.items, spec.points) == (6, 13)


@pytest.mark.parametrize(
    ("change", "places"),
    [
        ({}, []),
        ({"lines": (), "bands": ()}, ["lines"]),
        ({"lines": (line(count=0), line(count=20))}, ["line 1"]),
        ({"lines": (line(count=20, points=Fraction(-1)),), "bands": ()}, ["line 1", "cut_score"]),
        ({"minutes": 0}, ["minutes"]),
        ({"minutes": 601}, ["minutes"]),
        ({"tries": 0}, ["tries"]),
        ({"tries": 11}, ["tries"]),
        ({"cut_score": Fraction(0)}, ["cut_score"]),
        ({"cut_score": Fraction(13)}, []),
        ({"cut_score": Fraction(27, 2)}, ["cut_score"]),
        ({"bands": (Band("good", Fraction(14)),)}, ["bands"]),
        ({"bands": (Band("good", Fraction(-1)),)}, ["bands"]),
    ],
)
def test_what_cannot_be_right_in_a_spec(change, places):
    assert [fault.place for fault in faults(replace(make_spec(), **change))] == places


points = st.fractions(0, 100, max_denominator=60)
lines = st.builds(
    SpecLine,
    topic=st.sampled_from(["law", "law.basic", "law.basic.more", "ports"]),
    kind=st.sampled_from(Kind),
    difficulty=st.none() | st.sampled_from(Difficulty),
    count=st.integers(0, 5),
    points=points,
)
specs = st.builds(
    ExamSpec,
    lines=st.lists(lines, max_size=4).map(tuple),
    minutes=st.integers(0, 700),
    cut_score=points,
    bands=st.lists(st.builds(Band, st.sampled_from(["good", "pass"]), points)).map(tuple),
    tries=st.integers(0, 12),
    counts=st.sampled_from(Counts),
)


@given(specs)
def test_a_spec_survives_json(spec):
    assert from_data(json.loads(json.dumps(spec.as_data()))) == spec


@given(specs)
def test_faults_are_found_in_any_spec(spec):
    for fault in faults(spec):
        assert str(fault)


def test_a_bank_that_suffices_falls_short_nowhere():
    cells = [("law.basic", Kind.SINGLE, EASY)] * 3
    cells += [("law", Kind.MULTIPLE, HARD)] * 2 + [("law", Kind.JUDGEMENT, EASY)]
    assert shortages(make_spec(), cells) == []


def test_a_shortage_says_which_line_and_by_how_much():
    (short,) = shortages(
        replace(make_spec(), lines=(line(count=3), line(kind=Kind.MULTIPLE, count=4))),
        [("law", Kind.SINGLE, EASY)] * 5 + [("law.basic", Kind.MULTIPLE, HARD)],
    )
    assert (short.line.kind, short.wanted, short.available, short.missing) == (
        Kind.MULTIPLE,
        4,
        1,
        3,
    )


def test_a_line_that_could_take_anything_leaves_the_scarce_items_to_others():
    spec = replace(make_spec(), lines=(line("law", count=2), line("law.basic", count=1)))
    cells = [("law.basic", Kind.SINGLE, EASY), ("law", Kind.SINGLE, EASY)]
    cells.append(("law.other", Kind.SINGLE, HARD))
    assert shortages(spec, cells) == []


def test_an_item_serves_one_line_only():
    spec = replace(make_spec(), lines=(line("law", count=1), line("law.basic", count=1)))
    assert sum(s.missing for s in shortages(spec, [("law.basic", Kind.SINGLE, EASY)])) == 1
