"""The public bundle of a released exam: all that an outsider needs to draw every paper again."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.core.exams import NotReleased
from examapp.services.exams.pools import read_frozen
from examapp.services.exams.setting import by_public_id
from examapp.store.exams import Exam, Paper
from examapp.store.people import User

FORMAT = "examapp-lottery-1"


def bundle(db: Session, exam_id: str) -> dict[str, Any]:
    """Spec, pool, seed, and the digests of the papers issued; NotFound or NotReleased.

    Candidates stand in it by their random public id, never by name; items by digest,
    with what the draw looks at, never by text or key.
    """
    exam = by_public_id(db, exam_id)
    if not exam.released_at:
        raise NotReleased()
    seed = db.scalars(select(Exam.seed).where(Exam.id == exam.id)).one()
    papers = db.execute(
        select(User.public_id, Paper.try_no, Paper.digest)
        .join(User, User.id == Paper.user_id)
        .where(Paper.exam_id == exam.id)
        .order_by(Paper.id)
    ).all()
    return {
        "format": FORMAT,
        "exam": exam.public_id,
        "spec": exam.spec,
        "pool_digest": exam.pool_digest,
        "seed": seed.hex() if seed else None,
        "seed_commitment": exam.seed_commitment,
        "pool": [
            {
                "code": item.code,
                "digest": item.digest,
                "topic": item.topic,
                "kind": str(item.kind),
                "difficulty": str(item.difficulty),
                "options": list(item.option_ids),
                "enemies": sorted(item.enemies),
            }
            for item in sorted(read_frozen(db, exam.id).items, key=lambda item: item.code)
        ],
        "papers": [{"candidate": p.public_id, "try": p.try_no, "digest": p.digest} for p in papers],
    }
