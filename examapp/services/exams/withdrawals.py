"""Items that leave the frozen pool of an exam before it opens, because their law changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, insert, select
from sqlalchemy.orm import Session

from examapp.clock import local_date
from examapp.core.ledger import Event
from examapp.services.exams import preparing, reduced
from examapp.services.laws.held import revision_hits
from examapp.services.ledger import record
from examapp.store.bank import ItemRevision
from examapp.store.exams import Exam, Paper, PoolItem
from examapp.store.held import PoolWithdrawal
from examapp.store.laws import Edition, Law
from examapp.store.ledger import LedgerEntry


def withdraw(db: Session, *, now: datetime) -> int:
    """Let items leave the pools of exams not yet opened, held on the day they close.

    How many left. What left does not come back into that exam, whatever becomes of the item.
    An exam whose row somebody holds is left to the caretaker's next round: who begins an exam
    holds the exam and then writes to the record, and an importer comes the other way.
    """
    return sum(_reduce(db, exam_id, now, skip=True) for exam_id in due(db, now))


def withdraw_from(db: Session, exam_id: int, *, now: datetime) -> int:
    """The same for one exam, waiting for whoever holds it."""
    return _reduce(db, exam_id, now, skip=False)


def due(db: Session, now: datetime) -> list[int]:
    """Row ids of exams from whose pool something must leave."""
    return [exam_id for exam_id in _announced(db, now) if _due(db, exam_id)]


def _announced(db: Session, now: datetime) -> Sequence[int]:
    """Row ids of published exams, drawn by levels, that nobody can have begun."""
    begun = exists().where(Paper.exam_id == Exam.id)
    return db.scalars(
        select(Exam.id)
        .where(
            Exam.published_at.is_not(None),
            Exam.target.is_not(None),
            Exam.cancelled_at.is_(None),
            Exam.released_at.is_(None),
            Exam.opens_at > now,
            ~begun,
        )
        .order_by(Exam.id)
    ).all()


def _due(db: Session, exam_id: int) -> dict[int, list[int]]:
    """Edition → revisions of the pool that must leave because of it."""
    exam = db.get_one(Exam, exam_id)
    hits = revision_hits(local_date(exam.closes_at)).subquery()
    gone = select(PoolWithdrawal.revision_id).where(PoolWithdrawal.exam_id == exam_id)
    rows = db.execute(
        select(hits.c.subject, func.min(hits.c.new_edition_id))
        .join(PoolItem, PoolItem.revision_id == hits.c.subject)
        .where(PoolItem.exam_id == exam_id, hits.c.subject.not_in(gone))
        .group_by(hits.c.subject)
        .order_by(hits.c.subject)
    )
    found: dict[int, list[int]] = {}
    for revision_id, edition_id in rows:
        found.setdefault(edition_id, []).append(revision_id)
    return found


def _reduce(db: Session, exam_id: int, now: datetime, *, skip: bool) -> int:
    """Under the exam's lock, which whoever begins waits for: nobody draws from a pool in between.

    An exam that somebody began while we waited keeps its pool.
    """
    mine = select(Exam.id).where(Exam.id == exam_id).with_for_update(skip_locked=skip)
    if db.scalar(mine) is None or exam_id not in _announced(db, now):
        return 0
    exam, left = db.get_one(Exam, exam_id), 0
    for edition_id, revisions in sorted(_due(db, exam_id).items()):
        db.execute(
            insert(PoolWithdrawal),
            [
                {
                    "exam_id": exam_id,
                    "revision_id": revision_id,
                    "edition_id": edition_id,
                    "withdrawn_at": now,
                }
                for revision_id in revisions
            ],
        )
        _record(db, exam, edition_id, revisions, now)
        left += len(revisions)
    if left:
        preparing.clear(db, exam)
    return left


def _record(
    db: Session, exam: Exam, edition_id: int, revisions: Sequence[int], now: datetime
) -> None:
    code, adopted = db.execute(
        select(Law.code, Edition.adopted)
        .join(Edition, Edition.law_id == Law.id)
        .where(Edition.id == edition_id)
    ).one()
    digests = db.scalars(select(ItemRevision.digest).where(ItemRevision.id.in_(revisions)))
    facts = {
        "items": sorted(digests),
        "law": code,
        "edition": adopted,
        **reduced.pool_facts(reduced.pool_of(db, exam), exam),
        **reduced.trial(db, exam),
    }
    record(db, Event.POOL_REDUCED, exam.public_id, facts, actor=None, now=now)


@dataclass(frozen=True)
class Reduction:
    """Items that left together: when, whose law's edition took them, what the pool was then.

    `pool_items`, `pool`, `target` are those of the pool after them; `fills` and `level` what
    trial papers showed: whether papers can be drawn, and within the tolerance.
    """

    at: datetime
    law: str
    edition: str
    items: Sequence[str]
    pool: str
    pool_items: int
    target: str | None
    fills: bool
    level: bool
    holds: str | None


def reductions(db: Session, exam: Exam) -> list[Reduction]:
    """What left an exam's pool, in order, from the record; usually nothing."""
    return reductions_of(db, [exam]).get(exam.public_id, [])


def reductions_of(db: Session, exams: Sequence[Exam]) -> Mapping[str, list[Reduction]]:
    """The same of several exams, by public id."""
    rows = db.execute(
        select(LedgerEntry.subject, LedgerEntry.at, LedgerEntry.facts)
        .where(
            LedgerEntry.event == Event.POOL_REDUCED,
            LedgerEntry.subject.in_([exam.public_id for exam in exams]),
        )
        .order_by(LedgerEntry.number)
    )
    found: dict[str, list[Reduction]] = {}
    for subject, at, facts in rows:
        found.setdefault(subject, []).append(_reduction(at, facts))
    return found


def _reduction(at: datetime, facts: dict[str, Any]) -> Reduction:
    return Reduction(at=at, **facts)
