"""Excuses of candidates: asked for by them or on their behalf, decided by an officer."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from examapp.core.canonical import digest
from examapp.core.excuses import (
    AlreadyAsked,
    ExcuseKind,
    ExcuseSettled,
    NothingToExcuse,
    NotOnOneself,
    faults,
    note_faults,
)
from examapp.core.ledger import Event
from examapp.core.people import fold
from examapp.core.refusals import N_, Fault, Invalid, NotFound
from examapp.services.exams.audience import meant
from examapp.services.exams.candidates import mine
from examapp.services.exams.excuse_pages import in_reach
from examapp.services.ledger import record
from examapp.services.people.persons import Person
from examapp.services.people.signing_in import require_own_password
from examapp.store.base import new_public_id
from examapp.store.exam_days import Excuse
from examapp.store.exams import Exam
from examapp.store.people import User
from examapp.store.sittings import Sitting
from examapp.store.upsert import insert_unless_there


def file(
    db: Session,
    person: Person,
    exam_id: str,
    *,
    kind: str,
    ground: str,
    reason: str,
    now: datetime,
) -> Excuse:
    """Ask for oneself; raises NotFound, Invalid, NothingToExcuse or AlreadyAsked."""
    exam = mine(db, person, exam_id)
    user = db.get_one(User, person.id)
    return _file(db, exam, user, kind, ground, reason, by=person, now=now)


def file_for(
    db: Session,
    officer: Person,
    exam_id: str,
    username: str,
    *,
    kind: str,
    ground: str,
    reason: str,
    now: datetime,
) -> Excuse:
    """Ask on behalf of somebody in one's charge, for instance of somebody in hospital."""
    exam = db.scalar(select(Exam).where(Exam.public_id == exam_id, Exam.published_at.is_not(None)))
    if exam is None:
        raise NotFound()
    wanted = select(User).where(User.username == fold(username), in_reach(officer), meant(exam))
    user = db.scalar(wanted)
    if user is None:
        words = N_("nobody of your units with this user name is to sit this exam")
        raise Invalid([Fault("username", words)])
    return _file(db, exam, user, kind, ground, reason, by=officer, now=now)


def _file(
    db: Session,
    exam: Exam,
    user: User,
    kind: str,
    ground: str,
    reason: str,
    *,
    by: Person,
    now: datetime,
) -> Excuse:
    reason = reason.strip()
    wrong = list(faults(kind, ground, reason))
    if wrong:
        raise Invalid(wrong)
    _require_excusable(db, exam, user, kind)
    public_id = new_public_id()
    # The index on open excuses decides where two are filed at once.
    made = db.execute(
        insert_unless_there(db, Excuse)
        .values(
            public_id=public_id,
            exam_id=exam.id,
            user_id=user.id,
            kind=kind,
            ground=ground,
            reason=reason,
            filed_by=by.id,
            filed_at=now,
            note="",
        )
        .returning(Excuse.id)
    ).scalar()
    if made is None:
        raise AlreadyAsked()
    facts = {"exam": exam.public_id, "person": user.public_id, "kind": kind}
    said = sealed("excuse", {"ground": ground, "reason": reason})
    record(db, Event.EXCUSE_FILED, public_id, facts | said, actor=by.public_id, now=now)
    return db.get_one(Excuse, made)


def sealed(name: str, value: object, salt: str = "") -> dict[str, str]:
    """A fact of which the record keeps a salted digest only: it may be a matter of health."""
    salt = salt or secrets.token_hex(16)
    return {name: digest({"said": value, "salt": salt}), "salt": salt}


def _require_excusable(db: Session, exam: Exam, user: User, kind: str) -> None:
    if exam.cancelled_at:
        raise NothingToExcuse()
    sat = exists().where(Sitting.exam_id == exam.id, Sitting.user_id == user.id)
    if kind == ExcuseKind.EXEMPTION and (exam.released_at or db.scalar(select(sat))):
        raise NothingToExcuse()
    standing = exists().where(
        Excuse.exam_id == exam.id,
        Excuse.user_id == user.id,
        Excuse.approved.is_(True),
        Excuse.withdrawn_at.is_(None),
    )
    if db.scalar(select(standing)):
        raise AlreadyAsked()


