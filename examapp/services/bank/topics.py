"""What topics are called."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.store.bank import Topic


def titles(db: Session) -> dict[str, dict[str, str]]:
    """The titles of all topics by code, in the order of the register."""
    rows = db.execute(select(Topic.code, Topic.title).order_by(Topic.position))
    return dict(rows.all())
