"""Study away from the platform (R16): declared by the person, confirmed by an officer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, delete, exists, func, select, update
from sqlalchemy.orm import Session

from examapp.clock import local_date
from examapp.core.canonical import digest
from examapp.core.ledger import Event
from examapp.core.people import Role
from examapp.core.refusals import N_, Fault, Invalid, NotFound, RuleBroken
from examapp.services.assessments.facts import days_of
from examapp.services.ledger import record
from examapp.services.people.cadres import unit_name
from examapp.services.people.persons import Person
from examapp.services.people.units import subtree, tree
from examapp.store.assessments import OfflineStudy
from examapp.store.people import User, UserRole

DAY_MINUTES = 24 * 60
WHAT_MAX = 200
REMARK_MAX = 300


class AlreadyDecided(RuleBroken):
    """A declaration is decided once, and from then on not withdrawn."""

    code = "already_decided"
    words = N_("This declaration no longer waits: it was decided on or withdrawn meanwhile.")


class NotYourOwn(RuleBroken):
    """Nobody confirms their own study."""

    code = "not_your_own"
    words = N_("You cannot decide on your own declaration. Another personnel officer must do it.")


@dataclass(frozen=True)
class Waiting:
    """A declaration in an officer's queue."""

    public_id: str
    name: str
    unit: dict[str, str]
    on: date
    minutes: int
    what: str
    declared_at: datetime
    own: bool


def declare(
    db: Session, person: Person, *, on: date, minutes: int, what: str, now: datetime
) -> OfflineStudy:
    """Declare study of a day of this year; raises Invalid with everything to mend."""
    what = " ".join(what.split())
    # The person's row is locked: two declarations at once must not fill one day twice.
    db.execute(select(User.id).where(User.id == person.id).with_for_update(key_share=True))
    faults = _faults(db, person, on, minutes, what, local_date(now))
    if faults:
        raise Invalid(faults)
    made = OfflineStudy(user_id=person.id, on=on, minutes=minutes, what=what, declared_at=now)
    db.add(made)
    db.flush()
    facts = {**_facts(made), "user": person.public_id}
    record(db, Event.EVIDENCE_DECLARED, made.public_id, facts, actor=person.public_id, now=now)
    return made


def _faults(
    db: Session, person: Person, on: date, minutes: int, what: str, today: date
) -> list[Fault]:
    found = []
    if on.year != today.year:
        found.append(Fault("on", N_("give a day of this year")))
    elif on > today:
        found.append(Fault("on", N_("this day has not come yet")))
    if not 2 <= len(what) <= WHAT_MAX:
        found.append(
            Fault("what", N_("say what you read, in 2 to %(most)s characters"), {"most": WHAT_MAX})
        )
    if minutes < 1:
        found.append(Fault("minutes", N_("give at least one minute")))
    that_day = db.execute(
        select(OfflineStudy.minutes, OfflineStudy.what).where(
            OfflineStudy.user_id == person.id,
            OfflineStudy.on == on,
            OfflineStudy.confirmed.is_not(False),
        )
    ).all()
    if sum(row.minutes for row in that_day) + minutes > DAY_MINUTES:
        found.append(Fault("minutes", N_("a day has 24 hours, with all you declared for it")))
    if any(row.what == what for row in that_day):
        found.append(Fault("what", N_("you have declared this for the same day already")))
    return found


def mine(db: Session, person: Person, year: int) -> Sequence[OfflineStudy]:
    """The person's own declarations of a year, the newest day first."""
    return db.scalars(
        select(OfflineStudy)
        .where(OfflineStudy.user_id == person.id, OfflineStudy.on.between(*days_of(year)))
        .order_by(OfflineStudy.on.desc(), OfflineStudy.id.desc())
    ).all()


