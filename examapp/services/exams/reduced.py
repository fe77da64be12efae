"""The pool that an exam's papers are drawn from: the announced one without what was withdrawn."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from examapp.core.papers import PoolTooSmall, pool_digest
from examapp.core.plan import Plan, plan
from examapp.core.spec import from_data
from examapp.services.exams.feasibility import ON_A_PAGE, tried
from examapp.services.exams.pools import Pool, frozen
from examapp.store.bank import ItemRevision
from examapp.store.exams import Exam, RosterEntry
from examapp.store.held import PoolWithdrawal


def withdrawn(db: Session, exam_id: int) -> frozenset[str]:
    """Digests of the items that left the exam's pool."""
    rows = db.scalars(
        select(ItemRevision.digest)
        .join(PoolWithdrawal, PoolWithdrawal.revision_id == ItemRevision.id)
        .where(PoolWithdrawal.exam_id == exam_id)
    )
    return frozenset(rows)


def pool_of(db: Session, exam: Exam) -> Pool:
    """What papers are drawn from now."""
    announced = frozen(db, exam.id, exam.public_id, exam.pool_digest or "")
    return without(announced, withdrawn(db, exam.id))


def without(pool: Pool, gone: frozenset[str]) -> Pool:
    """A pool less the items of these digests."""
    if not gone:
        return pool
    return Pool(tuple(i for i in pool.items if i.digest not in gone), pool.revision_ids)


def target_of(exam: Exam, pool: Pool, gone: frozenset[str]) -> Fraction | None:
    """What papers are expected to bring: as announced, or by the pool that is left.

    PoolTooSmall where a line finds too few items.
    """
    return plan(from_data(exam.spec), pool.items).target if gone else exam.target


def pool_facts(pool: Pool, exam: Exam) -> dict[str, Any]:
    """What is told of a reduced pool; no target where a line finds too few items."""
    made = _plan(pool, exam)
    return {
        "pool": pool_digest(pool.items),
        "pool_items": len(pool.items),
        "target": made.target if made else None,
    }


def _plan(pool: Pool, exam: Exam) -> Plan | None:
    try:
        return plan(from_data(exam.spec), pool.items)
    except PoolTooSmall:
        return None


def trial(db: Session, exam: Exam) -> dict[str, Any]:
    """Whether the reduced pool fills papers, and holds the tolerance: shown by drawing some."""
    made = _plan(pool_of(db, exam), exam)
    seed = db.scalars(select(Exam.seed).where(Exam.id == exam.id)).one()
    people = db.scalar(select(func.count()).where(RosterEntry.exam_id == exam.id)) or 1
    try:
        if made is None or seed is None:
            raise PoolTooSmall()
        shown = tried(made, seed, people, most=ON_A_PAGE)
    except PoolTooSmall:
        return {"fills": False, "level": False, "holds": None}
    return {"fills": True, "level": shown.level, "holds": shown.suggested}
