"""The lottery of a published exam, made ready once in every process."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.core.draw import Lottery, PlainLottery, lottery
from examapp.core.spec import from_data
from examapp.services.exams.pools import frozen
from examapp.services.exams.reduced import target_of, withdrawn, without
from examapp.store.exams import Exam

_ready: dict[tuple[str, ...], Lottery | PlainLottery] = {}
_MOST = 32


def lottery_of(db: Session, exam: Exam) -> Lottery | PlainLottery:
    """What the papers of a published exam are drawn from; PoolTooSmall where too little is left.

    Remembered: it changes only where items leave the pool, and that is looked up each time.
    """
    gone = withdrawn(db, exam.id)
    key = (exam.public_id, exam.pool_digest or "", exam.seed_commitment or "", *sorted(gone))
    if key not in _ready:
        if len(_ready) >= _MOST:
            _ready.clear()
        pool = without(frozen(db, exam.id, exam.public_id, exam.pool_digest or ""), gone)
        seed = db.scalars(select(Exam.seed).where(Exam.id == exam.id)).one()
        target = target_of(exam, pool, gone)
        _ready[key] = lottery(from_data(exam.spec), pool.items, seed or b"", target)
    return _ready[key]
