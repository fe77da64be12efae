"""The year of the law for one reader: publicity days, anniversaries, what comes into force."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from examapp.core.calendar_days import Occurrence, PublicityDay, anniversary, occurrences
from examapp.core.law.concern import Concern, concern
from examapp.services.people.persons import Person
from examapp.services.study.shelf import guides, in_force
from examapp.store.laws import Edition, Law
from examapp.store.study import Guide

SOON = timedelta(days=7)
ROUND = 5


@dataclass(frozen=True)
class PublicityEntry:
    """A publicity day with its laws that are known here and guides on its topics or laws."""

    occurrence: Occurrence
    for_post: bool
    laws: tuple[Law, ...]
    guides: tuple[Guide, ...]

    @property
    def day(self) -> PublicityDay:
        return self.occurrence.day


@dataclass(frozen=True)
class Anniversary:
    """The day on which a law has been in force for whole years."""

    law: Law
    on: date
    years: int
    concern: Concern

    @property
    def prominent(self) -> bool:
        """Whether it is shown at once: a law of one's post or first duty, or a round number."""
        own = self.concern is Concern.POST or self.law.level == "first-duty"
        return own or (self.round and self.concern is Concern.EVERYBODY)

    @property
    def round(self) -> bool:
        """Whether the number of years is a round one."""
        return self.years % ROUND == 0


@dataclass(frozen=True)
class Beginning:
    """An edition that comes into force on a day."""

    edition: Edition
    concern: Concern


@dataclass(frozen=True)
class Month:
    """One month of the calendar."""

    first: date
    days: tuple[PublicityEntry, ...]
    anniversaries: tuple[Anniversary, ...]
    beginnings: tuple[Beginning, ...]


def months(
    db: Session, person: Person, days: Iterable[PublicityDay], *, first: date, count: int
) -> list[Month]:
    """So many months from the one in which `first` lies."""
    starts = [month_after(first.replace(day=1), n) for n in range(count + 1)]
    everything = list(days)
    laws, shelf, beginnings = _registered(db), _shelf(db), _beginnings(db, starts[0], starts[-1])
    found = []
    for begin, end in pairwise(starts):
        last = end - timedelta(days=1)
        found.append(
            Month(
                begin,
                tuple(_entries(_days(everything, begin, last, starts[0]), person, laws, shelf)),
                tuple(_anniversaries(laws.values(), person, begin, last)),
                tuple(
                    Beginning(e, concern(e.law.level, e.law.posts, person.post))
                    for e in beginnings
                    if begin <= e.effective <= last
                ),
            )
        )
    return found


def soon(
    db: Session, person: Person, days: Iterable[PublicityDay], *, today: date
) -> list[PublicityEntry]:
    """Publicity days of the next week or going on now, one's own post's first; no months."""
    found = [one for one in occurrences(days, today, today + SOON) if one.last - one.first <= SOON]
    if not found:
        return []
    return list(_entries(found, person, _registered(db), _shelf(db)))


def month_after(first: date, months: int) -> date:
    """The first day of the month so many months later, or earlier."""
    years, month = divmod(first.month - 1 + months, 12)
    return date(first.year + years, month + 1, 1)


def _days(
    days: Iterable[PublicityDay], first: date, last: date, shown_from: date
) -> list[Occurrence]:
    """What begins in a month; in the first one that is shown also what goes on from before."""
    found = occurrences(days, first, last)
    return [one for one in found if one.first >= first or first == shown_from]


def _registered(db: Session) -> dict[str, Law]:
    laws = db.scalars(select(Law).where(Law.level.is_not(None)).order_by(Law.id))
    return {law.code: law for law in laws}


def _shelf(db: Session) -> list[tuple[Guide, set[str]]]:
    """Guides in force, each with the laws that its sections rest on."""
    return [
        (guide, {cite.law for section in in_force(guide) for cite in section.citations})
        for guide in guides(db)
    ]


def _entries(
    found: Iterable[Occurrence],
    person: Person,
    laws: dict[str, Law],
    shelf: Sequence[tuple[Guide, set[str]]],
) -> Iterator[PublicityEntry]:
    entries = [
        PublicityEntry(
            occurrence=one,
            for_post=bool(person.post) and person.post in one.day.posts,
            laws=tuple(laws[code] for code in one.day.laws if code in laws),
            guides=tuple(_fitting(one.day, shelf)),
        )
        for one in found
    ]
    yield from sorted(entries, key=lambda entry: not entry.for_post)


def _fitting(day: PublicityDay, shelf: Iterable[tuple[Guide, set[str]]]) -> Iterator[Guide]:
    """Guides on a topic of the day; those that rest on its laws where there are none."""
    on_topic = [guide for guide, _ in shelf if _under(guide.topic, day.topics)]
    yield from on_topic or [guide for guide, cited in shelf if not cited.isdisjoint(day.laws)]


def _under(topic: str, topics: Collection[str]) -> bool:
    return any(topic == one or topic.startswith(f"{one}.") for one in topics)


def _anniversaries(
    laws: Iterable[Law], person: Person, first: date, last: date
) -> list[Anniversary]:
    found = []
    for law in laws:
        if law.kind == "decision":  # an amendment lives on in the law that it changed
            continue
        day = anniversary(law.in_force_since, first.year) if law.in_force_since else None
        if day and first <= day[0] <= last and not _gone(law, day[0]):
            near = concern(law.level, law.posts, person.post)
            found.append(Anniversary(law, day[0], day[1], near))
    return sorted(found, key=lambda one: (one.on, list(Concern).index(one.concern), one.law.id))


def _gone(law: Law, day: date) -> bool:
    repealed = law.editions[-1].repealed if law.editions else None
    return repealed is not None and repealed <= day


def _beginnings(db: Session, first: date, end: date) -> Sequence[Edition]:
    return db.scalars(
        select(Edition)
        .join(Edition.law)
        .where(
            Edition.effective >= first,
            Edition.effective < end,
            or_(Law.level.is_not(None), Edition.effective > Edition.adopted),
        )
        .options(joinedload(Edition.law))
        .order_by(Edition.effective, Edition.law_id)
    ).all()
