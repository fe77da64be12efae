"""Are comparisons, moved citations and released holds what the ledger says?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.core.canonical import digest
from examapp.services.laws.effects import rows_digest
from examapp.services.verification.findings import Finding
from examapp.store.held import HoldDecision
from examapp.store.laws import ArticleChange, Edition, EditionChange, Law
from examapp.store.ledger import LedgerEntry
from examapp.store.people import User

_EVENTS = {"propose": "hold.proposed", "confirm": "hold.confirmed", "refuse": "hold.refused"}


def check_changes(db: Session) -> Iterator[Finding]:
    """Every comparison against its newest entry; every edition compared with the one before."""
    entries = db.execute(
        select(LedgerEntry.facts)
        .where(LedgerEntry.event == "law.compared")
        .order_by(LedgerEntry.number)
    )
    said = {(e.facts["law"], e.facts["old"], e.facts["new"]): e.facts for e in entries}
    for law in db.scalars(select(Law).order_by(Law.id)).all():
        editions = sorted(law.editions, key=lambda edition: edition.adopted)
        if len(editions) > 1:
            yield from _check_law(db, law, editions, said)


def _check_law(
    db: Session, law: Law, editions: list[Edition], said: dict[Any, dict[str, Any]]
) -> Iterator[Finding]:
    next_to = {(old.id, new.id) for old, new in pairwise(editions)}
    days = {edition.id: edition.adopted.isoformat() for edition in editions}
    rows = db.scalars(select(EditionChange).where(EditionChange.new_edition_id.in_(days)))
    standing = set()
    for change in rows:
        pair = change.old_edition_id, change.new_edition_id
        where = f"law {law.code}, from {days.get(pair[0])} to {days[pair[1]]}"
        if (change.superseded_at is None) != (pair in next_to):
            yield Finding(where, "whether the comparison stands was altered")
        standing.add(pair)
        entry = _said_of(law, said, days.get(pair[0], ""), days[pair[1]])
        if change.compared != (entry is not None):
            yield Finding(where, "whether it was compared is not as the ledger has it")
        elif entry and _digest(db, change) != entry["changes"]:
            yield Finding(where, "what became of its articles is not as the ledger has it")
    for old_id, new_id in sorted(next_to - standing):
        yield Finding(f"law {law.code}, from {days[old_id]} to {days[new_id]}", "nothing is known")


def _said_of(law: Law, said: dict[Any, dict[str, Any]], old: str, new: str) -> Any:
    found = (said.get((code, old, new)) for code in (law.code, *law.former_codes))
    return next((entry for entry in found if entry), None)


def _digest(db: Session, change: EditionChange) -> str:
    columns = ArticleChange.__table__.c
    rows = db.execute(
        select(columns.group, columns.kind, columns.old_key, columns.new_key)
        .where(columns.change_id == change.id)
        .order_by(columns.position)
    )
    return rows_digest([dict(row._mapping) for row in rows])


def check_decisions(db: Session) -> Iterator[Finding]:
    """Every trainer's word on what is held against its entry; two people for each release."""
    entries = db.execute(
        select(LedgerEntry.event, LedgerEntry.actor, LedgerEntry.facts).where(
            LedgerEntry.event.in_(_EVENTS.values())
        )
    )
    said = {entry.facts["decision"]: entry for entry in entries}
    rows = db.execute(
        select(HoldDecision, User.public_id)
        .join(User, User.id == HoldDecision.user_id)
        .order_by(HoldDecision.id)
    ).all()
    proposals = {d.id: (d, user) for d, user in rows if d.kind == "propose"}
    for decision, user in rows:
        where = f"word {decision.public_id} on what is held"
        entry = said.pop(decision.public_id, None)
        first = proposals.get(decision.answers or 0)
        yield from _differing(where, decision, user, entry, first)
        if first and first[1] == user:
            yield Finding(where, "who answers the proposal made it")
    for public_id in said:
        yield Finding(f"word {public_id} on what is held", "it was said but is gone")


def _differing(
    where: str, decision: HoldDecision, user: str, entry: Any, first: Any
) -> Iterator[Finding]:
    if entry is None:
        yield Finding(where, "the ledger has no entry for it")
        return
    found = (
        _EVENTS[decision.kind],
        user,
        digest(decision.cites),
        decision.reason,
        first[0].public_id if first else None,
    )
    facts = entry.facts
    there = entry.event, entry.actor, digest(facts["cites"]), facts["reason"], facts["answers"]
    if found != there:
        yield Finding(where, "what was said, or who said it, is not as the ledger has it")
