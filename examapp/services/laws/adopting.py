"""The register names a law that came with its text alone: its code becomes the register's."""

from __future__ import annotations

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from examapp.core.law.titles import title_key
from examapp.store.bank import ItemCitation
from examapp.store.laws import Edition, Law
from examapp.store.study import SectionCitation


def adopt(db: Session, law: Law) -> None:
    """Give a new law of the register what stood under its title without it.

    Citations name laws by code, so editions and citations go over to the register's law; pages
    still find it by its former code.
    """
    key = title_key(law.title["zh"])
    for other in db.scalars(select(Law).where(Law.level.is_(None), Law.id != law.id)).all():
        if title_key(other.title.get("zh", "")) == key:
            _take_over(db, law, other)


def _take_over(db: Session, law: Law, other: Law) -> None:
    law.former_codes = [*law.former_codes, *other.former_codes, other.code]
    db.execute(update(Edition).where(Edition.law_id == other.id).values(law_id=law.id))
    for cited in (ItemCitation, SectionCitation):
        db.execute(update(cited).where(cited.law == other.code).values(law=law.code))
    for edition in other.editions:
        db.expire(edition)  # or it would go on pointing at the law that is gone
    db.expunge(other)
    db.execute(delete(Law).where(Law.id == other.id))
    db.expire(law)
