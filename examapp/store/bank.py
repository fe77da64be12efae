"""Topics, items, their immutable revisions, citations and readings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from examapp.store.base import Base
from examapp.store.people import User


class Topic(Base):
    """A content area; `constitution.rights` lies under `constitution`."""

    __tablename__ = "topics"

    code: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[dict[str, str]]
    position: Mapped[int] = mapped_column(default=0)


class Item(Base):
    """A question's identity; what it says stands in its revisions."""

    __tablename__ = "items"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    retired_because: Mapped[str | None]

    revisions: Mapped[list[ItemRevision]] = relationship(
        back_populates="item", order_by="ItemRevision.number"
    )


class ItemRevision(Base):
    """One immutable state of an item; the database refuses to change or delete it.

    Two revisions of an item may say the same: that is how an older state is brought back.
    """

    __tablename__ = "item_revisions"
    __table_args__ = (
        UniqueConstraint("item_id", "number"),
        CheckConstraint("kind IN ('single', 'multiple', 'judgement')", name="kind"),
        CheckConstraint("difficulty IN ('easy', 'medium', 'hard')", name="difficulty"),
        CheckConstraint("use IN ('exam', 'study')", name="use"),
        Index("ix_item_revisions_topic_kind_difficulty", "topic", "kind", "difficulty"),
        Index("ix_item_revisions_digest", "digest"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"))
    number: Mapped[int]
    topic: Mapped[str] = mapped_column(ForeignKey("topics.code"))
    kind: Mapped[str]
    difficulty: Mapped[str]
    use: Mapped[str]
    content: Mapped[dict[str, Any]]
    search_text: Mapped[str]
    digest: Mapped[str]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]

    item: Mapped[Item] = relationship(back_populates="revisions")
    author: Mapped[User | None] = relationship()
    readings: Mapped[list[ItemReading]] = relationship(order_by="ItemReading.id")


class ItemCitation(Base):
    """A revision rests on an article of an edition; follows the law's new numbers."""

    __tablename__ = "item_citations"
    __table_args__ = (Index("ix_item_citations_law_article", "law", "article"),)

    revision_id: Mapped[int] = mapped_column(ForeignKey("item_revisions.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    law: Mapped[str] = mapped_column(ForeignKey("laws.code"))
    article: Mapped[str]
    paragraph: Mapped[int | None]
    item: Mapped[int | None]
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))


class ItemReading(Base):
    """A second person answered a revision from the article alone; never changed afterwards.

    `reader` is a user's public id, or the name under which an authored file has the reader.
    """

    __tablename__ = "item_readings"
    __table_args__ = (UniqueConstraint("revision_id", "reader"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("item_revisions.id"))
    reader: Mapped[str]
    choice: Mapped[str]
    agreed: Mapped[bool]
    remark: Mapped[str] = mapped_column(default="")
    read_at: Mapped[datetime]
