"""Where a text that comes in belongs: its law and its edition."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.core.law.text import LawText
from examapp.core.law.titles import STATE, kind_by_title, title_key
from examapp.store.laws import Edition, Law


def known_titles(db: Session) -> dict[str, int]:
    """Ids of all laws by the key of their Chinese title; full titles before short ones."""
    rows = db.execute(select(Law.id, Law.title, Law.short_title)).all()
    short = {title_key(named.get("zh", "")): law_id for law_id, _, named in rows}
    return short | {title_key(title.get("zh", "")): law_id for law_id, title, _ in rows}


def new_law(text: LawText, kind: str, issuer: dict[str, str]) -> Law:
    """A law that only its text tells of; the register may name it later."""
    return Law(
        code="law-" + hashlib.sha256(text.title.encode()).hexdigest()[:10],
        kind=kind or kind_by_title(text.title),
        title={"zh": text.title},
        short_title={"zh": text.title.removeprefix(STATE) or text.title},
        issuer=issuer,
        former_codes=[],
    )


def edition_for(law: Law, text: LawText, *, now: datetime) -> Edition | None:
    """The edition of the text's day; where it tells none, the only one, else None."""
    if text.adopted is None:
        return law.editions[0] if len(law.editions) == 1 else None
    for edition in law.editions:
        if edition.adopted == text.adopted:
            return edition
    edition = Edition(adopted=text.adopted, known_at=now, articles=0, chapters=0)
    law.editions.append(edition)
    law.editions.sort(key=lambda one: one.adopted)
    return edition


def note_facts(edition: Edition, text: LawText) -> None:
    """Dates and counts from the text where nobody told them before."""
    if edition.effective is None or edition.effective_assumed:
        edition.effective_assumed = text.effective is None
        edition.effective = text.effective or edition.adopted
    if not edition.articles or edition.law.level is None:
        edition.articles, edition.chapters = len(text.articles), text.chapters
    if text.instrument and not edition.instrument:
        edition.instrument = {"zh": text.instrument}
