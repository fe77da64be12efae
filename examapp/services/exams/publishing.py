"""Publish an exam: freeze its pool, commit to a secret seed, number its candidates."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from examapp.clock import local_date
from examapp.core import spec as specs
from examapp.core.canonical import digest
from examapp.core.ease import DEFAULT_PRIOR, EasePrior
from examapp.core.ledger import Event
from examapp.core.papers import pool_digest, roster_digest
from examapp.core.plan import plan
from examapp.core.refusals import N_, Conflict, Fault, Invalid
from examapp.core.spec import BankTooSmall, ExamSpec
from examapp.services.exams import pools, roster
from examapp.services.exams.feasibility import Feasibility, NotLevel, tried
from examapp.services.exams.ready import require_ready
from examapp.services.exams.setting import claim_draft, spec_of
from examapp.services.ledger import record
from examapp.services.people.persons import Person
from examapp.store.exams import Exam, PoolItem


def publish(
    db: Session,
    exam: Exam,
    *,
    by: Person,
    now: datetime,
    edit_no: int | None = None,
    prior: EasePrior = DEFAULT_PRIOR,
) -> Feasibility:
    """Freeze the pool, number the candidates, commit to a secret seed, announce the exam.

    Returns what drawing the papers from that very seed showed. Raises BankTooSmall with the
    exact shortage, NotLevel where the tolerance cannot be held, Invalid where the window is
    over, Conflict where the draft is not the one that was shown as `edit_no`, and what
    ready.REFUSALS names.
    """
    claim_draft(db, exam)
    if edit_no not in (None, exam.edit_no):
        raise Conflict()
    if exam.closes_at <= now:
        raise Invalid([Fault("closes_at", N_("the window of this exam is already over"))])
    require_ready(db, exam)
    spec = spec_of(exam)
    exam.spec = spec.as_data()
    pool = pools.in_force(db, spec, prior, day=local_date(exam.closes_at))
    missing = specs.shortages(spec, (item.cell for item in pool.items))
    if missing:
        raise BankTooSmall(missing)
    made, seed = plan(spec, pool.items), secrets.token_bytes(32)
    candidates = roster.number_everybody(db, exam)
    shown = tried(made, seed, len(candidates))
    if not shown.level:
        raise NotLevel(**_told(shown, spec))
    _freeze(db, exam, pool)
    exam.seed, exam.seed_commitment = seed, hashlib.sha256(seed).hexdigest()
    exam.pool_digest, exam.roster_digest = pool_digest(pool.items), roster_digest(candidates)
    exam.target, exam.published_at = made.target, now
    db.flush()
    facts = published_facts(exam) | {"pool_items": len(pool.items), "candidates": len(candidates)}
    record(db, Event.EXAM_PUBLISHED, exam.public_id, facts, actor=by.public_id, now=now)
    return shown


def _freeze(db: Session, exam: Exam, pool: pools.Pool) -> None:
    rows = [
        {"exam_id": exam.id, "revision_id": pool.revision_ids[item.digest], "ease": item.ease}
        for item in pool.items
    ]
    db.execute(insert(PoolItem), rows)


def _told(shown: Feasibility, spec: ExamSpec) -> dict[str, str]:
    """Points for people, with two decimals."""
    return {
        "largest": f"{float(shown.largest):.2f}",
        "points": f"{float(spec.points):g}",
        "tolerance": f"{float(shown.tolerance):g}",
        "holds": f"{float(shown.suggested):g}",
    }


def published_facts(exam: Exam) -> dict[str, Any]:
    """What the ledger says of a published exam: all by which papers and times are decided."""
    return {
        "spec": digest(exam.spec),
        "pool": exam.pool_digest,
        "roster": exam.roster_digest,
        "target": exam.target,
        "seed_commitment": exam.seed_commitment,
        "opens_at": exam.opens_at,
        "closes_at": exam.closes_at,
        "grace_seconds": exam.grace_seconds,
        "entry_minutes": exam.entry_minutes,
        "wait_minutes": exam.wait_minutes,
        "make_up_of": exam.original.public_id if exam.original else None,
        "make_up_failed": exam.make_up_failed,
    }
