"""Days of legal publicity: on which days of a year they fall, and the laws' own anniversaries."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from examapp.core.citations import Citation

Span = tuple[date, date]  # the first and the last day
BASES = ("law", "notice", "custom", "bureau")
"""Who sets the day: an article; a yearly notice; long custom or a resolution; the bureau itself."""

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _day(year: int, month: str, day: str) -> Span:
    on = date(year, int(month), int(day))
    return on, on


def _from_to(year: int, month: str, day: str, last_month: str, last_day: str) -> Span:
    first, last = date(year, int(month), int(day)), date(year, int(last_month), int(last_day))
    if last < first:
        raise ValueError("the last day comes before the first")
    return first, last


def _month(year: int, month: str) -> Span:
    first = date(year, int(month), 1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _week(year: int, nth: str, month: str) -> Span:
    """Weeks begin on Monday; the first is the one that has the month's first day in it."""
    monday = _monday(date(year, int(month), 1)) + timedelta(weeks=int(nth) - 1)
    return max(monday, date(year, int(month), 1)), monday + timedelta(days=6)


def _weekday(year: int, name: str, nth: str, month: str) -> Span:
    first = date(year, int(month), 1)
    ahead = (_WEEKDAYS.index(name) - first.weekday()) % 7
    on = first + timedelta(days=ahead, weeks=int(nth) - 1)
    return on, on


def _week_of(year: int, month: str, day: str) -> Span:
    monday = _monday(date(year, int(month), int(day)))
    return monday, monday + timedelta(days=6)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


_FORMS: tuple[tuple[str, Callable[..., Span]], ...] = (
    (r"(\d\d)-(\d\d)", _day),
    (r"(\d\d)-(\d\d)\.\.(\d\d)-(\d\d)", _from_to),
    (r"month (\d\d?)", _month),
    (r"week ([1-4]) of (\d\d?)", _week),
    (rf"({'|'.join(_WEEKDAYS)}) ([1-4]) of (\d\d?)", _weekday),
    (r"week of (\d\d)-(\d\d)", _week_of),
)


@dataclass(frozen=True)
class Rule:
    """When in a year: `12-04`, `03-22..03-28`, `month 6`, `week 3 of 9`, `saturday 3 of 9`,
    `week of 12-04`; ValueError where the words say no day that every year has."""

    words: str

    def __post_init__(self) -> None:
        for leap_or_not in (2024, 2025):
            self.on(leap_or_not)

    def on(self, year: int) -> Span:
        """The first and the last day in a year."""
        for form, dates in _FORMS:
            if match := re.fullmatch(form, self.words):
                return dates(year, *match.groups())
        raise ValueError(f'"{self.words}" is no rule for a day, a week or a month')


@dataclass(frozen=True)
class PublicityDay:
    """A day, week or month on which the law of one field is made known.

    `years` are the days that a notice set for single years; `cites` the articles that lay the day
    down; `laws`, `topics` what is practised on it; `posts` whom it concerns first, nobody in
    particular where empty; `since` the first year of it.
    """

    code: str
    title: Mapping[str, str]
    why: Mapping[str, str]
    basis: str
    rule: Rule
    laws: tuple[str, ...]
    topics: tuple[str, ...]
    posts: tuple[str, ...] = ()
    cites: tuple[Citation, ...] = ()
    since: int = 1
    years: Mapping[int, Span] = field(default_factory=dict)

    def on(self, year: int) -> Span:
        """The first and the last day in a year."""
        return self.years.get(year) or self.rule.on(year)

    def settled(self, year: int) -> bool:
        """Whether the days are sure; else a notice or the bureau may still set others."""
        return self.basis in ("law", "custom") or year in self.years


@dataclass(frozen=True)
class Occurrence:
    """A publicity day in one year."""

    day: PublicityDay
    first: date
    last: date
    settled: bool


def occurrences(days: Iterable[PublicityDay], first: date, last: date) -> list[Occurrence]:
    """Whatever falls, be it in part, between two days, in the order of beginning."""
    found = (
        occurrence
        for day in days
        for year in range(first.year - 1, last.year + 2)
        for occurrence in _within(day, year, first, last)
    )
    return sorted(found, key=lambda one: (one.first, one.last, one.day.code))


def _within(day: PublicityDay, year: int, first: date, last: date) -> Iterator[Occurrence]:
    begins, ends = day.on(year)
    if year >= day.since and begins <= last and ends >= first:
        yield Occurrence(day, begins, ends, day.settled(year))


def anniversary(in_force_since: date, year: int) -> tuple[date, int] | None:
    """The day in a year on which a law has been in force for whole years, and how many.

    None in the year of its beginning and before.
    """
    age = year - in_force_since.year
    if age < 1:
        return None
    try:
        return in_force_since.replace(year=year), age
    except ValueError:  # 29 February
        return date(year, 3, 1), age
