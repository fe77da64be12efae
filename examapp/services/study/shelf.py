"""The shelf: which guides there are, for whom, how far the reader has come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, selectinload

from examapp.core.citations import Citation
from examapp.core.refusals import NotFound
from examapp.core.study import LEVELS, meant_for
from examapp.services.people.persons import Person
from examapp.services.study import progress, reading
from examapp.store.study import Guide, Section


@dataclass(frozen=True)
class OnShelf:
    """A guide as one reader sees it: sections in force, which of them count this year."""

    guide: Guide
    sections: Sequence[Section]
    credited: frozenset[int]
    stopped_at: Section | None
    meant: bool

    @property
    def done(self) -> int:
        return sum(section.id in self.credited for section in self.sections)

    @property
    def minutes(self) -> int:
        return sum(section.minutes for section in self.sections)

    @property
    def for_post(self) -> bool:
        """Written for the reader's own post, not for everybody."""
        return self.meant and bool(self.guide.posts)

    @property
    def for_audience(self) -> bool:
        """Written for the reader's own audience, not for everybody."""
        return self.meant and bool(self.guide.audiences)

    @property
    def go_on(self) -> Section | None:
        """Where to open the guide: where reading stopped, else at its first section."""
        return self.stopped_at or (self.sections[0] if self.sections else None)


def guides(db: Session) -> list[Guide]:
    """Every guide in force with its sections but not their texts, in the shelf's order."""
    found = db.scalars(
        select(Guide)
        .where(Guide.withdrawn_at.is_(None))
        .options(selectinload(Guide.sections).defer(Section.body))
        .order_by(Guide.position, Guide.code)
    ).all()
    return sorted(found, key=lambda guide: LEVELS.index(guide.level))


def in_force(guide: Guide) -> list[Section]:
    """The sections of a guide that were not withdrawn."""
    return [section for section in guide.sections if section.withdrawn_at is None]


def on_shelf(db: Session, person: Person, *, year: int) -> list[OnShelf]:
    """All guides as this person sees them: within a level those for their post first."""
    credited = progress.credited_sections(db, person.id, year)
    stopped = reading.positions(db, person)
    entries = [_entry(guide, person, credited, stopped) for guide in guides(db)]
    return sorted(entries, key=_order)


def _entry(
    guide: Guide, person: Person, credited: frozenset[int], stopped: dict[int, int]
) -> OnShelf:
    sections = in_force(guide)
    at = stopped.get(guide.id)
    return OnShelf(
        guide=guide,
        sections=sections,
        credited=credited,
        stopped_at=next((section for section in sections if section.id == at), None),
        meant=meant_for(guide.posts, guide.audiences, person.post, person.audience),
    )


def _order(entry: OnShelf) -> tuple[int, int]:
    own = 0 if entry.for_post or entry.for_audience else 1 if entry.meant else 2
    return LEVELS.index(entry.guide.level), own


Areas = dict[str, list[OnShelf]]


def by_level(entries: Sequence[OnShelf]) -> dict[str, Areas]:
    """The shelf's levels that have guides, and in each the guides by area.

    An area is a topic that others lie under. Areas stand where their first guide does.
    """
    found: dict[str, Areas] = {}
    for entry in entries:
        areas = found.setdefault(entry.guide.level, {})
        areas.setdefault(entry.guide.topic.partition(".")[0], []).append(entry)
    return found


def guide(db: Session, person: Person, code: str, *, year: int) -> OnShelf:
    """One guide as this person sees it; NotFound where there is none in force."""
    found = db.scalar(
        select(Guide)
        .where(Guide.code == code, Guide.withdrawn_at.is_(None))
        .options(selectinload(Guide.sections).defer(Section.body))
    )
    if found is None:
        raise NotFound()
    credited = progress.credited_sections(db, person.id, year)
    return _entry(found, person, credited, reading.positions(db, person))


def section(db: Session, guide_code: str, code: str) -> Section:
    """One section with its guide and citations; NotFound where it is not in force."""
    found = db.scalar(
        select(Section)
        .join(Section.guide)
        .where(
            Guide.code == guide_code,
            Section.code == code,
            Guide.withdrawn_at.is_(None),
            Section.withdrawn_at.is_(None),
        )
        .options(contains_eager(Section.guide), selectinload(Section.citations))
    )
    if found is None:
        raise NotFound()
    return found


def cites(section: Section) -> list[Citation]:
    """The articles that a section rests on, as its author listed them."""
    return [Citation(c.law, c.article, c.paragraph, c.item) for c in section.citations]


def neighbours(entry: OnShelf, section: Section) -> tuple[Section | None, Section | None]:
    """The sections before and after, for turning the page."""
    ids = [other.id for other in entry.sections]
    place = ids.index(section.id)
    before = entry.sections[place - 1] if place else None
    after = entry.sections[place + 1] if place + 1 < len(ids) else None
    return before, after
