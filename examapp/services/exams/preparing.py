"""Draw papers before their hour and keep them sealed, so that starting is one short write."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, insert, select
from sqlalchemy.orm import Session

from examapp.core.draw import Candidate
from examapp.core.papers import Paper, PoolTooSmall, as_data, from_data
from examapp.services.exams.lotteries import lottery_of
from examapp.store.exams import Exam, PreparedPaper, RosterEntry
from examapp.store.exams import Paper as PaperRow
from examapp.store.people import User

BEFORE = timedelta(minutes=30)


def due(db: Session, now: datetime) -> list[int]:
    """Row ids of exams that open soon, or are open, and whose roster lacks prepared papers."""
    near = (
        Exam.published_at.is_not(None),
        Exam.cancelled_at.is_(None),
        Exam.opens_at <= now + BEFORE,
        Exam.closes_at > now,
    )
    return [
        exam_id for exam_id in db.scalars(select(Exam.id).where(*near)) if _waiting(db, exam_id, 1)
    ]


def prepare(db: Session, exam_id: int, *, now: datetime, most: int = 200) -> int:
    """Prepare the first papers of some people on the roster; how many it were.

    The exam's row is held meanwhile: items that leave the pool wait, and throw these papers
    away. From a pool that cannot fill papers none are prepared.
    """
    exam = db.get_one(Exam, exam_id)
    db.execute(select(Exam.id).where(Exam.id == exam_id).with_for_update(read=True))
    waiting = _waiting(db, exam_id, most)
    try:
        rows = _drawn(db, exam, waiting, now)
    except PoolTooSmall:
        return 0
    if rows:
        db.execute(insert(PreparedPaper), rows)
    return len(rows)


def _drawn(
    db: Session, exam: Exam, waiting: Sequence[tuple[int, Candidate]], now: datetime
) -> list[dict[str, Any]]:
    drawn_from = lottery_of(db, exam) if waiting else None
    rows = []
    for user_id, who in waiting:
        paper = drawn_from.draw(who).paper if drawn_from else ()
        rows.append(
            {
                "exam_id": exam.id,
                "user_id": user_id,
                "try_no": who.try_no,
                "paper": json.dumps([as_data(place) for place in paper]).encode(),
                "prepared_at": now,
            }
        )
    return rows


def _waiting(db: Session, exam_id: int, most: int) -> Sequence[tuple[int, Candidate]]:
    """People on the roster, in order, with neither a paper nor a prepared one."""
    prepared = and_(PreparedPaper.exam_id == exam_id, PreparedPaper.user_id == RosterEntry.user_id)
    begun = and_(PaperRow.exam_id == exam_id, PaperRow.user_id == RosterEntry.user_id)
    rows = db.execute(
        select(RosterEntry.user_id, RosterEntry.number, User.public_id)
        .join(User, User.id == RosterEntry.user_id)
        .outerjoin(PreparedPaper, prepared)
        .outerjoin(PaperRow, begun)
        .where(
            RosterEntry.exam_id == exam_id, PreparedPaper.user_id.is_(None), PaperRow.id.is_(None)
        )
        .order_by(RosterEntry.number)
        .limit(most)
    )
    return [(row.user_id, Candidate(row.number, row.public_id, 1)) for row in rows]


def prepared(db: Session, exam: Exam, user_id: int, try_no: int) -> Paper | None:
    """The paper that was prepared for this try, opened; None where none was."""
    kept = db.scalar(
        select(PreparedPaper.paper).where(
            PreparedPaper.exam_id == exam.id,
            PreparedPaper.user_id == user_id,
            PreparedPaper.try_no == try_no,
        )
    )
    return tuple(from_data(place) for place in json.loads(kept)) if kept else None


def clear(db: Session, exam: Exam) -> None:
    """Throw away what was prepared and is needed no more."""
    db.execute(delete(PreparedPaper).where(PreparedPaper.exam_id == exam.id))
