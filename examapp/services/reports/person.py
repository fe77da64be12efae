"""One person of the officer's subtree: exams, certificates, study of the year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import Session

from examapp.clock import local_date
from examapp.core.certificates import Standing
from examapp.core.people import Role
from examapp.services.exams import candidates
from examapp.services.exams.audience import admitted, suits
from examapp.services.people.units import lineage
from examapp.services.reports.rows import worth
from examapp.store.assessments import OfflineStudy
from examapp.store.certificates import Certificate
from examapp.store.exams import Exam, ExamUnit
from examapp.store.people import User
from examapp.store.sittings import Sitting
from examapp.store.study import StudyCredit


@dataclass(frozen=True)
class PersonReport:
    """What a personnel officer is told of one person; load the person by `scope.somebody`."""

    user: User
    year: int
    exams: Sequence[candidates.Standing]
    certificates: Sequence[tuple[Certificate, Exam, Standing]]
    credited_minutes: int
    offline_minutes: int


def person_report(db: Session, user: User, *, now: datetime) -> PersonReport:
    """Everything as of now, the year by the bureau's calendar."""
    today = local_date(now)
    return PersonReport(
        user=user,
        year=today.year,
        exams=candidates.standings_in(db, user.id, user.unit_id, _exams(db, user), now=now),
        certificates=_certificates(db, user, today),
        credited_minutes=_credited(db, user, today.year),
        offline_minutes=_offline(db, user, today.year),
    )


def _exams(db: Session, user: User) -> list[Exam]:
    """Exams that are for the person, or that they sat; disabled people keep what they sat."""
    there = exists().where(ExamUnit.exam_id == Exam.id, ExamUnit.unit_id.in_(lineage(user.unit_id)))
    sat = exists().where(Sitting.exam_id == Exam.id, Sitting.user_id == user.id)
    may = user.disabled_at is None and any(role.role == Role.CADRE for role in user.roles)
    rows = db.execute(
        select(Exam, sat)
        .where(Exam.published_at.is_not(None), and_(there, admitted(user.id)) | sat)
        .order_by(Exam.opens_at.desc())
    )
    return [exam for exam, did in rows if did or (may and suits(exam, user.audience))]


def _certificates(db: Session, user: User, today: date) -> list[tuple[Certificate, Exam, Standing]]:
    rows = db.execute(
        select(Certificate, Exam)
        .join(Exam, Exam.id == Certificate.exam_id)
        .where(Certificate.user_id == user.id)
        .order_by(Certificate.valid_from.desc())
    )
    return [(certificate, exam, worth(certificate, today)) for certificate, exam in rows]


def _credited(db: Session, user: User, year: int) -> int:
    """Minutes of sections whose check was passed this year."""
    total = select(func.coalesce(func.sum(StudyCredit.minutes), 0)).where(
        StudyCredit.user_id == user.id, StudyCredit.year == year
    )
    return int(db.scalar(total) or 0)


def _offline(db: Session, user: User, year: int) -> int:
    """Minutes away from the platform that an officer confirmed."""
    total = select(func.coalesce(func.sum(OfflineStudy.minutes), 0)).where(
        OfflineStudy.user_id == user.id,
        OfflineStudy.confirmed.is_(True),
        OfflineStudy.on >= date(year, 1, 1),
        OfflineStudy.on <= date(year, 12, 31),
    )
    return int(db.scalar(total) or 0)