def withdraw(db: Session, person: Person, public_id: str, *, now: datetime) -> None:
    """Take back one's own declaration while nobody decided; NotFound or AlreadyDecided."""
    own = (OfflineStudy.public_id == public_id, OfflineStudy.user_id == person.id)
    gone = db.execute(
        delete(OfflineStudy)
        .where(*own, OfflineStudy.decided_at.is_(None))
        .returning(OfflineStudy.id)
    ).scalar()
    if gone is None:
        raise AlreadyDecided() if db.scalar(select(OfflineStudy.id).where(*own)) else NotFound()
    record(db, Event.EVIDENCE_WITHDRAWN, public_id, {}, actor=person.public_id, now=now)


def waiting(db: Session, person: Person) -> list[Waiting]:
    """What waits for an officer's word, by unit, name and day; one's own is marked."""
    places = {
        unit.id: (place, unit) for place, (_, unit) in enumerate(tree(db, root=person.unit_id))
    }
    rows = db.execute(
        select(OfflineStudy, User.name, User.unit_id)
        .join(User, User.id == OfflineStudy.user_id)
        .where(*_in_reach(person), OfflineStudy.decided_at.is_(None))
    )
    ordered = sorted(rows, key=lambda row: (places[row[2]][0], row[1], row[0].on, row[0].id))
    return [
        _waiting(study, name, unit_name(places[unit_id][1]), person)
        for study, name, unit_id in ordered
    ]


def _waiting(study: OfflineStudy, name: str, unit: dict[str, str], person: Person) -> Waiting:
    return Waiting(
        study.public_id,
        name,
        unit,
        study.on,
        study.minutes,
        study.what,
        study.declared_at,
        own=study.user_id == person.id,
    )


def waiting_one(db: Session, person: Person, public_id: str) -> Waiting:
    """One of the declarations that wait; NotFound where it is not there any more."""
    for found in waiting(db, person):
        if found.public_id == public_id:
            return found
    raise NotFound()


def waiting_count(db: Session, person: Person) -> int:
    """How many declarations the officer can decide on now."""
    query = (
        select(func.count())
        .select_from(OfflineStudy)
        .join(User, User.id == OfflineStudy.user_id)
        .where(
            *_in_reach(person),
            OfflineStudy.decided_at.is_(None),
            OfflineStudy.user_id != person.id,
        )
    )
    return db.scalar(query) or 0


def decide(
    db: Session, person: Person, public_id: str, *, confirm: bool, remark: str = "", now: datetime
) -> None:
    """Confirm or refuse a declaration of one's subtree, once, whoever comes first.

    A refusal needs a remark. Raises NotFound, NotYourOwn, Invalid or AlreadyDecided.
    """
    remark = " ".join(remark.split())
    found = db.execute(
        select(OfflineStudy, User.public_id)
        .join(User, User.id == OfflineStudy.user_id)
        .where(*_in_reach(person), OfflineStudy.public_id == public_id)
    ).first()
    if found is None:
        raise NotFound()
    study, user = found
    if study.user_id == person.id:
        raise NotYourOwn()
    if (not confirm and not remark) or len(remark) > REMARK_MAX:
        raise Invalid([Fault("remark", N_("say in a sentence why it is not confirmed"))])
    done = db.execute(
        update(OfflineStudy)
        .where(OfflineStudy.id == study.id, OfflineStudy.decided_at.is_(None))
        .values(confirmed=confirm, decided_at=now, decided_by=person.id, remark=remark)
        .returning(OfflineStudy.id)
    ).scalar()
    if done is None:
        raise AlreadyDecided()
    event = Event.EVIDENCE_CONFIRMED if confirm else Event.EVIDENCE_REFUSED
    facts = {**_facts(study), "user": user, "remark": digest(remark)}
    record(db, event, public_id, facts, actor=person.public_id, now=now)


def _facts(study: OfflineStudy) -> dict[str, object]:
    """What the record keeps of a declaration: its text as a digest, for it may name people."""
    return {"on": study.on, "minutes": study.minutes, "what": digest(study.what)}


def _in_reach(person: Person) -> tuple[ColumnElement[bool], ...]:
    """Conditions on users: cadres in an officer's subtree."""
    is_cadre = exists().where(UserRole.user_id == User.id, UserRole.role == Role.CADRE)
    return User.unit_id.in_(subtree(person.unit_id)), User.disabled_at.is_(None), is_cadre
