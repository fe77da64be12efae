"""The append-only record: each entry carries the digest of the one before it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from examapp.core.canonical import digest, instant

GENESIS = "0" * 64


class Event(StrEnum):
    """What the ledger records."""

    USER_ADDED = "user.added"
    ROLES_CHANGED = "user.roles-changed"
    UNIT_CHANGED = "user.unit-changed"
    USER_DISABLED = "user.disabled"
    USER_ENABLED = "user.enabled"
    DETAILS_CHANGED = "user.details-changed"
    PASSWORD_RESET = "user.password-reset"  # noqa: S105 - the name of an event
    UNIT_ADDED = "unit.added"
    UNIT_RENAMED = "unit.renamed"
    UNIT_MOVED = "unit.moved"
    ITEM_REVISED = "item.revised"
    ITEM_RETIRED = "item.retired"
    ITEM_BROUGHT_BACK = "item.brought-back"
    ITEM_READ = "item.read"
    LAW_COMPARED = "law.compared"
    CITATION_MOVED = "citation.moved"
    HOLD_PROPOSED = "hold.proposed"
    HOLD_CONFIRMED = "hold.confirmed"
    HOLD_REFUSED = "hold.refused"
    POOL_REDUCED = "pool.reduced"
    EXAM_PUBLISHED = "exam.published"
    EXAM_CANCELLED = "exam.cancelled"
    EXAM_RELEASED = "exam.released"
    SLOT_ADDED = "slot.added"
    SLOT_REMOVED = "slot.removed"
    SLOT_BOOKED = "slot.booked"
    EXCUSE_FILED = "excuse.filed"
    EXCUSE_DECIDED = "excuse.decided"
    EXCUSE_WITHDRAWN = "excuse.withdrawn"
    EXAM_PAUSED = "exam.paused"
    EXAM_RESUMED = "exam.resumed"
    EXTRA_TIME = "exam.extra-time"
    PAPER_DRAWN = "paper.drawn"
    SITTING_TAKEN_OVER = "sitting.taken-over"
    SITTING_FREED = "sitting.freed"
    SITTING_SUBMITTED = "sitting.submitted"
    SITTING_LAPSED = "sitting.lapsed"
    SITTING_SCORED = "sitting.scored"
    LATE_DECIDED = "late.decided"
    CERTIFICATE_ISSUED = "certificate.issued"
    CERTIFICATE_REVOKED = "certificate.revoked"
    STUDY_CREDITED = "study.credited"
    EVIDENCE_DECLARED = "evidence.declared"
    EVIDENCE_WITHDRAWN = "evidence.withdrawn"
    EVIDENCE_CONFIRMED = "evidence.confirmed"
    EVIDENCE_REFUSED = "evidence.refused"
    LAW_IMPORTED = "law.imported"
    LAW_REPLACED = "law.replaced"


@dataclass(frozen=True)
class Entry:
    """One recorded fact; `facts` are JSON, `actor` a user's public id or None for the system."""

    number: int
    event: str
    at: datetime
    actor: str | None
    subject: str
    facts: dict[str, Any]
    previous: str
    digest: str


def entry_digest(
    number: int,
    event: str,
    at: datetime,
    actor: str | None,
    subject: str,
    facts: Any,
    previous: str,
) -> str:
    """SHA-256 over everything an entry says and the digest of the one before."""
    return digest(
        {
            "number": number,
            "event": event,
            "at": instant(at),
            "actor": actor,
            "subject": subject,
            "facts": facts,
            "previous": previous,
        }
    )


@dataclass(frozen=True)
class Break:
    """The first place where the chain does not fit, and why."""

    number: int
    why: str


def first_break(entries: Iterable[Entry]) -> Break | None:
    """Walk the chain in order; None when every entry fits."""
    previous, expected = GENESIS, 1
    for entry in entries:
        if entry.number != expected:
            return Break(expected, f"entry {expected} is missing (found {entry.number})")
        if entry.previous != previous:
            return Break(entry.number, f"entry {entry.number} does not follow entry {expected - 1}")
        redone = entry_digest(
            entry.number, entry.event, entry.at, entry.actor, entry.subject, entry.facts, previous
        )
        if redone != entry.digest:
            return Break(entry.number, f"entry {entry.number} ({entry.event}) was altered")
        previous, expected = entry.digest, expected + 1
    return None
