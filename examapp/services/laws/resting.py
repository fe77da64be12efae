"""What here rests on the articles of an edition: study sections, and for trainers items."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from examapp.services.bank.revisions import in_force
from examapp.services.laws.following import followed
from examapp.services.laws.held import held_revisions
from examapp.store.bank import Item, ItemCitation, ItemRevision
from examapp.store.laws import Edition, Law
from examapp.store.study import Guide, Section, SectionCitation


@dataclass(frozen=True)
class Resting:
    """Sections as (guide, section), and codes of items in force."""

    sections: list[tuple[Guide, Section]] = field(default_factory=list)
    items: list[str] = field(default_factory=list)


def resting_on(
    db: Session, law: Law, edition: Edition, *, with_items: bool, key: str | None = None
) -> dict[str, Resting]:
    """By article of an edition what rests on it; citations of older editions are followed.

    `key` asks for one article alone.
    """
    sections = _sections(db, law)
    items = _items(db, law) if with_items else []
    places = {(edition_id, article) for edition_id, article, _ in (*sections, *items)}
    standing = followed(db, law, places, edition)
    found: dict[str, Resting] = {}
    for edition_id, article, section in sections:
        for place in standing.get((edition_id, article), ()):
            _add(found.setdefault(place.key, Resting()).sections, section)
    for edition_id, article, code in items:
        for place in standing.get((edition_id, article), ()):
            _add(found.setdefault(place.key, Resting()).items, code)
    return {key: found[key]} if key and key in found else {} if key else found


def _add(there: list[Any], one: object) -> None:
    if one not in there:  # two paragraphs of one article
        there.append(one)


def _sections(db: Session, law: Law) -> list[tuple[int, str, tuple[Guide, Section]]]:
    rows = db.execute(
        select(SectionCitation.edition_id, SectionCitation.article, Guide, Section)
        .join(Section, Section.id == SectionCitation.section_id)
        .join(Guide, Guide.id == Section.guide_id)
        .where(
            SectionCitation.law == law.code,
            Section.withdrawn_at.is_(None),
            Guide.withdrawn_at.is_(None),
        )
        .options(defer(Section.body))
        .order_by(Guide.position, Guide.code, Section.position)
    )
    return [(edition_id, article, (guide, section)) for edition_id, article, guide, section in rows]


def _items(db: Session, law: Law) -> list[tuple[int, str, str]]:
    rows = db.execute(
        select(ItemCitation.edition_id, ItemCitation.article, Item.code)
        .join(ItemRevision, ItemRevision.id == ItemCitation.revision_id)
        .join(Item, Item.id == ItemRevision.item_id)
        .where(ItemCitation.law == law.code, ItemCitation.revision_id.in_(in_force()))
        .order_by(Item.code)
    )
    return [tuple(row) for row in rows]  # type: ignore[misc]


def held_items(db: Session, law: Law, *, today: date) -> frozenset[str]:
    """Codes of items that cite a law and are held on a day."""
    query = (
        select(Item.code)
        .join(ItemRevision, ItemRevision.item_id == Item.id)
        .join(ItemCitation, ItemCitation.revision_id == ItemRevision.id)
        .where(ItemCitation.law == law.code, ItemRevision.id.in_(held_revisions(today)))
    )
    return frozenset(db.scalars(query))


def in_numbers(found: Iterable[Resting]) -> tuple[int, int]:
    """How many sections and how many items, each counted once."""
    entries = list(found)
    sections = {section.id for entry in entries for _, section in entry.sections}
    return len(sections), len({code for entry in entries for code in entry.items})
