"""The register of laws in the database, and how a citation is read aloud."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.core.citations import Citation, spoken_en, spoken_zh
from examapp.store.laws import Edition, Law


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
    titles: dict[str, dict[str, str]] = dict(db.execute(select(Law.code, Law.short_title)).tuples())

    def spoken(cite: Citation) -> str:
        title = titles.get(cite.law, {}).get(language, cite.law)
        return (
            f"《{title}》{spoken_zh(cite)}" if language == "zh" else f"{title}, {spoken_en(cite)}"
        )

    return spoken
