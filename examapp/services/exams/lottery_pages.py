"""What was published about a lottery, and a candidate's own papers drawn again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.core.canonical import digest
from examapp.core.draw import Candidate
from examapp.core.exams import NotReleased
from examapp.core.ledger import Event
from examapp.core.papers import PaperItem, paper_digest
from examapp.core.refusals import NotFound
from examapp.core.spec import ExamSpec, from_data
from examapp.services.exams.candidates import mine
from examapp.services.exams.disclosure import pool_size, roster_size, seed_of
from examapp.services.exams.lotteries import lottery_of
from examapp.services.exams.withdrawals import Reduction, reductions
from examapp.services.people.persons import Person
from examapp.store.exams import Exam, Paper, RosterEntry
from examapp.store.ledger import LedgerEntry


@dataclass(frozen=True)
class Published:
    """What everybody may know of a published exam's lottery; `seed` only after the release."""

    exam: Exam
    spec_digest: str
    spec: ExamSpec
    pool_items: int
    candidates: int
    seed: str | None
    reductions: Sequence[Reduction]
    entry: int
    entry_digest: str
    entered_at: datetime


def published(db: Session, public_id: str) -> Published:
    """The published facts and the ledger's entry that has them; NotFound for a draft."""
    exam = db.scalar(
        select(Exam).where(Exam.public_id == public_id, Exam.published_at.is_not(None))
    )
    if exam is None:
        raise NotFound()
    entry = _entry(db, exam)
    return Published(
        exam=exam,
        spec_digest=digest(exam.spec),
        spec=from_data(exam.spec),
        pool_items=pool_size(db, exam),
        candidates=roster_size(db, exam),
        seed=seed_of(db, exam),
        reductions=reductions(db, exam),
        entry=entry.number,
        entry_digest=entry.digest,
        entered_at=entry.at,
    )


def _entry(db: Session, exam: Exam) -> Any:
    return db.execute(
        select(LedgerEntry.number, LedgerEntry.digest, LedgerEntry.at).where(
            LedgerEntry.event == Event.EXAM_PUBLISHED, LedgerEntry.subject == exam.public_id
        )
    ).one()


@dataclass(frozen=True)
class OwnPaper:
    """A paper as it was issued, and the digest of the one drawn again just now."""

    number: int | None
    try_no: int
    digest: str
    again: str
    items: Sequence[PaperItem]

    @property
    def fits(self) -> bool:
        """Whether seed, pool and number give this paper and no other."""
        return self.digest == self.again


def own_papers(db: Session, person: Person, public_id: str) -> tuple[Exam, list[OwnPaper]]:
    """The person's papers of a released exam, drawn again; NotFound or NotReleased."""
    exam = mine(db, person, public_id)
    if not exam.released_at:
        raise NotReleased()
    number = db.scalar(
        select(RosterEntry.number).where(
            RosterEntry.exam_id == exam.id, RosterEntry.user_id == person.id
        )
    )
    issued = db.execute(
        select(Paper.try_no, Paper.digest)
        .where(Paper.exam_id == exam.id, Paper.user_id == person.id)
        .order_by(Paper.try_no)
    )
    drawn_from = lottery_of(db, exam)
    found = []
    for try_no, issued_digest in issued:
        paper = drawn_from.draw(Candidate(number or 1, person.public_id, try_no)).paper
        found.append(OwnPaper(number, try_no, issued_digest, paper_digest(paper), paper))
    return exam, found
