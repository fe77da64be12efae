"""What a reading page asks: a law by its code, its editions on a day, their words in order."""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from examapp.core.law.text import Entry, Heading, LawText, Level, Provision, ProvisionKind
from examapp.core.refusals import NotFound
from examapp.services.laws.editions import edition_on
from examapp.store.laws import Article, Edition, Law, LawHeading


class Standing(StrEnum):
    """How an edition stands on a day."""

    TO_COME = "to-come"
    IN_FORCE = "in-force"
    REPLACED = "replaced"
    REPEALED = "repealed"


@dataclass(frozen=True)
class StandingEdition:
    """An edition on a day: `until` is when it was or will be replaced or repealed, if known."""

    edition: Edition
    standing: Standing
    until: date | None

    @property
    def has_text(self) -> bool:
        """Whether its words are here."""
        return self.edition.text_digest is not None


@dataclass(frozen=True)
class Outlined:
    """A heading of the table of contents, with the articles from it to the next one.

    `depth` counts from 0; `first` and `last` are keys and labels of its first and last
    provision (with all headings below it), None where it has none.
    """

    heading: LawHeading
    depth: int
    first: tuple[str, str] | None
    last: tuple[str, str] | None


def law_by_code(db: Session, code: str) -> Law:
    """A law by its code or by one under which it stood before; NotFound where there is none.

    Where the law's `code` is another one than asked for, a page redirects to it.
    """
    law = db.scalar(select(Law).where(Law.code == code))
    if law is None and code:
        named = cast(Law.former_codes, Text).contains(f'"{code}"', autoescape=True)
        law = next((law for law in db.scalars(select(Law).where(named))), None)
    if law is None or not law.editions:
        raise NotFound()
    return law


def edition_of(law: Law, *, on: date, adopted: date | None = None) -> Edition:
    """The edition adopted on a day (NotFound where there is none), else the one in force `on`."""
    if adopted is None:
        return edition_on(law, on)
    for edition in law.editions:
        if edition.adopted == adopted:
            return edition
    raise NotFound()


def editions(law: Law, *, on: date) -> list[StandingEdition]:
    """All editions of a law as they stand on a day, the newest first."""
    found = [_standing(law, number, on) for number in range(len(law.editions))]
    return found[::-1]


def _standing(law: Law, number: int, on: date) -> StandingEdition:
    edition = law.editions[number]
    ends = [later.effective for later in law.editions[number + 1 :]]
    replaced = max(min(ends), edition.effective) if ends else None
    ended = [end for end in (replaced, edition.repealed) if end is not None]
    until = min(ended) if ended else None
    if on < edition.effective:
        standing = Standing.TO_COME
    elif until is None or on < until:
        standing = Standing.IN_FORCE
    else:
        standing = Standing.REPEALED if until == edition.repealed else Standing.REPLACED
    return StandingEdition(edition, standing, until)


def contents(db: Session, edition: Edition) -> list[LawHeading | Article]:
    """Headings and provisions of an edition in order; `kind` tells a provision's kind."""
    rows: list[LawHeading | Article] = [*headings(db, edition), *provisions(db, edition)]
    return sorted(rows, key=lambda row: row.position)


def headings(db: Session, edition: Edition) -> list[LawHeading]:
    """The headings of an edition in order."""
    query = select(LawHeading).where(LawHeading.edition_id == edition.id)
    return list(db.scalars(query.order_by(LawHeading.position)))


def provisions(
    db: Session, edition: Edition, *, first: int = 0, last: int | None = None
) -> list[Article]:
    """The provisions of an edition in order, or those between two positions (both counted)."""
    query = select(Article).where(Article.edition_id == edition.id, Article.position >= first)
    if last is not None:
        query = query.where(Article.position <= last)
    return list(db.scalars(query.order_by(Article.position)))


def outline(db: Session, edition: Edition) -> list[Outlined]:
    """The table of contents: every heading with its first and its last article; no words."""
    rows = db.execute(
        select(Article.position, Article.key, Article.label)
        .where(Article.edition_id == edition.id, Article.kind.in_(("article", "point")))
        .order_by(Article.position)
    ).all()
    places = [row.position for row in rows]
    heads = headings(db, edition)
    levels = list(Level)
    present = sorted({levels.index(Level(head.level)) for head in heads})
    found = []
    for number, head in enumerate(heads):
        rank = levels.index(Level(head.level))
        after = (h.position for h in heads[number + 1 :] if levels.index(Level(h.level)) <= rank)
        end = next(after, None)
        inside = rows[bisect(places, head.position) : bisect(places, end) if end else None]
        first = (inside[0].key, inside[0].label) if inside else None
        last = (inside[-1].key, inside[-1].label) if inside else None
        found.append(Outlined(head, present.index(rank), first, last))
    return found


def provision(db: Session, edition: Edition, key: str) -> Article:
    """One provision of an edition by its key (`33`, `120-1`, `preamble`); NotFound where none."""
    query = select(Article).where(Article.edition_id == edition.id, Article.key == key)
    found = db.scalar(query)
    if found is None:
        raise NotFound()
    return found


def neighbours(db: Session, article: Article) -> tuple[Article | None, Article | None]:
    """The provisions before and after one."""
    query = select(Article).where(Article.edition_id == article.edition_id)
    before = query.where(Article.position < article.position).order_by(Article.position.desc())
    after = query.where(Article.position > article.position).order_by(Article.position)
    return db.scalar(before.limit(1)), db.scalar(after.limit(1))


def headings_above(db: Session, article: Article) -> list[LawHeading]:
    """The headings under which a provision stands: part, chapter, section."""
    query = select(LawHeading).where(
        LawHeading.edition_id == article.edition_id, LawHeading.position < article.position
    )
    found: dict[int, LawHeading] = {}
    levels = list(Level)
    for head in db.scalars(query.order_by(LawHeading.position)):
        rank = levels.index(Level(head.level))
        found = {r: h for r, h in found.items() if r < rank} | {rank: head}
    return [found[rank] for rank in sorted(found)]


def text_of(db: Session, edition: Edition) -> LawText | None:
    """The text of an edition as a value, for comparing; None while only facts are known."""
    if edition.text_digest is None:
        return None
    return LawText(
        title=edition.law.title["zh"],
        adopted=edition.adopted,
        effective=edition.effective,
        instrument=edition.instrument.get("zh", ""),
        history=tuple(edition.history),
        body=tuple(map(_entry, contents(db, edition))),
    )


def lines_of(article: Article) -> tuple[str, ...]:
    """The lines of a provision as printed."""
    return tuple(article.text.split("\n")) if article.text else ()


def _entry(row: LawHeading | Article) -> Entry:
    if isinstance(row, LawHeading):
        return Heading(Level(row.level), row.label, row.title)
    return Provision(ProvisionKind(row.kind), row.key, row.label, lines_of(row), row.title)
