"""What is held: items and sections whose law changed just where they rest on it."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    null,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from examapp.core.law.changes import HOLDS
from examapp.store.bank import ItemCitation
from examapp.store.laws import ArticleChange, Edition, EditionChange, Law
from examapp.store.study import SectionCitation

HOLDING = sorted(HOLDS)
REPEALED, NOT_COMPARED, NOT_THERE = "repealed", "not-compared", "not-there"
PREAMBLE = "preamble"  # stands in a comparison only where it differs


# A statement of this size takes longer to put together than to run, and its words stay the same
# all day: it is put together once for each day that is asked about.
once_a_day = lru_cache(maxsize=64)


@once_a_day
def held_revisions(today: date) -> Select[int]:
    """Ids of item revisions that must not be asked on a day.

    One citation of an article that a newer edition, in force that day, modified, removed,
    split or merged is enough; so is one that nobody could compare. A revision that cites
    repealed laws alone is held as well.
    """
    return _held(ItemCitation, ItemCitation.revision_id, today)


@once_a_day
def held_sections(today: date) -> Select[int]:
    """Ids of study sections that rest on what changed, by the same rule."""
    return _held(SectionCitation, SectionCitation.section_id, today)


def is_held(db: Session, section_id: int, today: date) -> bool:
    """Whether a section is held on a day."""
    return db.scalar(_is_held(today), {"section": section_id}) is not None


@once_a_day
def _is_held(today: date) -> Select[int]:
    held = held_sections(today).subquery()
    return select(held.c.subject).where(held.c.subject == bindparam("section")).limit(1)


def _held(table: Any, subject: InstrumentedAttribute[int], today: date) -> Select[int]:
    hits = _hits(table, subject, today).subquery()
    return select(hits.c.subject)


def revision_hits(until: date) -> Select[Any]:
    """Why revisions are held or will be, up to a day: a row for each citation that is hit.

    Columns: subject, position, edition_id and article (where the citation stands when it is
    hit), change_id (None for a repeal), new_edition_id, since, kind (of the change, or
    `repealed`, `not-compared`, `not-there`).
    """
    return _hits(ItemCitation, ItemCitation.revision_id, until)


def section_hits(until: date) -> Select[Any]:
    """The same for sections."""
    return _hits(SectionCitation, SectionCitation.section_id, until)


@once_a_day
def _hits(table: Any, subject: InstrumentedAttribute[int], until: date) -> Select[Any]:
    changed = _changed(_places(table, subject, until), until)
    return changed.union_all(_repealed(table, subject, until))  # type: ignore[return-value]


def _places(table: Any, subject: InstrumentedAttribute[int], until: date) -> CTE:
    """Where citations come to stand by the day, through changes that leave their words alone.

    Citations follow by themselves, but only once a change is in force: what is asked about a
    day to come must walk ahead of them.
    """
    followed = select(EditionChange.old_edition_id).where(EditionChange.superseded_at.is_(None))
    places = (
        select(subject.label("subject"), table.position, table.edition_id, table.article)
        .where(table.edition_id.in_(followed))
        .cte(recursive=True)
    )
    newer = aliased(Edition)
    here = and_(
        ArticleChange.change_id == EditionChange.id, ArticleChange.old_key == places.c.article
    )
    kept = and_(ArticleChange.change_id.is_(None), places.c.article == PREAMBLE)
    onward = (
        select(
            places.c.subject,
            places.c.position,
            newer.id,
            func.coalesce(ArticleChange.new_key, places.c.article),
        )
        .join(EditionChange, EditionChange.old_edition_id == places.c.edition_id)
        .join(newer, newer.id == EditionChange.new_edition_id)
        .outerjoin(ArticleChange, here)
        .where(in_force_by(newer, until), EditionChange.compared)
        .where(or_(ArticleChange.kind.not_in(HOLDING), kept))
    )
    return places.union(onward)


def in_force_by(newer: Any, day: date) -> ColumnElement[bool]:
    """A change that stands, to an edition in force on the day."""
    return and_(EditionChange.superseded_at.is_(None), newer.effective <= day)


def _changed(places: CTE, until: date) -> Select[Any]:
    newer = aliased(Edition)
    here = and_(
        EditionChange.compared,
        ArticleChange.change_id == EditionChange.id,
        ArticleChange.old_key == places.c.article,
    )
    unknown = and_(ArticleChange.change_id.is_(None), places.c.article != PREAMBLE)
    kind = func.coalesce(ArticleChange.kind, literal(NOT_THERE))
    return (
        select(
            places.c.subject,
            places.c.position,
            places.c.edition_id,
            places.c.article,
            EditionChange.id.label("change_id"),
            newer.id.label("new_edition_id"),
            newer.effective.label("since"),
            case((~EditionChange.compared, literal(NOT_COMPARED)), else_=kind).label("kind"),
        )
        .join(EditionChange, EditionChange.old_edition_id == places.c.edition_id)
        .join(newer, newer.id == EditionChange.new_edition_id)
        .outerjoin(ArticleChange, here)
        .where(in_force_by(newer, until))
        .where(or_(~EditionChange.compared, ArticleChange.kind.in_(HOLDING), unknown))
        .distinct()
    )


def gone_by(day: date) -> Select[Any]:
    """Laws repealed by a day, with the edition that says so: no newer one of theirs is in force."""
    later = aliased(Edition)
    renewed = exists().where(
        later.law_id == Edition.law_id, later.adopted > Edition.adopted, later.effective <= day
    )
    query = (
        select(Law.code, Edition.id.label("edition_id"), Edition.repealed)
        .join(Edition, Edition.law_id == Law.id)
        .where(Edition.repealed.is_not(None), Edition.repealed <= day, ~renewed)
    )
    return query  # type: ignore[return-value]


def _repealed(table: Any, subject: InstrumentedAttribute[int], until: date) -> Select[Any]:
    """Citations of subjects that cite nothing but repealed laws."""
    gone = gone_by(until).subquery()
    alive = select(subject).where(table.law.not_in(select(gone.c.code)))
    found: Select[Any] = (
        select(
            subject.label("subject"),
            table.position,
            table.edition_id,
            table.article,
            null().label("change_id"),
            gone.c.edition_id.label("new_edition_id"),
            gone.c.repealed.label("since"),
            literal(REPEALED).label("kind"),
        )
        .join(gone, gone.c.code == table.law)
        .where(subject.not_in(alive))
    )
    return found
