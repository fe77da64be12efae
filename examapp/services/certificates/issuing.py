"""Issue certificates for released outcomes, and revoke them."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from examapp.clock import local_date
from examapp.core import certificates
from examapp.core.certificates import AlreadyRevoked
from examapp.core.exams import TryResult, counting
from examapp.core.ledger import Event
from examapp.core.refusals import N_, Fault, Invalid
from examapp.core.scoring import Outcome
from examapp.core.spec import from_data
from examapp.services.certificates.finding import in_charge
from examapp.services.ledger import record
from examapp.services.people.persons import Person
from examapp.store.certificates import Certificate
from examapp.store.exams import Exam
from examapp.store.people import User
from examapp.store.sittings import Score, Sitting
from examapp.store.upsert import insert_unless_there

REASON_MAX = 300


def issue_due(db: Session, exam: Exam, *, now: datetime) -> int:
    """Certificates for everybody whose counting try passed a released exam; how many were new."""
    if not exam.certificate_years or not exam.released_at or exam.cancelled_at:
        return 0
    return sum(_issue(db, exam, *due, now=now) for due in list(_due(db, exam)))


def _due(db: Session, exam: Exam) -> Iterator[tuple[int, str, int, str]]:
    """Who passed and has no certificate yet: user and sitting, each by row and public id."""
    counts = from_data(exam.spec).counts
    certified = select(Certificate.user_id).where(Certificate.exam_id == exam.id)
    people: dict[int, dict[int, tuple[tuple[int, str, int, str], TryResult, str]]] = {}
    for row in db.execute(_scored_tries(exam.id).where(Sitting.user_id.not_in(certified))):
        result = TryResult(row.try_no, row.points)  # a later number overwrites an earlier score
        who = (row.user_id, row.user, row.sitting_id, row.sitting)
        people.setdefault(row.user_id, {})[row.try_no] = (who, result, row.outcome)
    for tries in people.values():
        best = counting((result for _, result, _ in tries.values()), counts)
        if best and tries[best.try_no][2] == Outcome.PASSED:
            yield tries[best.try_no][0]


def _scored_tries(exam_id: int) -> Select[int, str, int, str, int, Fraction, str]:
    return (
        select(
            Sitting.user_id,
            User.public_id.label("user"),
            Sitting.id.label("sitting_id"),
            Sitting.public_id.label("sitting"),
            Sitting.try_no,
            Score.points,
            Score.outcome,
        )
        .join(Score, Score.sitting_id == Sitting.id)
        .join(User, User.id == Sitting.user_id)
        .where(Sitting.exam_id == exam_id)
        .order_by(Sitting.id, Score.number)
    )


def _issue(
    db: Session,
    exam: Exam,
    user_id: int,
    user: str,
    sitting_id: int,
    sitting: str,
    *,
    now: datetime,
) -> int:
    valid_from = local_date(now)
    until = certificates.valid_until(valid_from, exam.certificate_years)
    serial = _insert(
        db,
        user_id=user_id,
        exam_id=exam.id,
        sitting_id=sitting_id,
        valid_from=valid_from,
        valid_until=until,
        issued_at=now,
    )
    if serial is None:
        return 0
    facts = {
        "user": user,
        "exam": exam.public_id,
        "sitting": sitting,
        "valid_from": valid_from,
        "valid_until": until,
    }
    record(db, Event.CERTIFICATE_ISSUED, serial, facts, actor=None, now=now)
    return 1


def _insert(db: Session, **facts: object) -> str | None:
    """The new certificate's serial, or None where this person has one for this exam already."""
    has_one = select(Certificate.id).where(
        Certificate.user_id == facts["user_id"], Certificate.exam_id == facts["exam_id"]
    )
    year = str(facts["valid_from"])[:4]
    while True:
        serial = certificates.serial(int(year), secrets.randbelow(certificates.serial_space()))
        statement = insert_unless_there(db, Certificate).values(serial=serial, **facts)
        if db.execute(statement.returning(Certificate.id)).first():
            return serial
        if db.execute(has_one).first():
            return None  # else the serial was taken, which has one chance in 10^14: draw again


def revoke(db: Session, person: Person, serial: str, *, because: str, now: datetime) -> None:
    """Take a certificate back, with the reason: anywhere for administrators, else one's subtree.

    Two officers at once revoke once. Raises NotFound, Invalid or AlreadyRevoked.
    """
    because = " ".join(because.split())
    if not 2 <= len(because) <= REASON_MAX:
        raise Invalid([Fault("because", N_("write the reason in a sentence"))])
    certificate = in_charge(db, person, serial)
    done = db.execute(
        update(Certificate)
        .where(Certificate.id == certificate.id, Certificate.revoked_at.is_(None))
        .values(revoked_at=now, revoked_because=because)
        .returning(Certificate.id)
    ).scalar()
    if done is None:
        raise AlreadyRevoked()
    facts = {"because": because}
    record(
        db, Event.CERTIFICATE_REVOKED, certificate.serial, facts, actor=person.public_id, now=now
    )
