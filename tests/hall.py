"""People who really sit an exam, through the services: right or wrong, handed in or left open."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.services.people.persons import Person
from examapp.services.sittings import closing, papers, saving, starting
from examapp.store.bank import ItemRevision
from examapp.store.exams import Exam, PaperItem
from examapp.store.sittings import Sitting
from tests.bureau import MINUTE, NOW


def begin(db: Session, person: Person, exam: Exam, *, now: datetime = NOW) -> Sitting:
    return starting.start(db, person, exam.public_id, device="pc", now=now)


def sit(
    db: Session, person: Person, exam: Exam, *, right: bool = True, now: datetime = NOW
) -> Sitting:
    """Hand in a paper with everything right, or with nothing answered."""
    sitting = begin(db, person, exam, now=now)
    if right:
        for item in papers.shown(db, sitting):
            saving.save(
                db, person, sitting.public_id, lease_no=1, seq=item.position,
                position=item.position, choice=_key(db, sitting, item.position), now=now,
            )  # fmt: skip
    closing.submit(db, person, sitting.public_id, now=now + MINUTE)
    return sitting


def _key(db: Session, sitting: Sitting, position: int) -> frozenset[str]:
    content = db.scalars(
        select(ItemRevision.content)
        .join(PaperItem, PaperItem.revision_id == ItemRevision.id)
        .where(PaperItem.paper_id == sitting.paper_id, PaperItem.position == position)
    ).one()
    return frozenset(content["key"])
