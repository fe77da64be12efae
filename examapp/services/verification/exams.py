"""Are pools, specs and papers the ones that were committed to?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from examapp.core.canonical import instant, plain
from examapp.core.draw import Candidate, Lottery, PlainLottery, lottery
from examapp.core.papers import (
    Paper,
    PaperItem,
    PoolTooSmall,
    paper_digest,
    pool_digest,
    roster_digest,
)
from examapp.core.plan import plan
from examapp.core.spec import from_data
from examapp.services.exams.pools import Pool, read_frozen
from examapp.services.exams.publishing import published_facts
from examapp.services.exams.reduced import target_of, withdrawn, without
from examapp.services.exams.roster import pseudonyms
from examapp.services.verification.findings import Finding, differing, recorded
from examapp.store.bank import ItemRevision
from examapp.store.exams import Exam, RosterEntry
from examapp.store.exams import Paper as PaperRow
from examapp.store.exams import PaperItem as Place
from examapp.store.people import User
from examapp.store.sittings import Sitting


def check_exams(db: Session) -> Iterator[Finding]:
    """Published exams against the ledger, then every paper drawn in them."""
    said, drawn = recorded(db, "exam.published"), recorded(db, "paper.drawn")
    settled = {
        "released_at": recorded(db, "exam.released").keys(),
        "cancelled_at": recorded(db, "exam.cancelled").keys(),
    }
    exams = db.scalars(
        select(Exam).where(Exam.published_at.is_not(None)).options(undefer(Exam.seed))
    )
    for exam in exams:
        pool = read_frozen(db, exam.id)
        where = f"exam {exam.public_id}"
        entry = said.pop(exam.public_id, None)
        yield from differing(where, _found(db, exam, pool, entry or {}), entry)
        for moment, on_ledger in settled.items():
            if (getattr(exam, moment) is not None) != (exam.public_id in on_ledger):
                yield Finding(where, f"its {moment} is not as the ledger has it")
        yield from _check_papers(db, exam, _lottery(db, exam, pool), drawn)
    for exam_id in said:
        yield Finding(f"exam {exam_id}", "it was published but is gone")
    for sitting in drawn:
        yield Finding(f"sitting {sitting}", "its paper was drawn but is gone")


def _found(db: Session, exam: Exam, pool: Pool, said: dict[str, Any]) -> dict[str, Any]:
    """What the published facts are by the tables: computed again, and as the exam's row has them.

    Entries from before papers were levelled say less; what they do not say is not asked.
    """
    again: dict[str, Any] = {
        "pool": pool_digest(pool.items),
        "pool_items": len(pool.items),
        "seed_commitment": hashlib.sha256(exam.seed or b"").hexdigest(),
    }
    if "roster" in said:
        again["roster"] = roster_digest(pseudonyms(db, exam.id)[: said["candidates"]])
    if exam.target is not None:
        again["target"] = _target(exam, pool)
    stored = {name: value for name, value in published_facts(exam).items() if name in said}
    for name, value in again.items():
        if name in stored and stored[name] != value:
            stored[name] = f"{stored[name]} (computed again: {value})"
    said_now: dict[str, Any] = plain(again | stored)
    return said_now


def _target(exam: Exam, pool: Pool) -> Fraction | None:
    try:
        return plan(from_data(exam.spec), pool.items).target
    except PoolTooSmall:
        return None


def _lottery(db: Session, exam: Exam, pool: Pool) -> Lottery | PlainLottery | None:
    """None where the pool is so small, or was altered so far, that nothing can be drawn from it."""
    gone = withdrawn(db, exam.id)
    left = without(pool, gone)
    try:
        target = target_of(exam, left, gone)
        return lottery(from_data(exam.spec), left.items, exam.seed or b"", target)
    except PoolTooSmall:
        return None


def _check_papers(
    db: Session,
    exam: Exam,
    drawn_from: Lottery | PlainLottery | None,
    said: dict[str, dict[str, Any]],
) -> Iterator[Finding]:
    """Draw every paper of the exam again and compare place by place; takes them out of `said`."""
    rows = db.execute(
        select(PaperRow, Sitting, User.public_id, RosterEntry.number)
        .join(User, User.id == PaperRow.user_id)
        .outerjoin(
            RosterEntry,
            (RosterEntry.exam_id == PaperRow.exam_id) & (RosterEntry.user_id == PaperRow.user_id),
        )
        .outerjoin(Sitting, Sitting.paper_id == PaperRow.id)
        .where(PaperRow.exam_id == exam.id)
        .order_by(PaperRow.id)
    )
    for paper, sitting, candidate, number in rows:
        where = f"paper of sitting {sitting.public_id}" if sitting else f"paper {paper.id}"
        redrawn = _redrawn(drawn_from, Candidate(number or 1, candidate, paper.try_no))
        if paper_digest(_stored(db, paper.id)) != paper.digest:
            yield Finding(where, "its items, their order or their points were altered")
        if redrawn != paper.digest:
            yield Finding(where, "drawn again from pool and seed, it is another paper")
        if sitting:
            if (sitting.user_id, sitting.exam_id) != (paper.user_id, paper.exam_id):
                yield Finding(
                    f"sitting {sitting.public_id}", "its candidate or exam is not the paper's"
                )
            found = {
                "exam": exam.public_id,
                "candidate": candidate,
                "try": sitting.try_no,
                "paper": paper.digest,
                "started_at": instant(sitting.started_at),
            }
            entry = said.pop(sitting.public_id, None)
            yield from differing(f"sitting {sitting.public_id}", found, entry)


def _redrawn(drawn_from: Lottery | PlainLottery | None, who: Candidate) -> str:
    try:
        return paper_digest(drawn_from.draw(who).paper) if drawn_from else ""
    except PoolTooSmall:
        return ""


def _stored(db: Session, paper_id: int) -> Paper:
    rows = db.execute(
        select(Place.position, ItemRevision.digest, Place.option_order, Place.points)
        .join(ItemRevision, ItemRevision.id == Place.revision_id)
        .where(Place.paper_id == paper_id)
        .order_by(Place.position)
    ).all()
    return tuple(
        PaperItem(r.position, r.digest, tuple(r.option_order.split(",")), Fraction(r.points))
        for r in rows
    )
