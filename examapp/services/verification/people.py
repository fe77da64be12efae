"""Does everybody hold the roles that the ledger gave them?"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.services.verification.findings import Finding
from examapp.store.ledger import LedgerEntry
from examapp.store.people import User, UserRole


def check_roles(db: Session) -> Iterator[Finding]:
    """Roles in force against the newest entry about them."""
    said: dict[str, list[str]] = {}
    entries = db.execute(
        select(LedgerEntry.event, LedgerEntry.subject, LedgerEntry.facts)
        .where(LedgerEntry.event.in_(["user.added", "user.roles-changed"]))
        .order_by(LedgerEntry.number)
    )
    for event, subject, facts in entries:
        said[subject] = facts["roles"] if event == "user.added" else facts["to"]
    held: dict[str, list[str]] = {}
    rows = db.execute(
        select(User.public_id, UserRole.role).outerjoin(UserRole).order_by(UserRole.role)
    )
    for user, role in rows:
        held.setdefault(user, []).extend([role] if role else [])
    for user, roles in held.items():
        if sorted(roles) != said.get(user):
            yield Finding(f"user {user}", f"holds {roles}, the ledger has {said.get(user)}")
