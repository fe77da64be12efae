"""What the bank and the guides cover: of each law its articles, of each topic how current."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from examapp.core.items import Use
from examapp.core.law.numbers import key_order
from examapp.core.refusals import NotFound
from examapp.services.bank.revisions import in_force
from examapp.services.laws.held import held_revisions
from examapp.services.laws.reading import law_by_code
from examapp.services.laws.register import all_laws, edition_on
from examapp.store.bank import ItemCitation, ItemRevision
from examapp.store.laws import Article, Edition, Law
from examapp.store.study import Guide, Section, SectionCitation


@dataclass
class OnArticle:
    """What rests on one article: revisions for exams and for checks alone, sections, held ones."""

    exam: set[int] = field(default_factory=set)
    study: set[int] = field(default_factory=set)
    sections: set[int] = field(default_factory=set)
    held: set[int] = field(default_factory=set)

    @property
    def items(self) -> set[int]:
        return self.exam | self.study


@dataclass(frozen=True)
class LawCoverage:
    """A law of the register: what rests on which of the articles of the edition of today.

    `on` holds articles by key; `keys` all articles of the edition in order, empty until asked for.
    """

    law: Law
    edition: Edition
    on: dict[str, OnArticle]
    keys: tuple[str, ...] = ()

    @property
    def with_items(self) -> int:
        return sum(bool(one.items) for one in self.on.values())

    @property
    def with_sections(self) -> int:
        return sum(bool(one.sections) for one in self.on.values())

    @property
    def bare(self) -> int:
        """How many articles nothing rests on."""
        return max(0, self.edition.articles - len(self.on))

    def total(self, what: str) -> int:
        """How many different revisions or sections rest on the law."""
        return len(set().union(*(getattr(one, what) for one in self.on.values())))

    def without(self, *what: str) -> list[tuple[str, str]]:
        """Runs of neighbouring articles on which none of these rests, as (first, last)."""
        missing = [
            key
            for key in self.keys
            if key not in self.on or not any(getattr(self.on[key], name) for name in what)
        ]
        return list(_runs(missing, self.keys))


def _runs(missing: Iterable[str], keys: Sequence[str]) -> Iterator[tuple[str, str]]:
    place = {key: number for number, key in enumerate(keys)}
    first = last = None
    for key in missing:
        if last is not None and place[key] == place[last] + 1:
            last = key
            continue
        if first is not None and last is not None:
            yield first, last
        first = last = key
    if first is not None and last is not None:
        yield first, last


def laws(db: Session, *, today: date) -> list[LawCoverage]:
    """Every law of the register, in its order."""
    on = _on_articles(db, today)
    return [
        LawCoverage(law, edition_on(law, today), on[law.code])
        for law in all_laws(db)
        if law.level is not None and law.editions
    ]


def law(db: Session, code: str, *, today: date) -> LawCoverage:
    """One law with all its articles; NotFound where there is none."""
    found = law_by_code(db, code)
    edition = edition_on(found, today)
    keys = _keys(db, edition)
    if not keys:
        raise NotFound()
    return LawCoverage(found, edition, _on_articles(db, today, found.code)[found.code], keys)


def _keys(db: Session, edition: Edition) -> tuple[str, ...]:
    """The articles as the text has them; while only facts are known, 1 to their number."""
    query = select(Article.key).where(Article.edition_id == edition.id, Article.kind == "article")
    keys = tuple(db.scalars(query.order_by(Article.position)))
    return keys or tuple(str(number) for number in range(1, edition.articles + 1))


def _on_articles(
    db: Session, today: date, code: str | None = None
) -> defaultdict[str, dict[str, OnArticle]]:
    """By law and article: citations as they stand today, those of articles alone."""
    found: defaultdict[str, dict[str, OnArticle]] = defaultdict(dict)
    held = set(db.scalars(held_revisions(today)))
    for law_code, article, revision, use in _item_rows(db, code):
        if article[:1].isdigit():
            place = found[law_code].setdefault(article, OnArticle())
            (place.exam if use == Use.EXAM else place.study).add(revision)
            if revision in held:
                place.held.add(revision)
    for law_code, article, section in _section_rows(db, code):
        if article[:1].isdigit():
            found[law_code].setdefault(article, OnArticle()).sections.add(section)
    for law_code, places in found.items():
        found[law_code] = {key: places[key] for key in sorted(places, key=key_order)}
    return found


def _item_rows(db: Session, code: str | None) -> Iterable[Any]:
    query = (
        select(ItemCitation.law, ItemCitation.article, ItemCitation.revision_id, ItemRevision.use)
        .join(ItemRevision, ItemRevision.id == ItemCitation.revision_id)
        .where(ItemCitation.revision_id.in_(in_force()))
    )
    return db.execute(query.where(ItemCitation.law == code) if code else query).all()


def _section_rows(db: Session, code: str | None) -> Iterable[Any]:
    query = (
        select(SectionCitation.law, SectionCitation.article, SectionCitation.section_id)
        .join(Section, Section.id == SectionCitation.section_id)
        .join(Guide, Guide.id == Section.guide_id)
        .where(Section.withdrawn_at.is_(None), Guide.withdrawn_at.is_(None))
    )
    return db.execute(query.where(SectionCitation.law == code) if code else query).all()


@dataclass(frozen=True)
class Texts:
    """How much of the law is here with its words."""

    laws: int
    editions: int
    register: int
    register_with_text: int


def texts_here(db: Session) -> Texts:
    """Laws and editions with their words, and how many of the register's laws have them."""
    with_text = select(Edition.law_id).where(Edition.text_digest.is_not(None))
    registered = select(func.count()).select_from(Law).where(Law.level.is_not(None))
    whole = select(func.count(Edition.law_id.distinct()), func.count(Edition.id)).where(
        Edition.text_digest.is_not(None)
    )
    laws_, editions = db.execute(whole).one()
    return Texts(
        laws=laws_,
        editions=editions,
        register=db.scalar(registered) or 0,
        register_with_text=db.scalar(registered.where(Law.id.in_(with_text))) or 0,
    )
