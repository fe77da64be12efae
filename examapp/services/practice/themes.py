"""Practice with a theme: the items of a law, or of a day's laws and topics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from examapp.clock import local_date
from examapp.core.refusals import NotFound
from examapp.services.people.persons import Person
from examapp.services.practice import allowed, runs
from examapp.store.bank import ItemCitation, ItemRevision
from examapp.store.laws import Law
from examapp.store.practice import PracticeRun


@dataclass(frozen=True)
class Theme:
    """What a run is about: `name` is `law:<code>` or `day:<code>`; items of any of the laws and
    topics belong to it."""

    name: str
    laws: Collection[str]
    topics: Collection[str] = ()


def of_law(db: Session, code: str) -> Theme:
    """The theme of one law; NotFound where there is none."""
    if db.scalar(select(Law.id).where(Law.code == code)) is None:
        raise NotFound()
    return Theme(f"law:{code}", (code,))


def draw(db: Session, person: Person, theme: Theme, *, now: datetime) -> PracticeRun:
    """Ten items of the theme, not met in practice first; or the run left open.

    Raises PracticeNotPossible where nothing may be shown now.
    """
    waiting = runs.left_open(db, person, now=now, kind=runs.THEME, theme=theme.name)
    if waiting:
        return waiting
    rows = allowed.items(db, _belongs(theme), today=local_date(now))
    places = runs.ten_of(db, person, rows)
    return runs.keep(db, person, places, now=now, kind=runs.THEME, theme=theme.name)


def _belongs(theme: Theme) -> ColumnElement[bool]:
    cites = select(ItemCitation.revision_id).where(ItemCitation.law.in_(theme.laws))
    return or_(ItemRevision.id.in_(cites), *map(allowed.under, theme.topics))


def available(db: Session, themes: Iterable[Theme], *, today: date) -> dict[str, int]:
    """How many items of each theme can be practised now."""
    shown = _shown(db, today)
    return {
        theme.name: sum(
            not laws.isdisjoint(theme.laws) or _under(topic, theme.topics) for topic, laws in shown
        )
        for theme in themes
    }


def by_law(db: Session, *, today: date) -> list[tuple[Law, int]]:
    """Laws of which something can be practised now, in the register's order, with how much."""
    counts = Counter(law for _topic, laws in _shown(db, today) for law in laws)
    found = db.scalars(select(Law).where(Law.code.in_(counts)).order_by(Law.id))
    return [(law, counts[law.code]) for law in found]


def _shown(db: Session, today: date) -> list[tuple[str, set[str]]]:
    """Of each item that may be asked: its topic and the laws it cites."""
    revisions: Mapping[int, Any] = {
        row.id: (row.topic, set())
        for row in db.execute(
            select(ItemRevision.id, ItemRevision.topic).where(allowed.may_show(today))
        )
    }
    for revision, law in db.execute(select(ItemCitation.revision_id, ItemCitation.law)):
        if revision in revisions:
            revisions[revision][1].add(law)
    return list(revisions.values())


def _under(topic: str, topics: Iterable[str]) -> bool:
    return any(topic == one or topic.startswith(f"{one}.") for one in topics)


def law_titles(db: Session, codes: Collection[str]) -> dict[str, dict[str, str]]:
    """The short titles of laws, by their codes."""
    rows = db.execute(select(Law.code, Law.short_title).where(Law.code.in_(codes)))
    return dict(rows.all())
