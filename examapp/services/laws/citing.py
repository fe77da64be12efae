"""Citations: how they are read aloud, and under which edition they stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.core.citations import Citation, spoken_en, spoken_zh
from examapp.store.laws import Edition, Law


def speaker(db: Session, language: str) -> Callable[[Citation], str]:
    """How a citation is read in a language: 《宪法》第三十三条 or Constitution, Article 33."""
    titles: dict[str, dict[str, str]] = dict(db.execute(select(Law.code, Law.short_title)).all())

    def spoken(cite: Citation) -> str:
        known = titles.get(cite.law, {})
        title = known.get(language) or known.get("zh", cite.law)
        return (
            f"《{title}》{spoken_zh(cite)}" if language == "zh" else f"{title}, {spoken_en(cite)}"
        )

    return spoken


@dataclass(frozen=True)
class CitedEdition:
    """The edition of a law under which a citation stands, as far as citing needs it."""

    id: int
    articles: int
    title: dict[str, str]


def editions_on(db: Session, cites: Iterable[Citation], day: date) -> dict[str, CitedEdition]:
    """The edition in force on a day, of each cited law that is known; else the first to come."""
    rows = db.execute(
        select(Law.code, Edition.id, Edition.articles, Law.short_title, Edition.effective)
        .join(Edition, Edition.law_id == Law.id)
        .where(Law.code.in_({cite.law for cite in cites}))
        .order_by(Edition.adopted)
    )
    found: dict[str, CitedEdition] = {}
    for code, edition_id, articles, title, effective in rows:
        if effective <= day or code not in found:
            found[code] = CitedEdition(edition_id, articles, title)
    return found


def laws_with_words(db: Session) -> frozenset[str]:
    """Codes of the laws of which an edition's words are here: citations of these open."""
    query = select(Law.code).join(Edition).where(Edition.text_digest.is_not(None)).distinct()
    return frozenset(db.scalars(query))
