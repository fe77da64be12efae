"""Private notes: one a section and person, saved so that no window overwrites another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from examapp.core.refusals import N_, Conflict, Fault, Invalid
from examapp.services.people.persons import Person
from examapp.store.study import Guide, Note, Section
from examapp.store.upsert import insert_unless_there

MOST = 20_000


class NoteChanged(Conflict):
    """The note was saved in another window since this one showed it."""

    words = N_("This note was changed in another window after you opened this page.")


def note_of(db: Session, person: Person, section: Section) -> Note | None:
    """The person's own note beside a section."""
    return db.scalar(
        select(Note)
        .where(Note.user_id == person.id, Note.section_id == section.id)
        .execution_options(populate_existing=True)
    )


def save_note(
    db: Session, person: Person, section: Section, body: str, *, revision: int, now: datetime
) -> Note:
    """Save what was written upon `revision` (0: there was no note yet).

    Raises NoteChanged where another window saved something else meanwhile; saving the
    same twice does no harm. An emptied note keeps its row, so that revisions go on.
    """
    body = body.replace("\r\n", "\n").strip()
    if len(body) > MOST:
        raise Invalid([Fault("body", N_("a note has at most %(most)s characters"), {"most": MOST})])
    saved = (
        _change(db, person, section, body, revision, now)
        if revision
        else _begin(db, person, section, body, now)
    )
    note = note_of(db, person, section)
    if note is None or not (saved or note.body == body):
        raise NoteChanged()
    return note


def _begin(db: Session, person: Person, section: Section, body: str, now: datetime) -> bool:
    made = db.execute(
        insert_unless_there(db, Note)
        .values(user_id=person.id, section_id=section.id, body=body, revision=1, changed_at=now)
        .returning(Note.id)
    )
    return made.scalar() is not None


def _change(
    db: Session, person: Person, section: Section, body: str, revision: int, now: datetime
) -> bool:
    # The condition on the revision decides between two windows, not a look beforehand.
    changed = db.execute(
        update(Note)
        .where(Note.user_id == person.id, Note.section_id == section.id, Note.revision == revision)
        .values(body=body, revision=revision + 1, changed_at=now)
        .returning(Note.id)
    )
    return changed.scalar() is not None


def my_notes(db: Session, person: Person) -> list[tuple[Guide, list[tuple[Section, Note]]]]:
    """All notes of a person by guide, in reading order; those on withdrawn texts too."""
    rows: Sequence[tuple[Guide, Section, Note]] = db.execute(
        select(Guide, Section, Note)
        .join(Section, Section.id == Note.section_id)
        .join(Guide, Guide.id == Section.guide_id)
        .where(Note.user_id == person.id, Note.body != "")
        .order_by(Guide.position, Guide.code, Section.position)
    ).all()
    shelves: dict[int, tuple[Guide, list[tuple[Section, Note]]]] = {}
    for guide, section, note in rows:
        shelves.setdefault(guide.id, (guide, []))[1].append((section, note))
    return list(shelves.values())
