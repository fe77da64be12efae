"""What must happen though nobody looks: close, release, follow the law, prepare, checkpoints."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from examapp.clock import now as clock_now
from examapp.config import Settings, from_environment
from examapp.library import checkpoint_files
from examapp.services.exams import preparing, withdrawals
from examapp.services.exams.setting import due_for_release, release
from examapp.services.laws import moving
from examapp.services.sittings.closing import close_lapsed, lapsed
from examapp.services.verification.whole import checkpoint_facts
from examapp.store.engine import make_engine, reading
from examapp.store.exams import Exam
from examapp.store.sittings import Sitting

EVERY = 2.0
CHECKPOINT_EVERY = timedelta(days=1)
log = logging.getLogger(__name__)


def round_(engine: Engine, *, now: datetime) -> int:
    """One round, each thing in a transaction of its own; how many things were done.

    Items leave the pools of exams before papers are prepared from them.
    """
    with Session(reading(engine)) as db:
        sittings = lapsed(db, now)
        exams = [exam.id for exam in due_for_release(db, now)]
        laws, pools = moving.due(db, now), withdrawals.due(db, now)
        unprepared = preparing.due(db, now)
    closed = [_do(engine, partial(_close, now=now), sitting) for sitting in sittings]
    released = [_do(engine, partial(_release, now=now), exam) for exam in exams]
    moved = [_do(engine, partial(_move, now=now), law) for law in laws[:1]]  # settles them all
    reduced = [_do(engine, partial(_withdraw, now=now), exam) for exam in pools]
    prepared = [_do(engine, partial(_prepare, now=now), exam) for exam in unprepared]
    return sum(map(sum, (closed, released, moved, reduced, prepared)))


def _close(db: Session, sitting_id: int, *, now: datetime) -> None:
    close_lapsed(db, db.get_one(Sitting, sitting_id), now=now)


def _release(db: Session, exam_id: int, *, now: datetime) -> None:
    release(db, db.get_one(Exam, exam_id), by=None, now=now)


def _move(db: Session, _law_id: int, *, now: datetime) -> None:
    moving.settle(db, now=now)


def _withdraw(db: Session, exam_id: int, *, now: datetime) -> None:
    withdrawals.withdraw_from(db, exam_id, now=now)


def _prepare(db: Session, exam_id: int, *, now: datetime) -> None:
    preparing.prepare(db, exam_id, now=now)


def _do(engine: Engine, work: Callable[[Session, int], None], row: int) -> bool:
    try:
        with Session(engine) as db, db.begin():
            work(db, row)
    except Exception:
        log.exception("the caretaker could not finish something; it is tried again")
        return False
    return True


def keep_checkpoint(engine: Engine, settings: Settings, *, now: datetime) -> Path | None:
    """Write a signed checkpoint when the newest is older than a day; None when it is not."""
    folder = settings.instance / "checkpoints"
    newest = max((p.stat().st_mtime for p in folder.glob("*.json")), default=0.0)
    if now.timestamp() - newest < CHECKPOINT_EVERY.total_seconds():
        return None
    with Session(reading(engine)) as db:
        facts = checkpoint_facts(db, now=now)
    if facts is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{facts['number']:010d}.json"
    key = checkpoint_files.signing_key(settings.instance / "keys")
    path.write_text(checkpoint_files.signed(facts, key), encoding="utf-8")
    return path


def main() -> None:
    """Go on until the server that started us is gone."""
    settings = from_environment()
    engine = make_engine(settings.database_url, sealing_key=settings.sealing_key)
    parent = os.getppid()
    while os.getppid() == parent:
        try:
            round_(engine, now=clock_now())
            keep_checkpoint(engine, settings, now=clock_now())
        except Exception:
            log.exception("the caretaker's round failed; the next one follows")
        time.sleep(EVERY)


if __name__ == "__main__":
    main()
