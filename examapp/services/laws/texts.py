"""The words of an edition as rows: headings, provisions, and what the search knows of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from examapp.core.bigrams import bigrams
from examapp.core.law.text import Entry, Heading, LawText, Provision
from examapp.store import law_search
from examapp.store.laws import Article, Edition, LawHeading


def settled(text: LawText) -> LawText:
    """The text as rows can hold it: no blank lines, and no line ends within a line."""
    return replace(text, body=tuple(map(_settled, text.body)))


def _settled(entry: Entry) -> Entry:
    if isinstance(entry, Heading):
        return entry
    lines = tuple(part for line in entry.lines for part in line.splitlines() if part.strip())
    return entry if lines == entry.lines else replace(entry, lines=lines)


def write(db: Session, edition: Edition, text: LawText) -> None:
    """Enter headings and provisions by their position, and the provisions' words for search."""
    headings: list[dict[str, Any]] = []
    provisions: list[dict[str, Any]] = []
    for position, entry in enumerate(text.body, 1):
        place = {"edition_id": edition.id, "position": position}
        if isinstance(entry, Heading):
            headings.append(place | _heading(entry))
        else:
            provisions.append(place | _provision(entry))
    if headings:
        db.execute(insert(LawHeading), headings)
    db.execute(insert(Article), provisions)
    law_search.insert(db, _search_rows(db, edition))


def _heading(heading: Heading) -> dict[str, Any]:
    return {"level": str(heading.level), "label": heading.label, "title": heading.title}


def _provision(provision: Provision) -> dict[str, Any]:
    return {
        "kind": str(provision.kind),
        "key": provision.key,
        "label": provision.label,
        "title": provision.title,
        "text": provision.text,
    }


def remove(db: Session, edition: Edition) -> None:
    """Take the words of an edition out again, for others to come."""
    law_search.delete(db, _search_rows(db, edition))
    db.execute(delete(Article).where(Article.edition_id == edition.id))
    db.execute(delete(LawHeading).where(LawHeading.edition_id == edition.id))


def searched(title: str, text: str) -> str:
    """What of a provision the search looks through: an annex's title as well."""
    return f"{title}\n{text}" if title else text


def _search_rows(db: Session, edition: Edition) -> list[tuple[int, Sequence[str]]]:
    rows = db.execute(
        select(Article.id, Article.title, Article.text).where(Article.edition_id == edition.id)
    )
    return [(row.id, bigrams(searched(row.title, row.text))) for row in rows]
