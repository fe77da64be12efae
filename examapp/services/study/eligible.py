"""Which items a section's check may ask now: in force, on its articles, of no running exam."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, bindparam, exists, select
from sqlalchemy.orm import Session, aliased

from examapp.services.bank.revisions import current
from examapp.services.laws.held import once_a_day
from examapp.services.people.persons import Person
from examapp.store.bank import Item, ItemCitation, ItemRevision
from examapp.store.exams import Exam, PoolItem
from examapp.store.study import Check, Section, SectionCitation


def kept_back() -> Select[int]:
    """Ids of items that would give away the pool of a published exam that is not released.

    Items and not revisions: a newer wording would give the frozen one away as well. So would
    another item that says the same: a pool keeps one of two equal items.
    """
    theirs = aliased(ItemRevision)
    digests = select(theirs.digest).where(theirs.item_id.in_(_in_pools()))
    return select(ItemRevision.item_id).where(ItemRevision.digest.in_(digests))


def _in_pools() -> Select[int]:
    return (
        select(ItemRevision.item_id)
        .join(PoolItem, PoolItem.revision_id == ItemRevision.id)
        .join(Exam, Exam.id == PoolItem.exam_id)
        .where(
            Exam.published_at.is_not(None), Exam.released_at.is_(None), Exam.cancelled_at.is_(None)
        )
    )


def candidates(db: Session, section: Section, today: date) -> Sequence[Row[Any]]:
    """Items (revision id, code, kind, content) that cite an article of the section."""
    return db.execute(_candidates(today), {"section": section.id}).all()


@once_a_day
def _candidates(today: date) -> Select[Any]:
    shared = exists().where(
        ItemCitation.revision_id == ItemRevision.id,
        ItemCitation.law == SectionCitation.law,
        ItemCitation.article == SectionCitation.article,
        SectionCitation.section_id == bindparam("section"),
    )
    return (
        select(ItemRevision.id, Item.code, ItemRevision.kind, ItemRevision.content)
        .join(Item, Item.id == ItemRevision.item_id)
        .where(
            ItemRevision.id.in_(current(today)),
            shared,
            ItemRevision.item_id.not_in(kept_back()),  # study items stand in no pool
        )
    )


def met(db: Session, person: Person) -> set[str]:
    """Codes of the items that stood in an earlier check of the person."""
    drawn = db.scalars(select(Check.items).where(Check.user_id == person.id))
    revisions = {revision_id for items in drawn for revision_id, _ in items}
    return set(
        db.scalars(
            select(Item.code)
            .join(ItemRevision, ItemRevision.item_id == Item.id)
            .where(ItemRevision.id.in_(revisions))
        )
    )
