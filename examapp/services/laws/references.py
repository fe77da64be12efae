"""References within a study text follow the law's new numbers where the words stayed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.core.citations import Citation
from examapp.core.law.changes import HOLDS
from examapp.services.laws.editions import edition_on
from examapp.services.laws.following import UNKNOWN, followed
from examapp.store.held import CitationMove
from examapp.store.laws import Edition, Law
from examapp.store.study import SectionCitation

Reference = tuple[Citation, date | None]


def following_references(
    db: Session, section_id: int, *, today: date
) -> Callable[[Citation], Reference]:
    """Where a reference of a section's text stands today.

    The text was written under the editions that the section cited at first. A reference to a
    law that it does not cite stays as it is; one to words that changed stays as well, and
    comes with the day on which its edition was adopted.
    """
    wrote = _wrote(db, section_id)
    laws: dict[str, tuple[Law, Edition] | None] = {}

    def now(cite: Citation) -> Reference:
        if cite.law not in wrote:
            return cite, None
        if cite.law not in laws:
            laws[cite.law] = _to_follow(db, wrote[cite.law], today)
        there = laws[cite.law]
        return _followed(db, cite, wrote[cite.law], *there) if there else (cite, None)

    return now


def _wrote(db: Session, section_id: int) -> dict[str, int]:
    """Law → the edition under which the section was written."""
    rows = db.execute(
        select(SectionCitation.law, SectionCitation.authored, SectionCitation.edition_id)
        .where(SectionCitation.section_id == section_id)
        .order_by(SectionCitation.position.desc())
    )
    first = dict(
        db.execute(
            select(CitationMove.from_cite, CitationMove.from_edition_id)
            .where(CitationMove.section_id == section_id)
            .order_by(CitationMove.id.desc())  # the earliest comes last, and stays
        ).all()
    )
    return {law: first.get(authored, edition_id) for law, authored, edition_id in rows}


def _to_follow(db: Session, edition_id: int, today: date) -> tuple[Law, Edition] | None:
    law = db.scalars(
        select(Law).join(Edition, Edition.law_id == Law.id).where(Edition.id == edition_id)
    ).one()
    edition = edition_on(law, today)
    return (law, edition) if edition.id != edition_id else None


def _followed(db: Session, cite: Citation, edition_id: int, law: Law, to: Edition) -> Reference:
    start = edition_id, cite.article
    places = followed(db, law, [start], to).get(start, [])
    if len(places) != 1 or places[0].kinds & (HOLDS | {UNKNOWN}):
        return cite, db.scalars(select(Edition.adopted).where(Edition.id == edition_id)).one()
    return Citation(law.code, places[0].key, cite.paragraph, cite.item), None
