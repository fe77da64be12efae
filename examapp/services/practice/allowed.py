"""Which items practice may show now: in force, and in no pool of an exam that is not released."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select
from sqlalchemy.orm import Session

from examapp.core.refusals import NotFound
from examapp.services.bank.revisions import current
from examapp.services.study.eligible import kept_back
from examapp.store.bank import Item, ItemRevision, Topic


def may_show(today: date) -> ColumnElement[bool]:
    """The condition on a revision that it may be asked in practice now."""
    return and_(ItemRevision.id.in_(current(today)), ItemRevision.item_id.not_in(kept_back()))


def items(db: Session, *where: ColumnElement[bool], today: date) -> Sequence[Row[Any]]:
    """Items that may be asked (id of the revision in force, item_id, code, cell, content)."""
    return db.execute(
        select(
            ItemRevision.id,
            ItemRevision.item_id,
            Item.code,
            ItemRevision.topic,
            ItemRevision.kind,
            ItemRevision.difficulty,
            ItemRevision.digest,
            ItemRevision.content,
        )
        .join(Item, Item.id == ItemRevision.item_id)
        .where(may_show(today), *where)
        .order_by(Item.code)
    ).all()


def under(topic: str) -> ColumnElement[bool]:
    """The condition that a revision is of the topic or of one under it."""
    return or_(
        ItemRevision.topic == topic, ItemRevision.topic.startswith(f"{topic}.", autoescape=True)
    )


@dataclass(frozen=True)
class TopicShelf:
    """A topic with how many items can be practised now, those of topics under it included."""

    code: str
    available: int

    @property
    def depth(self) -> int:
        """How many topics it lies under."""
        return self.code.count(".")


def topics(db: Session, *, today: date) -> list[TopicShelf]:
    """Topics that have questions, in the order of the register, and what can be practised now."""
    counts, written = Counter[str](), set[str]()
    by_topic = select(ItemRevision.topic, func.count()).where(may_show(today))
    for topic, count in db.execute(by_topic.group_by(ItemRevision.topic)):
        for code in _with_areas(topic):
            counts[code] += count
    for topic in db.scalars(select(ItemRevision.topic).distinct()):
        written.update(_with_areas(topic))
    codes = db.scalars(select(Topic.code).order_by(Topic.position, Topic.code))
    return [TopicShelf(code, counts[code]) for code in codes if code in written]


def _with_areas(topic: str) -> list[str]:
    """The topic and what it lies under: `a.b` and `a`."""
    parts = topic.split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts) + 1)]


def require_topic(db: Session, code: str) -> None:
    """Raise NotFound where there is no such topic."""
    if db.scalar(select(Topic.code).where(Topic.code == code)) is None:
        raise NotFound()
