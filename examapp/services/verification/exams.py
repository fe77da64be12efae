"""Are pools, specs and papers the ones that were committed to?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from examapp.core.canonical import digest, instant
from examapp.core.draw import (
    Paper,
    PaperItem,
    PoolTooSmall,
    draw,
    paper_digest,
    paper_stream,
    pool_digest,
)
from examapp.core.spec import from_data
from examapp.services.exams.pools import Pool, read_frozen
from examapp.services.verification.findings import Finding, differing, recorded
from examapp.store.bank import ItemRevision
from examapp.store.exams import Exam
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
        found = {
            "spec": digest(exam.spec),
            "pool": pool_digest(pool.items),
            "pool_items": len(pool.items),
            "seed_commitment": hashlib.sha256(exam.seed or b"").hexdigest(),
            "opens_at": instant(exam.opens_at),
            "closes_at": instant(exam.closes_at),
        }
        where = f"exam {exam.public_id}"
        yield from differing(where, found, said.pop(exam.public_id, None))
        if (exam.pool_digest, exam.seed_commitment) != (found["pool"], found["seed_commitment"]):
            yield Finding(where, "the published digests were altered")
        for moment, on_ledger in settled.items():
            if (getattr(exam, moment) is not None) != (exam.public_id in on_ledger):
                yield Finding(where, f"its {moment} is not as the ledger has it")
        yield from _check_papers(db, exam, pool, drawn)
    for exam_id in said:
        yield Finding(f"exam {exam_id}", "it was published but is gone")
    for sitting in drawn:
        yield Finding(f"sitting {sitting}", "its paper was drawn but is gone")


def _check_papers(
    db: Session, exam: Exam, pool: Pool, said: dict[str, dict[str, Any]]
) -> Iterator[Finding]:
    """Draw every paper of the exam again and compare place by place; takes them out of `said`."""
    rows = db.execute(
        select(PaperRow, Sitting, User.public_id)
        .join(User, User.id == PaperRow.user_id)
        .outerjoin(Sitting, Sitting.paper_id == PaperRow.id)
        .where(PaperRow.exam_id == exam.id)
        .order_by(PaperRow.id)
    )
    spec = from_data(exam.spec)
    for paper, sitting, candidate in rows:
        where = f"paper of sitting {sitting.public_id}" if sitting else f"paper {paper.id}"
        stream = paper_stream(exam.seed or b"", candidate, paper.try_no)
        try:
            redrawn = paper_digest(draw(spec, pool.items, stream))
        except PoolTooSmall:
            redrawn = ""
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
                "deadline": instant(sitting.deadline),
            }
            entry = said.pop(sitting.public_id, None)
            yield from differing(f"sitting {sitting.public_id}", found, entry)


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
