"""What study counts: credited minutes of a year, and the section to take next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer, joinedload

from examapp.clock import local_date
from examapp.core.study import LEVELS, meant_for
from examapp.services.people.persons import Person
from examapp.store.study import Guide, Section, StudyCredit


@dataclass(frozen=True)
class Credit:
    """A line of evidence: which section was passed, for how many nominal minutes, when."""

    section_title: dict[str, str]
    guide_title: dict[str, str]
    minutes: int
    day: date
    guide_code: str
    section_code: str


def year_minutes(db: Session, user_id: int, year: int) -> int:
    """Nominal minutes credited to a person in a year."""
    return (
        db.scalar(
            select(func.sum(StudyCredit.minutes)).where(
                StudyCredit.user_id == user_id, StudyCredit.year == year
            )
        )
        or 0
    )


def credits(db: Session, user_id: int, year: int) -> list[Credit]:
    """What was credited in a year, the oldest first, withdrawn sections too."""
    rows = db.execute(
        select(StudyCredit, Section.title, Section.code, Guide.title, Guide.code)
        .join(Section, Section.id == StudyCredit.section_id)
        .join(Guide, Guide.id == Section.guide_id)
        .where(StudyCredit.user_id == user_id, StudyCredit.year == year)
        .order_by(StudyCredit.credited_at, StudyCredit.id)
    )
    return [
        Credit(title, guide, credit.minutes, local_date(credit.credited_at), guide_code, code)
        for credit, title, code, guide, guide_code in rows
    ]


def credited_sections(db: Session, user_id: int, year: int) -> frozenset[int]:
    """Ids of the sections that count for a person in a year."""
    return frozenset(
        db.scalars(
            select(StudyCredit.section_id).where(
                StudyCredit.user_id == user_id, StudyCredit.year == year
            )
        )
    )


def next_section(
    db: Session, person: Person, *, year: int | None = None
) -> tuple[Guide, Section] | None:
    """The first section in a guide meant for the person that is not credited yet.

    Not credited in `year`, or, where no year is given, never; None when all are.
    """
    done = select(StudyCredit.section_id).where(StudyCredit.user_id == person.id)
    if year is not None:
        done = done.where(StudyCredit.year == year)
    sections = db.scalars(
        select(Section)
        .join(Section.guide)
        .where(
            Section.withdrawn_at.is_(None), Guide.withdrawn_at.is_(None), Section.id.not_in(done)
        )
        .options(joinedload(Section.guide), defer(Section.body))
        .order_by(Guide.position, Guide.code, Section.position)
    ).all()
    mine = [s for s in sections if _meant(s.guide, person)]
    first = min(mine, key=lambda s: LEVELS.index(s.guide.level), default=None)
    return (first.guide, first) if first else None


def _meant(guide: Guide, person: Person) -> bool:
    return meant_for(guide.posts, guide.audiences, person.post, person.audience)
