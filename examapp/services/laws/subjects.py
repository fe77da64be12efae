"""What can be held: a question's revision in force, or a study section, and why it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from examapp.core.refusals import NotFound
from examapp.services.bank.revisions import in_force
from examapp.services.laws.held import REPEALED, revision_hits, section_hits
from examapp.services.laws.moving import ITEM, SECTION
from examapp.store.bank import Item, ItemCitation, ItemRevision
from examapp.store.laws import Edition, Law
from examapp.store.study import Guide, Section, SectionCitation

CITATIONS: dict[str, Any] = {ITEM: ItemCitation, SECTION: SectionCitation}


@dataclass(frozen=True)
class Hit:
    """A citation that a change hits: where it stands, what happens to it, from when."""

    position: int
    law: Law
    edition: Edition
    article: str
    kind: str
    since: date
    newer: Edition
    change_id: int | None


@dataclass(frozen=True)
class Subject:
    """A question or a section; `column` is `revision_id` or `section_id`, `id` that row's.

    `code` is the item's id or `guide/section`; `number` the revision in force, `newest` the
    newest one; `text` its stem or title.
    """

    column: str
    id: int
    code: str
    text: dict[str, str]
    number: int = 0
    newest: int = 0

    @property
    def is_item(self) -> bool:
        """Whether it is a question."""
        return self.column == ITEM

    @property
    def said(self) -> str:
        """Its name in the record."""
        return f"item {self.code}, revision {self.number}" if self.is_item else self.code


@dataclass(frozen=True)
class Case:
    """A subject that is held or will be, and since or from when."""

    subject: Subject
    hits: tuple[Hit, ...]

    @property
    def since(self) -> date:
        """One change is enough; of repealed laws the last one that goes begins it."""
        changed = [hit.since for hit in self.hits if hit.kind != REPEALED]
        gone = [hit.since for hit in self.hits if hit.kind == REPEALED]
        return min([*changed, *([max(gone)] if gone else [])])

    @property
    def articles(self) -> tuple[Hit, ...]:
        """One hit for each article: two paragraphs of it are told once."""
        told: dict[tuple[str, date, str], Hit] = {}
        for hit in self.hits:
            told.setdefault((hit.law.code, hit.edition.adopted, hit.article), hit)
        return tuple(told.values())

    @property
    def repealed(self) -> bool:
        """Whether all that it cites is repealed."""
        return all(hit.kind == REPEALED for hit in self.hits)


def item_subjects(db: Session, ids: Iterable[int] | Select[Any] | None = None) -> list[Subject]:
    """Revisions in force, those of the ids alone where some are given, by item id."""
    newest = aliased(ItemRevision)
    last = (
        select(newest.number)
        .where(newest.item_id == ItemRevision.item_id)
        .order_by(newest.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(ItemRevision.id, Item.code, ItemRevision.number, ItemRevision.content, last)
        .join(Item, Item.id == ItemRevision.item_id)
        .where(ItemRevision.id.in_(in_force()))
        .order_by(Item.code)
    )
    rows = db.execute(query if ids is None else query.where(ItemRevision.id.in_(ids)))
    return [
        Subject(ITEM, revision_id, code, content["stem"], number, newest_no)
        for revision_id, code, number, content, newest_no in rows
    ]


def section_subjects(db: Session, ids: Iterable[int] | Select[Any] | None = None) -> list[Subject]:
    """Sections that were not withdrawn, in the shelf's order."""
    query = (
        select(Section.id, Guide.code, Section.code, Section.title)
        .join(Guide, Guide.id == Section.guide_id)
        .where(Section.withdrawn_at.is_(None), Guide.withdrawn_at.is_(None))
        .order_by(Guide.position, Guide.code, Section.position)
    )
    rows = db.execute(query if ids is None else query.where(Section.id.in_(ids)))
    return [Subject(SECTION, sid, f"{guide}/{code}", title) for sid, guide, code, title in rows]


def item_subject(db: Session, code: str) -> Subject:
    """The revision in force of an item; NotFound where it has none or is retired."""
    ids = select(ItemRevision.id).join(Item, Item.id == ItemRevision.item_id)
    return _only(item_subjects(db, ids.where(Item.code == code)))


def section_subject(db: Session, guide: str, code: str) -> Subject:
    """A section by its guide and code; NotFound where it is not in force."""
    ids = select(Section.id).join(Guide, Guide.id == Section.guide_id)
    return _only(section_subjects(db, ids.where(Guide.code == guide, Section.code == code)))


def subject_of(db: Session, *, revision_id: int | None, section_id: int | None) -> Subject | None:
    """The subject that a decision is about, as long as it is in force."""
    if revision_id is not None:
        found = item_subjects(db, [revision_id])
    else:
        found = section_subjects(db, [section_id or 0])
    return found[0] if found else None


def why_section(db: Session, section_id: int, today: date) -> tuple[Hit, ...]:
    """Why a section is held today; empty where it is not."""
    return hits_of(db, Subject(SECTION, section_id, "", {}), today)


def _only(found: Sequence[Subject]) -> Subject:
    if not found:
        raise NotFound()
    return found[0]


def hits_of(db: Session, subject: Subject, until: date) -> tuple[Hit, ...]:
    """Why a subject is held, or will be, up to a day; empty where it is not."""
    found = cases(db, until, [subject])
    return found[0].hits if found else ()


def case_of(db: Session, subject: Subject, until: date) -> Case | None:
    """The same as a case; None where it is not held."""
    found = cases(db, until, [subject])
    return found[0] if found else None


def cases(db: Session, until: date, subjects: Sequence[Subject] | None = None) -> list[Case]:
    """Everything that is held, or will be up to a day, the longest held first."""
    if subjects is None:
        items = select(revision_hits(until).subquery().c.subject)
        sections = select(section_hits(until).subquery().c.subject)
        subjects = [*item_subjects(db, items), *section_subjects(db, sections)]
    hits = _hits(db, until, subjects)
    found = [Case(s, tuple(hits[s.column, s.id])) for s in subjects if (s.column, s.id) in hits]
    return sorted(found, key=lambda case: (case.since, not case.subject.is_item))


def _hits(
    db: Session, until: date, subjects: Sequence[Subject]
) -> dict[tuple[str, int], list[Hit]]:
    rows = []
    for column, query in ((ITEM, revision_hits(until)), (SECTION, section_hits(until))):
        ids = [subject.id for subject in subjects if subject.column == column]
        hits = query.subquery()
        if ids:
            wanted = select(hits).where(hits.c.subject.in_(ids)).order_by(hits.c.position)
            rows += [(column, row) for row in db.execute(wanted)]
    editions = _editions(db, {i for _, row in rows for i in (row.edition_id, row.new_edition_id)})
    found: dict[tuple[str, int], list[Hit]] = {}
    for column, row in rows:
        old, newer = editions[row.edition_id], editions[row.new_edition_id]
        hit = Hit(
            row.position, old.law, old, row.article, row.kind, row.since, newer, row.change_id
        )
        found.setdefault((column, row.subject), []).append(hit)
    return found


def _editions(db: Session, ids: set[int]) -> dict[int, Edition]:
    return {e.id: e for e in db.scalars(select(Edition).where(Edition.id.in_(ids)))}
