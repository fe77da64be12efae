"""Builders for what has happened: sittings with a score, sections credited - as bare rows."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

from sqlalchemy.orm import Session

from examapp.services.exams.setting import create
from examapp.store.exams import Exam, Paper
from examapp.store.people import User
from examapp.store.sittings import Score, Sitting
from examapp.store.study import Check, Guide, Section, StudyCredit
from tests.bureau import HOUR, NOW, Person, make_draft, make_shelf


def make_bare_exam(
    db: Session, trainer: Person, *, released_at: datetime | None = NOW, **fields: object
) -> Exam:
    """A published exam without a pool; released unless told otherwise."""
    make_shelf(db)
    exam = create(db, make_draft(db, **fields), by=trainer, now=NOW)
    exam.seed, exam.seed_commitment, exam.pool_digest = b"s" * 32, "c", "p"
    exam.published_at, exam.released_at = NOW - 9 * HOUR, released_at
    db.flush()
    return exam


def make_sat(
    db: Session,
    exam: Exam,
    user: User | Person,
    *,
    points: int = 10,
    passed: bool = True,
    try_no: int = 1,
) -> Sitting:
    """A closed sitting with its first score."""
    paper = Paper(exam_id=exam.id, user_id=user.id, try_no=try_no, digest="d", drawn_at=NOW)
    db.add(paper)
    db.flush()
    sitting = Sitting(
        paper_id=paper.id,
        exam_id=exam.id,
        user_id=user.id,
        try_no=try_no,
        started_at=NOW - HOUR,
        deadline=NOW,
        accepts_until=NOW,
        submitted_at=NOW,
        closed_at=NOW,
    )
    db.add(sitting)
    db.flush()
    make_score(db, sitting, points=points, passed=passed)
    return sitting


def make_score(
    db: Session, sitting: Sitting, *, points: int = 10, passed: bool = True, number: int = 1
) -> None:
    db.add(
        Score(
            sitting_id=sitting.id,
            number=number,
            points=Fraction(points),
            most=Fraction(13),
            outcome="passed" if passed else "failed",
            earned={},
            scored_at=NOW,
        )
    )
    db.flush()


def make_section(
    db: Session, code: str = "one", *, guide: str = "guide", **fields: object
) -> Section:
    """A section of a guide for everybody; 60 minutes."""
    make_shelf(db)
    shelf = db.query(Guide).filter_by(code=guide).one_or_none() or Guide(
        code=guide,
        topic="law",
        level="general",
        posts=[],
        audiences=[],
        position=1,
        title={"zh": "指南", "en": "Guide"},
        summary={"zh": "", "en": ""},
    )
    section = Section(
        guide=shelf,
        code=code,
        **{
            "position": 1,
            "minutes": 60,
            "check_items": 3,
            "title": {"zh": f"节{code}", "en": f"Section {code}"},
            "body": {"zh": "", "en": ""},
            **fields,
        },
    )
    db.add(section)
    db.flush()
    return section


def make_credit(
    db: Session, user: User | Person, section: Section, *, at: datetime = NOW, year: int = 2026
) -> None:
    check = Check(user_id=user.id, section_id=section.id, items=[], drawn_at=at)
    db.add(check)
    db.flush()
    db.add(
        StudyCredit(
            user_id=user.id,
            section_id=section.id,
            year=year,
            minutes=section.minutes,
            check_id=check.id,
            credited_at=at,
        )
    )
    db.flush()
