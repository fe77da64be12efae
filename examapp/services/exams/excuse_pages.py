"""Excuses as pages show them: one's own, those that wait for an officer, and the signed paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from examapp.core.excuses import ExcuseStanding, standing
from examapp.core.ledger import Event
from examapp.core.people import Role
from examapp.core.refusals import NotFound
from examapp.services.people.cadres import unit_name
from examapp.services.people.persons import Person
from examapp.services.people.units import subtree, tree
from examapp.services.reports.scope import held
from examapp.store.exam_days import Excuse
from examapp.store.exams import Exam
from examapp.store.ledger import LedgerEntry
from examapp.store.people import Unit, User

RECENT = 50


@dataclass(frozen=True)
class ExcusePage:
    """An excuse with whom and what it is about; `filed_by` is empty where it is the person."""

    excuse: Excuse
    exam: Exam
    person: str
    person_id: str
    unit: dict[str, str]
    filed_by: str
    decided_by: str
    own: bool

    @property
    def standing(self) -> ExcuseStanding:
        return standing_of(self.excuse)


@dataclass(frozen=True)
class Signed:
    """A decided excuse with the entry of the record that proves it."""

    page: ExcusePage
    number: int
    digest: str
    at: datetime
    signed: bool


def standing_of(excuse: Excuse) -> ExcuseStanding:
    """Where an excuse stands."""
    return standing(withdrawn=excuse.withdrawn_at is not None, approved=excuse.approved)


def in_reach(officer: Person) -> ColumnElement[bool]:
    """The condition on User rows: everybody for administrators, else an officer's subtree."""
    if officer.has(Role.ADMIN):
        return true()
    if officer.has(Role.PERSONNEL):
        return User.unit_id.in_(subtree(officer.unit_id))
    return User.id == -1


def of(db: Session, person: Person, exam: Exam) -> Sequence[Excuse]:
    """The person's own excuses for an exam, the newest first."""
    return db.scalars(
        select(Excuse)
        .where(Excuse.exam_id == exam.id, Excuse.user_id == person.id)
        .order_by(Excuse.id.desc())
    ).all()


_filer, _decider = aliased(User), aliased(User)


def _pages() -> Any:
    return (
        select(Excuse, Exam, User, Unit, _filer.name, _decider.name)
        .join(Exam, Exam.id == Excuse.exam_id)
        .join(User, User.id == Excuse.user_id)
        .join(Unit, Unit.id == User.unit_id)
        .join(_filer, _filer.id == Excuse.filed_by)
        .outerjoin(_decider, _decider.id == Excuse.decided_by)
    )


def _page(row: Any, reader: Person) -> ExcusePage:
    excuse, exam, user, unit, filer, decider = row
    return ExcusePage(
        excuse=excuse,
        exam=exam,
        person=user.name,
        person_id=user.public_id,
        unit=unit_name(unit),
        filed_by=filer if excuse.filed_by != excuse.user_id else "",
        decided_by=decider or "",
        own=excuse.user_id == reader.id,
    )


_OPEN = (Excuse.decided_at.is_(None), Excuse.withdrawn_at.is_(None))


def waiting(db: Session, officer: Person) -> list[ExcusePage]:
    """What waits for an officer's word, by unit and name; one's own is marked."""
    places = {unit.id: place for place, (_, unit) in enumerate(tree(db))}
    rows = db.execute(_pages().where(in_reach(officer), *_OPEN)).all()
    ordered = sorted(rows, key=lambda row: (places[row[2].unit_id], row[2].name, row[0].id))
    return [_page(row, officer) for row in ordered]


def waiting_count(db: Session, officer: Person) -> int:
    """How many excuses the officer can decide on now."""
    query = select(func.count()).select_from(Excuse).join(User, User.id == Excuse.user_id)
    found = query.where(in_reach(officer), *_OPEN, Excuse.user_id != officer.id)
    return db.scalar(found) or 0


def decided(db: Session, officer: Person) -> list[ExcusePage]:
    """The last decisions in the officer's reach, the newest first."""
    rows = db.execute(
        _pages()
        .where(in_reach(officer), Excuse.decided_at.is_not(None))
        .order_by(Excuse.decided_at.desc(), Excuse.id.desc())
        .limit(RECENT)
    )
    return [_page(row, officer) for row in rows]


def one(db: Session, officer: Person, public_id: str) -> ExcusePage:
    """An excuse in the officer's reach; else NotFound."""
    row = db.execute(_pages().where(in_reach(officer), Excuse.public_id == public_id)).first()
    if row is None:
        raise NotFound()
    return _page(row, officer)


def paper(db: Session, reader: Person, public_id: str) -> Signed:
    """A decision, for the person themselves and those in charge; else NotFound."""
    theirs = or_(in_reach(reader), Excuse.user_id == reader.id)
    row = db.execute(_pages().where(theirs, Excuse.public_id == public_id)).first()
    entry = db.scalars(
        select(LedgerEntry).where(
            LedgerEntry.event == str(Event.EXCUSE_DECIDED), LedgerEntry.subject == public_id
        )
    ).first()
    if row is None or entry is None:
        raise NotFound()
    signed = bool(entry.facts.get("signed"))
    return Signed(_page(row, reader), entry.number, entry.digest, entry.at, signed)


def exam_of(db: Session, excuse: Excuse) -> Exam:
    """The exam that an excuse is about."""
    return db.get_one(Exam, excuse.exam_id)


def exams_to_excuse(db: Session, officer: Person) -> Sequence[Exam]:
    """Exams in the officer's reach for which somebody may be excused, the newest window first."""
    published = select(Exam).where(Exam.published_at.is_not(None))
    return db.scalars(
        (published if officer.has(Role.ADMIN) else held(officer))
        .where(Exam.cancelled_at.is_(None))
        .order_by(Exam.opens_at.desc(), Exam.id.desc())
        .limit(RECENT)
    ).all()
