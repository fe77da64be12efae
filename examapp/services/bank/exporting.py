"""Items as values, for files."""

from __future__ import annotations

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from examapp.core.items import ItemContent, from_data
from examapp.store.bank import Item, ItemRevision


def items_in_order(db: Session, topic: str = "") -> list[tuple[str, ItemContent]]:
    """The newest state of every item not retired, by code; of one topic and those under it."""
    newest = (
        select(ItemRevision.item_id, func.max(ItemRevision.number).label("number"))
        .group_by(ItemRevision.item_id)
        .subquery()
    )
    query = (
        select(Item.code, ItemRevision.content)
        .join(newest, newest.c.item_id == Item.id)
        .join(
            ItemRevision,
            (ItemRevision.item_id == Item.id) & (ItemRevision.number == newest.c.number),
        )
        .where(Item.retired_at.is_(None))
        .order_by(Item.code)
    )
    if topic:
        under = ItemRevision.topic.startswith(topic + ".", autoescape=True)
        query = query.where(or_(ItemRevision.topic == topic, under))
    return [(code, from_data(content)) for code, content in db.execute(query)]
