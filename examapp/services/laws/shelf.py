"""The shelf of laws: the edition of today, and how much here rests on each law."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from examapp.core.citations import Citation
from examapp.core.law.numbers import key_order
from examapp.core.refusals import NotFound
from examapp.services.bank.revisions import current
from examapp.services.laws.register import all_laws, edition_on
from examapp.store.bank import ItemCitation
from examapp.store.laws import Edition, Law
from examapp.store.study import Guide, Section, SectionCitation

KINDS = ("constitution", "law", "regulation")


@dataclass(frozen=True)
class OnRegister:
    """A law with the edition that holds today, and how much here rests on it."""

    law: Law
    edition: Edition
    items: int
    sections: int

    @property
    def rank(self) -> int:
        """The place of its kind: the constitution first, then laws, then regulations."""
        return KINDS.index(self.law.kind) if self.law.kind in KINDS else len(KINDS)


@dataclass(frozen=True)
class CitedArticle:
    """An article and the sections that rest on it, as (guide, section)."""

    cite: Citation
    sections: list[tuple[Guide, Section]]


def shelf(db: Session, *, today: date) -> list[OnRegister]:
    """The register: the constitution first, then laws, then regulations."""
    items, sections = _item_counts(db, today), _section_counts(db)
    laws = [_on_register(law, today, items, sections) for law in all_laws(db) if law.editions]
    return sorted(laws, key=lambda entry: entry.rank)


def _on_register(
    law: Law, today: date, items: Mapping[str, int], sections: Mapping[str, int]
) -> OnRegister:
    edition = edition_on(law, today)
    return OnRegister(law, edition, items.get(law.code, 0), sections.get(law.code, 0))


def _item_counts(db: Session, today: date) -> dict[str, int]:
    counted = func.count(ItemCitation.revision_id.distinct())
    rows = db.execute(
        select(ItemCitation.law, counted)
        .where(ItemCitation.revision_id.in_(current(today)))
        .group_by(ItemCitation.law)
    )
    return dict(rows.all())


def _section_counts(db: Session) -> dict[str, int]:
    counted = func.count(SectionCitation.section_id.distinct())
    rows = db.execute(
        select(SectionCitation.law, counted)
        .join(Section, Section.id == SectionCitation.section_id)
        .join(Guide, Guide.id == Section.guide_id)
        .where(Section.withdrawn_at.is_(None), Guide.withdrawn_at.is_(None))
        .group_by(SectionCitation.law)
    )
    return dict(rows.all())


def law(db: Session, code: str, *, today: date) -> OnRegister:
    """One law of the register; NotFound where it has none of that code."""
    found = db.scalar(select(Law).where(Law.code == code))
    if found is None or not found.editions:
        raise NotFound()
    return _on_register(found, today, _item_counts(db, today), _section_counts(db))


def cited_articles(db: Session, code: str) -> list[CitedArticle]:
    """Which sections rest on which articles of a law, in the law's order."""
    rows = db.execute(
        select(SectionCitation.article, Guide, Section)
        .join(Section, Section.id == SectionCitation.section_id)
        .join(Guide, Guide.id == Section.guide_id)
        .where(
            SectionCitation.law == code,
            Section.withdrawn_at.is_(None),
            Guide.withdrawn_at.is_(None),
        )
        .options(defer(Section.body))
        .order_by(Guide.position, Guide.code, Section.position)
    )
    found: dict[str, list[tuple[Guide, Section]]] = {}
    for article, guide, section in rows:
        places = found.setdefault(article, [])
        if (guide, section) not in places:  # two paragraphs of one article
            places.append((guide, section))
    return [CitedArticle(Citation(code, a), found[a]) for a in sorted(found, key=key_order)]
