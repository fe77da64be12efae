"""The yearly sheet's arithmetic: exact, by rule, and only of its own year."""

from datetime import date
from fractions import Fraction

import pytest

from examapp.core.assessment import (
    Evidence,
    Head,
    Indicator,
    Measure,
    indicator_from_data,
    line,
    sheet,
)

TEXT = {"zh": "字", "en": "word"}
DAY = date(2026, 6, 1)


def make_indicator(**fields):
    return Indicator(
        **{
            "code": "R16",
            "head": Head.STUDY,
            "measure": Measure.STUDY_MINUTES,
            "threshold": 1800,
            "points": Fraction(40),
            "partial": True,
            "title": TEXT,
            "rule": TEXT,
            "source": "R16",
            **fields,
        }
    )


def fact(amount, *, measure=Measure.STUDY_MINUTES, on=DAY):
    return Evidence(measure, on, amount, TEXT, "reference")


@pytest.mark.parametrize(
    ("amounts", "partial", "points", "missing", "met"),
    [
        ([], True, Fraction(0), 1800, False),
        ([750], True, Fraction(50, 3), 1050, False),
        ([1799], True, Fraction(1799, 45), 1, False),
        ([1000, 800], True, Fraction(40), 0, True),
        ([4000], True, Fraction(40), 0, True),
        ([1799], False, Fraction(0), 1, False),
        ([1800], False, Fraction(40), 0, True),
        ([9000], False, Fraction(40), 0, True),
    ],
)
def test_points_of_an_indicator(amounts, partial, points, missing, met):
    made = line(make_indicator(partial=partial), map(fact, amounts), 2026)
    assert (made.points, made.missing, made.met) == (points, missing, met)


def test_only_facts_of_the_measure_and_the_year_count():
    counted = fact(60)
    noise = [
        fact(500, on=date(2025, 12, 31)),
        fact(500, on=date(2027, 1, 1)),
        fact(500, measure=Measure.EXAMS_PASSED),
    ]
    made = line(make_indicator(), [noise[0], counted, *noise[1:]], 2026)
    assert (made.evidence, made.amount) == ((counted,), 60)


def test_the_total_is_the_sum_of_exact_points():
    rules = [
        make_indicator(points=Fraction(1, 3)),
        make_indicator(measure=Measure.EXAMS_PASSED, threshold=3, points=Fraction(1)),
    ]
    made = sheet(rules, [fact(1800), fact(1, measure=Measure.EXAMS_PASSED)], 2026)
    assert made.points == Fraction(2, 3)
    assert made.most == Fraction(4, 3)


def test_a_sheet_without_rules_is_empty():
    assert sheet((), [fact(60)], 2026).points == 0


DATA = {
    "code": "R16",
    "head": "study",
    "measure": "study-minutes",
    "threshold": 1800,
    "points": "12.5",
    "partial": True,
    "title": TEXT,
    "rule": TEXT,
    "source": "R16",
}


def test_an_indicator_is_read_exactly():
    assert indicator_from_data(DATA) == make_indicator(points=Fraction(25, 2))


@pytest.mark.parametrize(
    "fault",
    [
        {"head": "sport"},
        {"measure": "minutes-online"},
        {"threshold": 0},
        {"threshold": 1.5},
        {"threshold": True},
        {"points": -1},
        {"points": "many"},
        {"partial": "no"},
        {"title": "字"},
        {"rule": {"zh": "字", "en": ""}},
    ],
)
def test_an_indicator_that_cannot_be_right_is_refused(fault):
    with pytest.raises(ValueError, match=r"\S"):
        indicator_from_data({**DATA, **fault})


@pytest.mark.parametrize("part", ["code", "head", "measure", "threshold", "points", "source"])
def test_a_missing_part_is_named(part):
    with pytest.raises(KeyError, match=part):
        indicator_from_data({key: value for key, value in DATA.items() if key != part})
