"""The register of laws: its facts come from content/laws.yaml."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.services.laws.adopting import adopt
from examapp.services.laws.editions import all_laws as all_laws
from examapp.services.laws.editions import edition_on as edition_on
from examapp.services.laws.effects import edition_known
from examapp.store.laws import Edition, Law


@dataclass(frozen=True)
class EditionFacts:
    """One edition as the register knows it; `instrument` and `news` in both languages or empty."""

    adopted: date
    effective: date
    articles: int
    chapters: int
    repealed: date | None = None
    instrument: dict[str, str] = field(default_factory=dict)
    news: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class LawFacts:
    """A law of the register; `level` is first-duty, general or post."""

    code: str
    kind: str
    title: dict[str, str]
    short_title: dict[str, str]
    editions: tuple[EditionFacts, ...]
    issuer: dict[str, str] = field(default_factory=dict)
    level: str = "general"
    posts: tuple[str, ...] = ()
    in_force_since: date | None = None


def load_laws(db: Session, laws: Iterable[LawFacts], *, now: datetime) -> None:
    """Add laws and editions, and bring facts up to date; none is ever removed."""
    for facts in laws:
        law = _law_of(db, facts)
        law.kind, law.title, law.short_title = facts.kind, facts.title, facts.short_title
        law.issuer, law.level, law.posts = facts.issuer, facts.level, list(facts.posts)
        law.in_force_since = facts.in_force_since
        _load_editions(db, law, facts, now)


def _load_editions(db: Session, law: Law, facts: LawFacts, now: datetime) -> None:
    """Fill them all before any takes effect: between two that are known a third may stand."""
    known = {edition.adopted: edition for edition in law.editions}
    told = []
    for edition_facts in facts.editions:
        edition = known.get(edition_facts.adopted)
        if edition is None:
            edition = Edition(adopted=edition_facts.adopted, known_at=now)
            law.editions.append(edition)
        before = edition.effective, edition.repealed
        _fill(edition, edition_facts)
        if before != (edition.effective, edition.repealed):
            told.append(edition)
    db.flush()
    for edition in told:
        edition_known(db, edition, now=now)


def _law_of(db: Session, facts: LawFacts) -> Law:
    law = db.scalar(select(Law).where(Law.code == facts.code))
    if law is None:
        law = Law(
            code=facts.code, kind=facts.kind, title=facts.title, short_title=facts.short_title,
            level=facts.level, former_codes=[],
        )  # fmt: skip
        db.add(law)
        db.flush()
        adopt(db, law)
    return law


def _fill(edition: Edition, facts: EditionFacts) -> None:
    edition.effective, edition.repealed = facts.effective, facts.repealed
    edition.effective_assumed = False
    edition.articles, edition.chapters = facts.articles, facts.chapters
    edition.instrument, edition.news = facts.instrument, facts.news
