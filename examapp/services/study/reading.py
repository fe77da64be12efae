"""Where a person stopped reading: kept by opening a section, never timed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session, defer, joinedload

from examapp.services.people.persons import Person
from examapp.store.study import Guide, ReadingPosition, Section
from examapp.store.upsert import insert_unless_there


def positions(db: Session, person: Person) -> dict[int, int]:
    """Guide id → section id where the person stopped."""
    rows = db.execute(
        select(ReadingPosition.guide_id, ReadingPosition.section_id).where(
            ReadingPosition.user_id == person.id
        )
    )
    return dict(rows.all())


def keep_position(db: Session, person: Person, section: Section, *, now: datetime) -> bool:
    """Remember the section as the place in its guide; False when it was that already."""
    own = (
        ReadingPosition.user_id == person.id,
        ReadingPosition.guide_id == section.guide_id,
    )
    here = db.scalar(select(ReadingPosition.section_id).where(*own))
    if here == section.id:
        return False
    values = {"section_id": section.id, "at": now}
    if here is None:
        keys = {"user_id": person.id, "guide_id": section.guide_id}
        db.execute(insert_unless_there(db, ReadingPosition).values(**keys, **values))
    else:
        db.execute(update(ReadingPosition).where(*own).values(**values))
    return True


def last_opened(db: Session, person: Person) -> Section | None:
    """The section at which the person last stopped, in whichever guide; None at first."""
    return db.scalar(
        select(Section)
        .join(ReadingPosition, ReadingPosition.section_id == Section.id)
        .join(Section.guide)
        .where(
            ReadingPosition.user_id == person.id,
            Section.withdrawn_at.is_(None),
            Guide.withdrawn_at.is_(None),
        )
        .options(joinedload(Section.guide), defer(Section.body))
        .order_by(ReadingPosition.at.desc(), ReadingPosition.guide_id)
        .limit(1)
    )
