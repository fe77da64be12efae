"""The public bundle of a released exam: all that an outsider needs to draw every paper again."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.core.canonical import instant
from examapp.core.exams import NotReleased
from examapp.core.ledger import Event
from examapp.core.papers import LEVELLED_FORMAT, PLAIN_FORMAT, REDUCED_FORMAT, PoolItem
from examapp.services.exams.pools import read_frozen
from examapp.services.exams.roster import pseudonyms
from examapp.services.exams.setting import by_public_id
from examapp.services.exams.withdrawals import Reduction, reductions
from examapp.store.bank import ItemRevision
from examapp.store.exams import Exam, Paper, PaperItem, RosterEntry
from examapp.store.ledger import LedgerEntry
from examapp.store.people import User


def bundle(db: Session, exam_id: str) -> dict[str, Any]:
    """Spec, pool, seed, roster and the papers issued; NotFound or NotReleased.

    Candidates stand in it by their random public id, never by name; items by digest,
    with what the draw looks at, never by text or key. The pool is the announced one;
    what left it before the exam stands beside it.
    """
    exam = by_public_id(db, exam_id)
    if not exam.released_at:
        raise NotReleased()
    seed = db.scalars(select(Exam.seed).where(Exam.id == exam.id)).one()
    levelled, left = exam.target is not None, reductions(db, exam)
    pool = sorted(read_frozen(db, exam.id).items, key=lambda item: item.code)
    common = {
        "format": REDUCED_FORMAT if left else LEVELLED_FORMAT if levelled else PLAIN_FORMAT,
        "exam": exam.public_id,
        "spec": exam.spec,
        "pool_digest": exam.pool_digest,
        "seed": seed.hex() if seed else None,
        "seed_commitment": exam.seed_commitment,
        "pool": [_item(item) for item in pool],
        "papers": _papers(db, exam),
    }
    withdrawn = {"withdrawn": [_withdrawn(step) for step in left]} if left else {}
    return common | (_levelling(db, exam) if levelled else {}) | withdrawn


def _withdrawn(step: Reduction) -> dict[str, Any]:
    return {
        "at": instant(step.at),
        "law": step.law,
        "edition": step.edition,
        "items": list(step.items),
        "pool_digest": step.pool,
        "target": step.target,
    }


def _levelling(db: Session, exam: Exam) -> dict[str, Any]:
    return {
        "target": str(exam.target),
        "roster": list(pseudonyms(db, exam.id)),
        "roster_published": _published_with(db, exam),
        "roster_digest": exam.roster_digest,
    }


def _published_with(db: Session, exam: Exam) -> int:
    """How many stood on the roster when the exam was published."""
    facts = db.scalars(
        select(LedgerEntry.facts).where(
            LedgerEntry.event == Event.EXAM_PUBLISHED, LedgerEntry.subject == exam.public_id
        )
    ).one()
    return int(facts["candidates"])


def _item(item: PoolItem) -> dict[str, Any]:
    data = {
        "code": item.code,
        "digest": item.digest,
        "topic": item.topic,
        "kind": str(item.kind),
        "difficulty": str(item.difficulty),
        "options": list(item.option_ids),
        "enemies": sorted(item.enemies),
    }
    return data if item.ease is None else data | {"ease": item.ease}


def _papers(db: Session, exam: Exam) -> list[dict[str, Any]]:
    items = _places(db, exam)
    rows = db.execute(
        select(Paper.id, User.public_id, RosterEntry.number, Paper.try_no, Paper.digest)
        .join(User, User.id == Paper.user_id)
        .outerjoin(
            RosterEntry,
            (RosterEntry.exam_id == Paper.exam_id) & (RosterEntry.user_id == Paper.user_id),
        )
        .where(Paper.exam_id == exam.id)
        .order_by(RosterEntry.number, Paper.try_no, Paper.id)
    )
    return [
        {
            "candidate": row.public_id,
            "number": row.number,
            "try": row.try_no,
            "digest": row.digest,
            "items": items[row.id],
        }
        for row in rows
    ]


def _places(db: Session, exam: Exam) -> dict[int, list[dict[str, Any]]]:
    """What stands on each paper as it was issued, by the paper's row id."""
    item = PaperItem.__table__.c
    rows = db.execute(
        select(item.paper_id, item.position, item.option_order, item.points, ItemRevision.digest)
        .join_from(PaperItem.__table__, Paper.__table__, Paper.id == item.paper_id)
        .join(ItemRevision.__table__, ItemRevision.id == item.revision_id)
        .where(Paper.exam_id == exam.id)
        .order_by(item.paper_id, item.position)
    )
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row.paper_id, []).append(
            {
                "position": row.position,
                "item": row.digest,
                "options": row.option_order.split(","),
                "points": str(row.points),
            }
        )
    return found
