"""Are the texts of laws what their digests and the ledger say?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import literal, null, select, union_all
from sqlalchemy.orm import Session

from examapp.core.canonical import digest
from examapp.core.ledger import Event
from examapp.services.verification.findings import Finding
from examapp.store.laws import Article, Edition, Law, LawHeading
from examapp.store.ledger import LedgerEntry


def check_laws(db: Session) -> Iterator[Finding]:
    """Every edition with a text: its words against its digest, the digest against the ledger."""
    said = _said(db)
    digests = dict(_digests(db))
    rows = db.execute(
        select(Edition.id, Edition.adopted, Edition.text_digest, Law.code, Law.former_codes)
        .join(Edition.law)
        .order_by(Edition.id)
    )
    for edition_id, adopted, kept, code, former in rows:
        subjects = [f"{one}@{adopted}" for one in (code, *former)]
        told = max((said.pop(subject) for subject in subjects if subject in said), default=None)
        if kept is not None or told or edition_id in digests:
            where = f"law {code}, edition of {adopted}"
            yield from _check(where, kept, digests.get(edition_id), told[1] if told else None)
    for subject in said:
        yield Finding(f"law {subject}", "its text stands on the ledger but is gone")


def _said(db: Session) -> dict[str, tuple[int, str]]:
    """The newest digest on the ledger, and its entry's number, by law and day of adoption."""
    rows = db.execute(
        select(LedgerEntry.number, LedgerEntry.subject, LedgerEntry.facts)
        .where(LedgerEntry.event.in_((Event.LAW_IMPORTED, Event.LAW_REPLACED)))
        .order_by(LedgerEntry.number)
    )
    return {row.subject: (row.number, row.facts["digest"]) for row in rows}


def _check(where: str, kept: str | None, found: str | None, told: str | None) -> Iterator[Finding]:
    if found != kept:
        yield Finding(where, "its text (headings, articles or their numbers) was altered")
    if kept != told:
        yield Finding(where, "its digest is not the one on the ledger")


def _digests(db: Session) -> Iterator[tuple[int, str]]:
    """The digest of each edition's rows, one edition after the other."""
    heading, article = LawHeading.__table__.c, Article.__table__.c
    heads = select(
        heading.edition_id, heading.position, heading.level.label("kind"),
        literal("").label("key"), heading.label, heading.title, null().label("text"),
    )  # fmt: skip
    words = select(
        article.edition_id, article.position, article.kind,
        article.key, article.label, article.title, article.text,
    )  # fmt: skip
    rows = db.execute(union_all(heads, words).order_by("edition_id", "position"))
    for edition_id, entries in groupby(rows, key=itemgetter(0)):
        yield edition_id, digest([_data(entry) for entry in entries])


def _data(row: Any) -> list[Any]:
    """As LawText digests it."""
    if row.text is None:
        return [row.kind, row.label, row.title]
    return [row.kind, row.key, row.label, row.title, row.text.split("\n") if row.text else []]
