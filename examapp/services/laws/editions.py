"""Which laws there are, and which edition of one holds on a day."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.store.laws import Edition, Law


def all_laws(db: Session) -> list[Law]:
    """Every law with its editions: the register's first, in its order."""
    return list(db.scalars(select(Law).order_by(Law.level.is_(None), Law.id)).all())


def edition_on(law: Law, day: date) -> Edition:
    """The newest edition in force on a day; one that is still to come where none is yet."""
    begun = [edition for edition in law.editions if edition.effective <= day]
    return begun[-1] if begun else law.editions[0]
