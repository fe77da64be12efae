"""Questions of the bank that are nearly the same as one that is being written."""

from __future__ import annotations

from sqlalchemy.orm import Session

from examapp.core.items import ItemContent
from examapp.core.likeness import alike
from examapp.services.bank.exporting import items_in_order


def alike_in_bank(db: Session, content: ItemContent, *, code: str | None) -> dict[str, float]:
    """Items not retired, with the share, the likest first; not the item itself, nor its enemies."""
    apart = content.enemies | {code}
    others = {other: theirs for other, theirs in items_in_order(db) if other not in apart}
    return alike(content, others)
