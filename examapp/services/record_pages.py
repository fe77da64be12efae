"""The record as people read it: with names beside the ids, and each entry's place in the chain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.core.ledger import GENESIS, Event, entry_digest
from examapp.core.people import fold
from examapp.core.refusals import NotFound
from examapp.services.ledger import page
from examapp.store.exams import Exam
from examapp.store.ledger import LedgerEntry
from examapp.store.people import Unit, User
from examapp.store.sittings import Sitting

SIZE = 50
Names = Mapping[str, dict[str, str]]

# A reader's choice is the key while both agree; scores are told once the exam releases them.
# Reasons for extra time and excuses may be a matter of health: a digest without its salt tells
# nothing of them, with it one could try the few there are.
ALWAYS_SEALED = {
    str(Event.ITEM_READ): frozenset({"salt", "choice"}),
    str(Event.EXCUSE_FILED): frozenset({"salt"}),
    str(Event.EXCUSE_DECIDED): frozenset({"salt"}),
    str(Event.EXTRA_TIME): frozenset({"salt"}),
}
SEALED_TILL_RELEASE = {
    str(Event.SITTING_SCORED): frozenset({"points", "most", "outcome", "band", "earned", "salt"})
}


@dataclass(frozen=True)
class RecordPage:
    """Some entries, the newest first, with the names of those whom they name by id."""

    entries: list[LedgerEntry]
    names: Names
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class EntryPage:
    """One entry between its neighbours, and whether the three fit together."""

    entry: LedgerEntry
    names: Names
    before: LedgerEntry | None
    after: LedgerEntry | None
    unaltered: bool
    follows: bool
    is_followed: bool
    shown: dict[str, Any]
    sealed: list[str]


def record_page(db: Session, *, event: str = "", about: str = "", number: int = 1) -> RecordPage:
    """A page of the record; `about` is an id, a user name or the code of a unit."""
    subject = _subject(db, about.strip())
    number = max(1, number)
    entries, total = page(db, event=event, subject=subject, page=number, size=SIZE)
    pages = max(1, -(-total // SIZE))
    if number > pages:
        return record_page(db, event=event, about=about, number=pages)
    return RecordPage(entries, _names(db, _ids(entries)), total, number, pages)


def entry_page(db: Session, number: int) -> EntryPage:
    """One entry, or NotFound."""
    entry = db.get(LedgerEntry, number)
    if entry is None:
        raise NotFound()
    before, after = db.get(LedgerEntry, number - 1), db.get(LedgerEntry, number + 1)
    sealed = _sealed(db, entry)
    return EntryPage(
        entry=entry,
        names=_names(db, _ids([entry])),
        before=before,
        after=after,
        unaltered=_digest(entry) == entry.digest,
        follows=entry.previous == (before.digest if before else GENESIS),
        is_followed=after is None or after.previous == entry.digest,
        shown={name: value for name, value in entry.facts.items() if name not in sealed},
        sealed=sorted(sealed & set(entry.facts)),
    )


def _digest(entry: LedgerEntry) -> str:
    return entry_digest(
        entry.number,
        entry.event,
        entry.at,
        entry.actor,
        entry.subject,
        entry.facts,
        entry.previous,
    )


def _sealed(db: Session, entry: LedgerEntry) -> frozenset[str]:
    """Facts that nobody reads yet, not even an auditor who sits the exam too."""
    sealed = SEALED_TILL_RELEASE.get(entry.event)
    if sealed is None:
        return ALWAYS_SEALED.get(entry.event, frozenset())
    of_sitting = select(Exam.released_at).join(Sitting, Sitting.exam_id == Exam.id)
    released = db.scalar(of_sitting.where(Sitting.public_id == entry.subject))
    return frozenset() if released else sealed


def _subject(db: Session, about: str) -> str:
    person = db.scalar(select(User.public_id).where(User.username == fold(about)))
    unit = db.scalar(select(Unit.public_id).where(Unit.code == about))
    return person or unit or about


def _ids(entries: Iterable[LedgerEntry]) -> set[str]:
    found: set[str] = set()
    for entry in entries:
        inner = [value for value in entry.facts.values() if isinstance(value, list)]
        said = (entry.actor, entry.subject, *entry.facts.values(), *chain(*inner))
        found.update(value for value in said if isinstance(value, str))
    return found


def _names(db: Session, ids: set[str]) -> Names:
    """What the people, units and exams with these ids are called today."""
    users = select(User.public_id, User.name).where(User.public_id.in_(ids))
    units = select(Unit.public_id, Unit.name, Unit.name_en).where(Unit.public_id.in_(ids))
    exams = select(Exam.public_id, Exam.title).where(Exam.public_id.in_(ids))
    return {
        **{u.public_id: {"zh": u.name, "en": u.name} for u in db.execute(users)},
        **{u.public_id: {"zh": u.name, "en": u.name_en or u.name} for u in db.execute(units)},
        **{exam.public_id: exam.title for exam in db.execute(exams)},
    }
