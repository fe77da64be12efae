"""When a person last looked at what is new in the law."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from examapp.services.people.persons import Person
from examapp.store.laws import LawVisit
from examapp.store.upsert import insert_unless_there

ONE_VISIT = timedelta(hours=1)


def note(db: Session, person: Person, *, now: datetime) -> datetime | None:
    """Note a visit; when the one before was, None at the first.

    What is opened again within an hour is the same visit: a reload does not empty the list.
    """
    db.execute(insert_unless_there(db, LawVisit).values(user_id=person.id, seen_at=now))
    db.execute(
        update(LawVisit)
        .where(LawVisit.user_id == person.id, LawVisit.seen_at <= now - ONE_VISIT)
        .values(before=LawVisit.seen_at, seen_at=now)
    )
    return db.get_one(LawVisit, person.id, populate_existing=True).before


def last(db: Session, person: Person) -> datetime | None:
    """When the person last opened the page; None for never."""
    visit = db.get(LawVisit, person.id)
    return visit.seen_at if visit else None
