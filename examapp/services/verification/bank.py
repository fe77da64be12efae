"""Are the revisions of items what their digests and the ledger say?"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.core.canonical import digest
from examapp.services.verification.findings import Finding
from examapp.store.bank import Item, ItemRevision
from examapp.store.ledger import LedgerEntry

_COLUMNS = ("topic", "kind", "difficulty", "use")


def check_revisions(db: Session) -> Iterator[Finding]:
    """Every revision: content against digest, columns against content, digest against ledger."""
    entries = db.execute(select(LedgerEntry.facts).where(LedgerEntry.event == "item.revised"))
    said = {(e.facts["item"], e.facts["number"]): e.facts["digest"] for e in entries}
    rows = db.execute(
        select(Item.code, ItemRevision).join(ItemRevision.item).order_by(ItemRevision.id)
    )
    for code, revision in rows:
        where = f"item {code}, revision {revision.number}"
        if digest(revision.content) != revision.digest:
            yield Finding(
                where, "its content (stem, options, key, rationale or citations) was altered"
            )
        for column in _COLUMNS:
            if getattr(revision, column) != revision.content.get(column):
                yield Finding(where, f"its {column} was altered")
        if said.pop((code, revision.number), None) != revision.digest:
            yield Finding(where, "its digest is not the one on the ledger")
    for code, number in said:
        yield Finding(f"item {code}, revision {number}", "it stands on the ledger but is gone")
