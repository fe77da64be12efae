"""What verification says: the thing that does not fit, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.store.ledger import LedgerEntry


@dataclass(frozen=True)
class Finding:
    """One thing that does not fit: where (`item item-001, revision 2`), and what is wrong."""

    where: str
    why: str

    def __str__(self) -> str:
        return f"{self.where}: {self.why}"


def recorded(db: Session, *events: str) -> dict[str, dict[str, Any]]:
    """The facts of the newest entry of these kinds, by subject."""
    rows = db.execute(
        select(LedgerEntry.subject, LedgerEntry.facts)
        .where(LedgerEntry.event.in_(events))
        .order_by(LedgerEntry.number)
    )
    return {row.subject: row.facts for row in rows}


def differing(where: str, found: dict[str, Any], said: dict[str, Any] | None) -> Iterator[Finding]:
    """A finding for each fact that is not as the ledger has it; all of `found` must be there."""
    if said is None:
        yield Finding(where, "the ledger has no entry for it")
        return
    for name, value in found.items():
        if said.get(name) != value:
            yield Finding(where, f"{name} is {value!r}, the ledger has {said.get(name)!r}")