def withdraw(db: Session, person: Person, public_id: str, *, now: datetime) -> Excuse:
    """Take one's own excuse back while nobody decided; NotFound or ExcuseSettled.

    An exemption that was granted may be given back too while the exam can still be sat.
    """
    excuse = db.scalar(
        select(Excuse).where(Excuse.public_id == public_id, Excuse.user_id == person.id)
    )
    if excuse is None:
        raise NotFound()
    given_back = exists().where(
        Excuse.kind == ExcuseKind.EXEMPTION,
        Excuse.approved.is_(True),
        Exam.id == Excuse.exam_id,
        Exam.closes_at > now,
        Exam.cancelled_at.is_(None),
    )
    done = db.execute(
        update(Excuse)
        .where(
            Excuse.id == excuse.id,
            Excuse.withdrawn_at.is_(None),
            Excuse.decided_at.is_(None) | given_back.correlate(Excuse),
        )
        .values(withdrawn_at=now)
        .returning(Excuse.id)
    ).scalar()
    if done is None:
        raise ExcuseSettled()
    facts = {"person": person.public_id}
    record(db, Event.EXCUSE_WITHDRAWN, public_id, facts, actor=person.public_id, now=now)
    db.refresh(excuse)
    return excuse


def decide(
    db: Session,
    officer: Person,
    public_id: str,
    *,
    approve: bool,
    note: str,
    password: str = "",
    now: datetime,
) -> Excuse:
    """Approve or refuse, once, whoever comes first; an exemption is signed with the password.

    Raises NotFound, NotOnOneself, Invalid, ExcuseSettled, NothingToExcuse, and what
    `require_own_password` raises: a wrong password must be committed.
    """
    note = note.strip()
    excuse, user, exam = _in_charge(db, officer, public_id)
    if excuse.user_id == officer.id:
        raise NotOnOneself()
    wrong = list(note_faults(note))
    if wrong:
        raise Invalid(wrong)
    signed = approve and excuse.kind == ExcuseKind.EXEMPTION
    if signed:
        require_own_password(db, officer, password, now=now)
        # A start shares this row's lock: it waits, or has begun before it is asked here.
        db.execute(select(Exam.id).where(Exam.id == exam.id).with_for_update(key_share=True))
        _require_not_begun(db, excuse, exam)
    done = db.execute(
        update(Excuse)
        .where(Excuse.id == excuse.id, Excuse.decided_at.is_(None), Excuse.withdrawn_at.is_(None))
        .values(approved=approve, decided_by=officer.id, decided_at=now, note=note)
        .returning(Excuse.id)
    ).scalar()
    if done is None:
        raise ExcuseSettled()
    facts = {
        "exam": exam.public_id,
        "person": user.public_id,
        "kind": excuse.kind,
        "approved": approve,
        "signed": signed,
        **sealed("remark", note),
    }
    record(db, Event.EXCUSE_DECIDED, public_id, facts, actor=officer.public_id, now=now)
    db.refresh(excuse)
    return excuse


def _in_charge(db: Session, officer: Person, public_id: str) -> tuple[Excuse, User, Exam]:
    row = db.execute(
        select(Excuse, User, Exam)
        .join(User, User.id == Excuse.user_id)
        .join(Exam, Exam.id == Excuse.exam_id)
        .where(Excuse.public_id == public_id, in_reach(officer))
    ).first()
    if row is None:
        raise NotFound()
    return row[0], row[1], row[2]


def _require_not_begun(db: Session, excuse: Excuse, exam: Exam) -> None:
    """Whoever began the exam meanwhile is not let off it."""
    sat = exists().where(Sitting.exam_id == exam.id, Sitting.user_id == excuse.user_id)
    if exam.cancelled_at or db.scalar(select(sat)):
        raise NothingToExcuse()
