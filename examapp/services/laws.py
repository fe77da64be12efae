"""The register of laws: its editions, what rests on them, how a citation is read aloud."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from examapp.core.citations import Citation, spoken_en, spoken_zh
from examapp.core.refusals import NotFound
from examapp.services.bank.revisions import current
from examapp.store.bank import ItemCitation
from examapp.store.laws import Edition, Law
from examapp.store.study import Guide, Section, SectionCitation

KINDS = ("constitution", "law", "regulation")


@dataclass(frozen=True)
class LawFacts:
    """A law of the register; editions: (adopted, effective, repealed, articles, chapters)."""

    code: str
    kind: str
    title: dict[str, str]
    short_title: dict[str, str]
    editions: tuple[tuple[date, date, date | None, int, int], ...]


def load_laws(db: Session, laws: Iterable[LawFacts]) -> None:
    """Add laws and editions, and bring facts up to date; none is ever removed."""
    for facts in laws:
        law = db.scalar(select(Law).where(Law.code == facts.code))
        if law is None:
            law = Law(
                code=facts.code, kind=facts.kind, title=facts.title, short_title=facts.short_title
            )
            db.add(law)
        law.kind, law.title, law.short_title = facts.kind, facts.title, facts.short_title
        known = {edition.adopted: edition for edition in law.editions}
        for adopted, effective, repealed, articles, chapters in facts.editions:
            edition = known.get(adopted) or Edition(adopted=adopted)
            edition.effective, edition.repealed = effective, repealed
            edition.articles, edition.chapters = articles, chapters
            if adopted not in known:
                law.editions.append(edition)
    db.flush()


def all_laws(db: Session) -> list[Law]:
    """Every law of the register with its editions, in the register's order."""
    return list(db.scalars(select(Law).order_by(Law.id)).all())


def speaker(db: Session, language: str) -> Callable[[Citation], str]:
    """How a citation is read in a language: 《宪法》第三十三条 or Constitution, Article 33."""
    titles: dict[str, dict[str, str]] = dict(db.execute(select(Law.code, Law.short_title)).all())

    def spoken(cite: Citation) -> str:
        title = titles.get(cite.law, {}).get(language, cite.law)
        return (
            f"《{title}》{spoken_zh(cite)}" if language == "zh" else f"{title}, {spoken_en(cite)}"
        )

    return spoken


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


def edition_on(law: Law, day: date) -> Edition:
    """The newest edition in force on a day; one that is still to come where none is yet."""
    begun = [edition for edition in law.editions if edition.effective <= day]
    return begun[-1] if begun else law.editions[0]


def shelf(db: Session, *, today: date) -> list[OnRegister]:
    """The register: the constitution first, then laws, then regulations."""
    items, sections = _item_counts(db), _section_counts(db)
    laws = [_on_register(law, today, items, sections) for law in all_laws(db) if law.editions]
    return sorted(laws, key=lambda entry: entry.rank)


def _on_register(
    law: Law, today: date, items: Mapping[str, int], sections: Mapping[str, int]
) -> OnRegister:
    edition = edition_on(law, today)
    return OnRegister(law, edition, items.get(law.code, 0), sections.get(law.code, 0))


def _item_counts(db: Session) -> dict[str, int]:
    counted = func.count(ItemCitation.revision_id.distinct())
    rows = db.execute(
        select(ItemCitation.law, counted)
        .where(ItemCitation.revision_id.in_(current()))
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
    return _on_register(found, today, _item_counts(db), _section_counts(db))


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
    return [CitedArticle(Citation(code, a), found[a]) for a in sorted(found, key=_article_order)]


def _article_order(article: str) -> tuple[int, int]:
    number, _, extra = article.partition("-")
    return (0, 0) if article == "preamble" else (int(number), int(extra or 0))
