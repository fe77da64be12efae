"""What waits for trainers, personnel officers, administrators and auditors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from examapp.clock import local_date
from examapp.services.assessments import offline
from examapp.services.assessments.sheets import missing_count
from examapp.services.bank.readings import Objection, needs_rewriting, waiting_count
from examapp.services.exams import excuse_pages, setting
from examapp.services.laws import queue
from examapp.services.people.persons import Person
from examapp.services.reports.overview import Tally, missing
from examapp.store.ledger import LedgerEntry
from examapp.store.people import User


@dataclass(frozen=True)
class TrainerDesk:
    """Questions to read and to rewrite, what is held, which releases wait for this trainer."""

    to_read: int
    to_rewrite: Sequence[Objection]
    held: int
    releases: int


@dataclass(frozen=True)
class PersonnelDesk:
    """Who has not yet sat, what waits for a word, whose year is short."""

    exams: Sequence[Tally]
    declarations: int
    excuses: int
    short: int
    people: int


@dataclass(frozen=True)
class AdminDesk:
    """How many are on the platform, who has not yet come in, which excuses wait."""

    people: int
    never_in: int
    disabled: int
    excuses: int


@dataclass(frozen=True)
class RecordDesk:
    """How long the record is, and its newest entry."""

    entries: int
    newest: LedgerEntry | None


def trainer_desk(db: Session, person: Person, *, now: datetime) -> TrainerDesk:
    """The bank's work for one trainer."""
    held = queue.counts(db, person, today=local_date(now))
    return TrainerDesk(
        waiting_count(db, person), needs_rewriting(db, person), held.held, held.proposals
    )


def exams_desk(db: Session, *, now: datetime) -> setting.Waiting:
    """Exams that wait for somebody who sets exams."""
    return setting.waiting(db, now)


def personnel_desk(db: Session, person: Person, *, policy: str, now: datetime) -> PersonnelDesk:
    """The subtree of one officer."""
    short, people = missing_count(db, person.unit_id, policy, now=now)
    return PersonnelDesk(
        missing(db, person, now=now),
        offline.waiting_count(db, person),
        excuse_pages.waiting_count(db, person),
        short,
        people,
    )


def admin_desk(db: Session, person: Person) -> AdminDesk:
    """People on the platform."""
    active = User.disabled_at.is_(None)
    return AdminDesk(
        people=_count(db, active),
        never_in=_count(db, active, User.must_change_password),
        disabled=_count(db, ~active),
        excuses=excuse_pages.waiting_count(db, person),
    )


def _count(db: Session, *conditions: object) -> int:
    return db.scalar(select(func.count()).select_from(User).where(*conditions)) or 0  # type: ignore[arg-type]


def record_desk(db: Session) -> RecordDesk:
    """The state of the record."""
    newest = db.scalars(
        select(LedgerEntry).order_by(LedgerEntry.number.desc()).limit(1)
    ).one_or_none()
    return RecordDesk(newest.number if newest else 0, newest)
