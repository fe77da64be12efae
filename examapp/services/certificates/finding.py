"""Certificates: one's own, those in one's charge, and the little that everybody may know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.clock import local_date
from examapp.core.certificates import Standing, Validity, normal, standing
from examapp.core.people import Role
from examapp.core.refusals import NotFound
from examapp.services.people.cadres import unit_name, unit_name_of
from examapp.services.people.persons import Person
from examapp.services.people.units import lineage, subtree
from examapp.store.certificates import Certificate
from examapp.store.exams import Exam
from examapp.store.people import Unit, User
from examapp.store.sittings import Sitting


@dataclass(frozen=True)
class Held:
    """A certificate with what it was given for and its standing today."""

    serial: str
    title: dict[str, str]
    standing: Standing
    valid_from: date
    valid_until: date
    revoked_on: date | None
    because: str
    sitting: str


@dataclass(frozen=True)
class Shown:
    """All that the public page tells: nothing in it leads to a person."""

    serial: str
    title: dict[str, str]
    standing: Standing
    valid_from: date
    valid_until: date
    revoked_on: date | None


@dataclass(frozen=True)
class Paper:
    """What is printed: the certificate, its holder, and the bureau that issued it."""

    held: Held
    name: str
    unit: dict[str, str]
    bureau: dict[str, str]


def mine(db: Session, person: Person, *, now: datetime) -> list[Held]:
    """The person's own certificates, the newest first."""
    return of(db, [person.id], now=now).get(person.id, [])


def of(db: Session, user_ids: Sequence[int], *, now: datetime) -> dict[int, list[Held]]:
    """The certificates of several people, each person's newest first."""
    found: dict[int, list[Held]] = {}
    for start in range(0, len(user_ids), 5000):  # below the databases' limits for one statement
        rows = db.execute(
            select(Certificate, Exam.title, Sitting.public_id)
            .join(Exam, Exam.id == Certificate.exam_id)
            .join(Sitting, Sitting.id == Certificate.sitting_id)
            .where(Certificate.user_id.in_(user_ids[start : start + 5000]))
            .order_by(Certificate.valid_from.desc(), Certificate.id.desc())
        )
        for certificate, title, sitting in rows:
            held = _held(certificate, title, sitting, local_date(now))
            found.setdefault(certificate.user_id, []).append(held)
    return found


def paper(db: Session, person: Person, serial: str, *, now: datetime) -> Paper:
    """One of the person's own certificates with all that is printed; else NotFound."""
    for held in mine(db, person, now=now):
        if held.serial == normal(serial):
            return Paper(held, person.name, person.unit_name, _bureau(db, person.unit_id))
    raise NotFound()


def public(db: Session, serial: str, *, now: datetime) -> Shown:
    """What anybody may know of a certificate whose number they hold; else NotFound."""
    row = db.execute(
        select(Certificate, Exam.title)
        .join(Exam, Exam.id == Certificate.exam_id)
        .where(Certificate.serial == normal(serial))
    ).first()
    if row is None:
        raise NotFound()
    held = _held(*row, "", local_date(now))
    return Shown(
        held.serial,
        held.title,
        held.standing,
        held.valid_from,
        held.valid_until,
        held.revoked_on,
    )


def in_charge(db: Session, person: Person, serial: str) -> Certificate:
    """A certificate that the person may revoke: anyone's for administrators, else one's subtree."""
    query = (
        select(Certificate)
        .join(User, User.id == Certificate.user_id)
        .where(Certificate.serial == normal(serial))
    )
    if not person.has(Role.ADMIN):
        query = query.where(User.unit_id.in_(subtree(person.unit_id)))
    certificate = db.scalar(query)
    if certificate is None or not person.has(Role.ADMIN, Role.PERSONNEL):
        raise NotFound()
    return certificate


def held_by(db: Session, certificate: Certificate, *, now: datetime) -> Paper:
    """A certificate in one's charge with its holder."""
    user = db.get_one(User, certificate.user_id)
    held = next(
        held for held in of(db, [user.id], now=now)[user.id] if held.serial == certificate.serial
    )
    return Paper(held, user.name, unit_name_of(db, user), _bureau(db, user.unit_id))


def _held(certificate: Certificate, title: dict[str, str], sitting: str, today: date) -> Held:
    revoked = certificate.revoked_at
    validity = Validity(certificate.valid_from, certificate.valid_until, revoked is not None)
    return Held(
        serial=certificate.serial,
        title=title,
        standing=standing(validity, today),
        valid_from=certificate.valid_from,
        valid_until=certificate.valid_until,
        revoked_on=local_date(revoked) if revoked else None,
        because=certificate.revoked_because or "",
        sitting=sitting,
    )


def _bureau(db: Session, unit_id: int) -> dict[str, str]:
    """The top unit above a unit."""
    top = db.scalars(
        select(Unit).where(Unit.id.in_(lineage(unit_id)), Unit.parent_id.is_(None))
    ).one()
    return unit_name(top)
