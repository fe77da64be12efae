"""Did what left the pools of exams leave as the ledger says, and before anybody drew?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from examapp.core.canonical import instant, plain
from examapp.services.exams.pools import read_frozen
from examapp.services.exams.reduced import pool_facts, without
from examapp.services.verification.findings import Finding
from examapp.store.bank import ItemRevision
from examapp.store.exams import Exam, Paper, PaperItem
from examapp.store.held import PoolWithdrawal
from examapp.store.laws import Edition
from examapp.store.ledger import LedgerEntry

Key = tuple[str, str]  # the moment, the day on which the edition was adopted


def check_withdrawals(db: Session) -> Iterator[Finding]:
    """Every withdrawal against its entry, the pool after it, and the papers drawn."""
    said = _said(db)
    exams = select(PoolWithdrawal.exam_id).distinct()
    for exam in db.scalars(select(Exam).where(Exam.id.in_(exams)).order_by(Exam.id)).all():
        yield from _check_exam(db, exam, said.pop(exam.public_id, []))
    for public_id in said:
        yield Finding(f"exam {public_id}", "items left its pool by the ledger, but not here")


def _said(db: Session) -> dict[str, list[tuple[datetime, dict[str, Any]]]]:
    found: dict[str, list[tuple[datetime, dict[str, Any]]]] = defaultdict(list)
    rows = db.execute(
        select(LedgerEntry.subject, LedgerEntry.at, LedgerEntry.facts)
        .where(LedgerEntry.event == "pool.reduced")
        .order_by(LedgerEntry.number)
    )
    for subject, at, facts in rows:
        found[subject].append((at, facts))
    return found


def _check_exam(
    db: Session, exam: Exam, said: list[tuple[datetime, dict[str, Any]]]
) -> Iterator[Finding]:
    where = f"exam {exam.public_id}"
    told: dict[Key, set[str]] = defaultdict(set)
    for at, facts in said:
        told[instant(at), facts["edition"]] |= set(facts["items"])
    if _left(db, exam) != told:
        yield Finding(where, "what left its pool is not what the ledger says")
    pool, gone = read_frozen(db, exam.id), set[str]()
    for _at, facts in said:
        gone |= set(facts["items"])
        after = plain(pool_facts(without(pool, frozenset(gone)), exam))
        if any(facts[name] != value for name, value in after.items()):
            yield Finding(where, "the pool that is left is not the one on the ledger")
    yield from _check_papers(db, exam)


def _left(db: Session, exam: Exam) -> dict[Key, set[str]]:
    rows = db.execute(
        select(PoolWithdrawal.withdrawn_at, Edition.adopted, ItemRevision.digest)
        .join(ItemRevision, ItemRevision.id == PoolWithdrawal.revision_id)
        .join(Edition, Edition.id == PoolWithdrawal.edition_id)
        .where(PoolWithdrawal.exam_id == exam.id)
    )
    found: dict[Key, set[str]] = defaultdict(set)
    for at, adopted, digest in rows:
        found[instant(at), adopted.isoformat()].add(digest)
    return found


def _check_papers(db: Session, exam: Exam) -> Iterator[Finding]:
    """Nobody had begun when something left, and nobody got what had left."""
    where = f"exam {exam.public_id}"
    last = db.scalar(
        select(func.max(PoolWithdrawal.withdrawn_at)).where(PoolWithdrawal.exam_id == exam.id)
    )
    first = db.scalar(select(func.min(Paper.drawn_at)).where(Paper.exam_id == exam.id))
    if first is not None and last is not None and first < last:
        yield Finding(where, "items left its pool after papers had been drawn")
    gone = select(PoolWithdrawal.revision_id).where(PoolWithdrawal.exam_id == exam.id)
    papers = db.scalars(
        select(Paper.id)
        .join(PaperItem, PaperItem.paper_id == Paper.id)
        .where(Paper.exam_id == exam.id, PaperItem.revision_id.in_(gone))
        .distinct()
    )
    for paper_id in papers:
        yield Finding(f"paper {paper_id}", "an item stands on it that had left the pool")
