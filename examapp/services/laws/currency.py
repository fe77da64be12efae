"""How current each topic of the bank is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from examapp.services.bank.revisions import in_force, well_read
from examapp.services.laws.held import held_revisions
from examapp.store.bank import Item, ItemCitation, ItemReading, ItemRevision, Topic
from examapp.store.laws import Edition

FOREVER = date(9999, 1, 1)


class Current(StrEnum):
    """How current a topic is, in words of its own."""

    NOTHING = "nothing"
    HELD = "held"
    CHANGES_AHEAD = "changes-ahead"
    CURRENT = "current"


@dataclass
class TopicCurrency:
    """Items of one topic itself: in force, waiting for a reader, held now and later on.

    `newest_reading` is when a second person last read one of them, `oldest_edition` the day of
    adoption of the oldest text that one of them cites.
    """

    code: str
    in_force: int = 0
    waiting: int = 0
    held: int = 0
    held_later: int = 0
    mix: Counter[str] = field(default_factory=Counter)
    newest_reading: datetime | None = None
    oldest_edition: date | None = None

    @property
    def busy(self) -> bool:
        """Whether it has items at all."""
        return bool(self.in_force or self.waiting)

    @property
    def current(self) -> Current:
        if not self.in_force:
            return Current.NOTHING
        if self.held:
            return Current.HELD
        return Current.CHANGES_AHEAD if self.held_later else Current.CURRENT


def topics(db: Session, *, today: date) -> list[TopicCurrency]:
    """All topics in the register's order, items of topics under them not included."""
    found: defaultdict[str, list[Row[Any]]] = defaultdict(list)
    for row in _rows(db):
        found[row.topic].append(row)
    held = set(db.scalars(held_revisions(today)))
    later = set(db.scalars(held_revisions(FOREVER))) - held
    waiting = _waiting(db)
    codes = db.scalars(select(Topic.code).order_by(Topic.position, Topic.code))
    return [_currency(code, found[code], held, later, waiting[code]) for code in codes]


def _rows(db: Session) -> Iterable[Row[Any]]:
    read = (
        select(ItemReading.revision_id, func.max(ItemReading.read_at).label("read_at"))
        .group_by(ItemReading.revision_id)
        .subquery()
    )
    cited = (
        select(ItemCitation.revision_id, func.min(Edition.adopted).label("oldest"))
        .join(Edition, Edition.id == ItemCitation.edition_id)
        .group_by(ItemCitation.revision_id)
        .subquery()
    )
    return db.execute(
        select(
            ItemRevision.id,
            ItemRevision.topic,
            ItemRevision.difficulty,
            read.c.read_at,
            cited.c.oldest,
        )
        .outerjoin(read, read.c.revision_id == ItemRevision.id)
        .outerjoin(cited, cited.c.revision_id == ItemRevision.id)
        .where(ItemRevision.id.in_(in_force()))
    )


def _waiting(db: Session) -> Counter[str]:
    """Newest revisions that nobody has read yet, or whose readers disagree, by topic."""
    newest = (
        select(ItemRevision.item_id, func.max(ItemRevision.number).label("number"))
        .group_by(ItemRevision.item_id)
        .subquery()
    )
    same = (newest.c.item_id == ItemRevision.item_id) & (newest.c.number == ItemRevision.number)
    rows = db.execute(
        select(ItemRevision.topic, func.count())
        .join(newest, same)
        .join(Item, Item.id == ItemRevision.item_id)
        .where(Item.retired_at.is_(None), ItemRevision.id.not_in(well_read()))
        .group_by(ItemRevision.topic)
    )
    return Counter(dict(rows.all()))


def _currency(
    code: str, rows: list[Row[Any]], held: set[int], later: set[int], waiting: int
) -> TopicCurrency:
    ids = {row.id for row in rows}
    return TopicCurrency(
        code=code,
        in_force=len(rows),
        waiting=waiting,
        held=len(ids & held),
        held_later=len(ids & later),
        mix=Counter(row.difficulty for row in rows),
        newest_reading=max((row.read_at for row in rows if row.read_at), default=None),
        oldest_edition=min((row.oldest for row in rows if row.oldest), default=None),
    )
