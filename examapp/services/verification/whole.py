"""The whole verification, the chain first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.core.ledger import first_break
from examapp.services.ledger import entries
from examapp.services.verification.bank import check_revisions
from examapp.services.verification.citations import check_citations
from examapp.services.verification.exam_day import (
    check_deadlines,
    check_extra_time,
    check_leases,
    check_pauses,
)
from examapp.services.verification.exams import check_exams
from examapp.services.verification.excuses import check_excuses
from examapp.services.verification.findings import Finding
from examapp.services.verification.held import check_changes, check_decisions
from examapp.services.verification.late import check_late
from examapp.services.verification.laws import check_laws
from examapp.services.verification.people import check_roles
from examapp.services.verification.scores import check_certificates, check_sittings
from examapp.services.verification.slots import check_slots
from examapp.services.verification.study import (
    check_credits,
    check_declarations,
    check_readings,
)
from examapp.services.verification.tallies import check_tallies
from examapp.services.verification.withdrawals import check_withdrawals
from examapp.store.ledger import LedgerEntry


def verify(db: Session, *, checkpoint: dict[str, Any] | None = None) -> Iterator[Finding]:
    """Everything that does not fit, in the order in which later things rest on earlier ones.

    `checkpoint` is the content of a checkpoint file whose signature was checked already.
    """
    broken = first_break(entries(db))
    if broken:
        yield Finding(f"ledger entry {broken.number}", broken.why)
    if checkpoint:
        yield from _check_checkpoint(db, checkpoint)
    for check in CHECKS:
        yield from check(db)


CHECKS = (
    check_roles,
    check_laws,
    check_revisions,
    check_readings,
    check_changes,
    check_decisions,
    check_citations,
    check_exams,
    check_withdrawals,
    check_slots,
    check_pauses,
    check_extra_time,
    check_excuses,
    check_deadlines,
    check_leases,
    check_sittings,
    check_late,
    check_certificates,
    check_tallies,
    check_credits,
    check_declarations,
)


def _check_checkpoint(db: Session, checkpoint: dict[str, Any]) -> Iterator[Finding]:
    number = checkpoint["number"]
    stands = db.scalar(select(LedgerEntry.digest).where(LedgerEntry.number == number))
    if stands != checkpoint["digest"]:
        why = "it is gone" if stands is None else "it is not the entry that the checkpoint saw"
        yield Finding(f"ledger entry {number}", why)


def head(db: Session) -> tuple[int, str] | None:
    """Number and digest of the newest entry: what a checkpoint keeps."""
    last = db.execute(
        select(LedgerEntry.number, LedgerEntry.digest).order_by(LedgerEntry.number.desc()).limit(1)
    ).first()
    return (last.number, last.digest) if last else None


def checkpoint_facts(db: Session, *, now: datetime) -> dict[str, Any] | None:
    """What a checkpoint says, before it is signed; None while the ledger is empty."""
    last = head(db)
    return {"number": last[0], "digest": last[1], "at": now.isoformat()} if last else None
