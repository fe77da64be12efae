"""What a person can still do this year for what is missing."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from examapp.core.study import meant_for
from examapp.services.people.persons import Person
from examapp.store.study import Guide, Section, StudyCredit


@dataclass(frozen=True)
class OpenSection:
    """A section whose check the person has not passed this year."""

    guide: str
    section: str
    title: dict[str, str]
    minutes: int


def open_sections(
    db: Session, person: Person, year: int, *, minutes: int, most: int = 5
) -> list[OpenSection]:
    """Sections meant for the person, in reading order, until their minutes fill the gap."""
    credited = exists().where(
        StudyCredit.user_id == person.id,
        StudyCredit.section_id == Section.id,
        StudyCredit.year == year,
    )
    rows = db.execute(
        select(
            Guide.code.label("guide"),
            Guide.posts,
            Guide.audiences,
            Section.code,
            Section.title,
            Section.minutes,
        )
        .join(Guide, Guide.id == Section.guide_id)
        .where(
            Guide.withdrawn_at.is_(None),
            Section.withdrawn_at.is_(None),
            Section.check_items > 0,
            ~credited,
        )
        .order_by(Guide.position, Guide.id, Section.position)
    )
    found: list[OpenSection] = []
    for row in rows:
        meant = meant_for(row.posts, row.audiences, person.post, person.audience)
        if meant and len(found) < most and minutes > 0:
            found.append(OpenSection(row.guide, row.code, row.title, row.minutes))
            minutes -= row.minutes
    return found
