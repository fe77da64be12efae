"""Issue certificates for released outcomes, and revoke them."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.clock import local_date
from examapp.core import certificates
from examapp.core.certificates import AlreadyRevoked
from examapp.core.exams import TryResult, counting
from examapp.core.ledger import Event
from examapp.core.scoring import Outcome
from examapp.core.spec import from_data
from examapp.services.ledger import record
from examapp.services.people.persons import Person
from examapp.store.certificates import Certificate
from examapp.store.exams import Exam
from examapp.store.people import User
from examapp.store.sittings import Score, Sitting
from examapp.store.upsert import insert_unless_there


def issue_due(db: Session, exam: Exam, *, now: datetime) -> int:
    """Certificates for everybody whose counting try passed a released exam; how many were new."""
    if not exam.certificate_years or not exam.released_at:
        return 0
    counts = from_data(exam.spec).counts
    tries: dict[int, dict[int, tuple[Sitting, Score]]] = {}
    rows = db.execute(
        select(Sitting, Score)
        .join(Score, Score.sitting_id == Sitting.id)
        .where(Sitting.exam_id == exam.id)
        .order_by(Score.number)
    ).tuples()
    for sitting, score in rows:
        tries.setdefault(sitting.user_id, {})[sitting.try_no] = (sitting, score)
    issued = 0
    for by_no in tries.values():
        best = counting([TryResult(no, score.points) for no, (_, score) in by_no.items()], counts)
        if best is None:
            continue
        sitting, score = by_no[best.try_no]
        if score.outcome == Outcome.PASSED:
            issued += _issue(db, exam, sitting, now=now)
    return issued


def _issue(db: Session, exam: Exam, sitting: Sitting, *, now: datetime) -> int:
    valid_from = local_date(now)
    until = certificates.valid_until(valid_from, exam.certificate_years)
    serial = certificates.serial(valid_from.year, secrets.randbelow(certificates.serial_space()))
    new = db.execute(
        insert_unless_there(db, Certificate)
        .values(
            serial=serial,
            user_id=sitting.user_id,
            exam_id=exam.id,
            sitting_id=sitting.id,
            valid_from=valid_from,
            valid_until=until,
            issued_at=now,
        )
        .returning(Certificate.id)
    ).first()
    if new is None:
        return 0
    facts = {
        "user": db.scalars(select(User.public_id).where(User.id == sitting.user_id)).one(),
        "exam": exam.public_id,
        "sitting": sitting.public_id,
        "valid_from": valid_from,
        "valid_until": until,
    }
    record(db, Event.CERTIFICATE_ISSUED, serial, facts, actor=None, now=now)
    return 1


def revoke(
    db: Session, certificate: Certificate, *, because: str, by: Person, now: datetime
) -> None:
    """Take a certificate back, with the reason; raises AlreadyRevoked."""
    if certificate.revoked_at:
        raise AlreadyRevoked()
    certificate.revoked_at, certificate.revoked_because = now, because
    facts = {"because": because}
    record(db, Event.CERTIFICATE_REVOKED, certificate.serial, facts, actor=by.public_id, now=now)
