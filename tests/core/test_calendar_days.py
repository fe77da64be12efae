"""Days of legal publicity: rules, years, occurrences, anniversaries."""

from datetime import date, timedelta

import pytest

from examapp.core.calendar_days import PublicityDay, Rule, anniversary, occurrences

BOTH = {"zh": "日", "en": "Day"}


def day(code="day", when="12-04", basis="law", **fields):
    return PublicityDay(code, BOTH, BOTH, basis, Rule(when), (), (), **fields)


def dates(*texts):
    return tuple(map(date.fromisoformat, texts))


@pytest.mark.parametrize(
    ("words", "year", "first", "last"),
    [
        ("12-04", 2026, "2026-12-04", "2026-12-04"),
        ("03-22..03-28", 2026, "2026-03-22", "2026-03-28"),
        ("month 2", 2028, "2028-02-01", "2028-02-29"),
        ("month 12", 2026, "2026-12-01", "2026-12-31"),
        ("week 3 of 9", 2024, "2024-09-09", "2024-09-15"),  # the 1st is a Sunday: a week of a day
        ("week 3 of 9", 2025, "2025-09-15", "2025-09-21"),  # the 1st is a Monday
        ("week 1 of 9", 2023, "2023-09-01", "2023-09-03"),  # a week does not begin before
        ("saturday 3 of 9", 2025, "2025-09-20", "2025-09-20"),
        ("sunday 3 of 5", 2026, "2026-05-17", "2026-05-17"),
        ("week of 12-04", 2026, "2026-11-30", "2026-12-06"),
    ],
)
def test_a_rule_falls_on_its_days(words, year, first, last):
    assert Rule(words).on(year) == dates(first, last)


@pytest.mark.parametrize(
    "words",
    ["", "02-29", "13-01", "3-1", "12-31..01-01", "month 13", "week 5 of 9", "friday 0 of 5", "x"],
)
def test_what_is_no_day_of_every_year_is_refused(words):
    with pytest.raises(ValueError, match=r"rule|day|month"):
        Rule(words)


def test_every_year_has_the_nth_week_of_its_month_whole_but_for_the_first():
    for year in range(2000, 2060):
        for nth in range(2, 5):
            first, last = Rule(f"week {nth} of 9").on(year)
            assert first.weekday() == 0
            assert last - first == timedelta(days=6)
            assert {first.month, last.month} == {9}


def test_a_notice_sets_the_days_of_a_single_year():
    span = dates("2025-06-23", "2025-06-29")
    week = day(when="month 6", basis="notice", years={2025: span})
    assert week.on(2025) == span
    assert week.on(2026) == dates("2026-06-01", "2026-06-30")
    assert [week.settled(year) for year in (2025, 2026)] == [True, False]
    assert day(basis="law").settled(2026)


def test_occurrences_are_those_that_touch_the_time_asked_for_in_order():
    days = [
        day("week", "week of 12-04"),
        day("day", "12-04"),
        day("far", "03-15"),
        day("new", "12-05", since=2027),
        day("month", "month 11"),
    ]
    found = occurrences(days, *dates("2026-11-30", "2026-12-31"))
    assert [one.day.code for one in found] == ["month", "week", "day"]
    assert (found[1].first, found[1].last) == dates("2026-11-30", "2026-12-06")


def test_an_occurrence_on_the_only_day_asked_for_is_found():
    only = date(2026, 12, 4)
    assert [one.first for one in occurrences([day(when="12-04")], only, only)] == [only]


def test_a_week_that_reaches_into_the_next_year_is_found_from_there():
    found = occurrences([day(when="week of 12-30")], *dates("2027-01-01", "2027-01-02"))
    assert [(one.first, one.last) for one in found] == [dates("2026-12-28", "2027-01-03")]


@pytest.mark.parametrize(
    ("since", "year", "found"),
    [
        ("2004-01-01", 2026, (date(2026, 1, 1), 22)),
        ("2026-08-15", 2026, None),
        ("2026-08-15", 2020, None),
        ("2008-02-29", 2028, (date(2028, 2, 29), 20)),
        ("2008-02-29", 2027, (date(2027, 3, 1), 19)),
    ],
)
def test_a_law_has_an_anniversary_from_the_second_year_on(since, year, found):
    assert anniversary(date.fromisoformat(since), year) == found
