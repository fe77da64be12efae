"""What a cadre does next, and by when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from examapp.clock import local_date
from examapp.core.assessment import Sheet
from examapp.core.calendar_days import PublicityDay
from examapp.services.assessments.sheets import this_year
from examapp.services.exams.candidates import Phase, Standing, standings
from examapp.services.laws import calendar, news
from examapp.services.people.persons import Person
from examapp.services.study.progress import next_section
from examapp.store.study import Guide, Section

FRESH = timedelta(days=30)
MOST_DAYS = 2


@dataclass(frozen=True)
class CadreDesk:
    """Exams to sit, to come, and with fresh results; what to study next; the year so far.

    `law_news` counts laws new or amended since the last look, `days` are those of legal
    publicity within a week.
    """

    to_sit: list[Standing]
    coming: list[Standing]
    results: list[Standing]
    next_section: tuple[Guide, Section] | None
    sheet: Sheet
    year: int
    law_news: int
    days: list[calendar.PublicityEntry]


def cadre_desk(
    db: Session, person: Person, *, policy: str, days: Iterable[PublicityDay], now: datetime
) -> CadreDesk:
    """Everything on the first page of a cadre."""
    mine = standings(db, person, now=now)
    year = local_date(now).year
    return CadreDesk(
        to_sit=[s for s in mine if s.may_start and (s.open_sitting or not s.sittings)],
        coming=[s for s in mine if s.phase(now) is Phase.COMING],
        results=[s for s in mine if s.result and s.exam.released_at and _fresh(s, now)],
        next_section=next_section(db, person, year=year),
        sheet=this_year(db, person.id, policy, now=now),
        year=year,
        law_news=news.waiting(db, person, now=now),
        days=calendar.soon(db, person, days, today=local_date(now))[:MOST_DAYS],
    )


def _fresh(standing: Standing, now: datetime) -> bool:
    return standing.exam.released_at is not None and standing.exam.released_at > now - FRESH
