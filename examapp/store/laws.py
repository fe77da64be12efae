"""Laws, their editions with the words of every article, and what changed between editions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from examapp.store.base import Base


class Law(Base):
    """A law by its stable code; titles in the languages that are known.

    A law of the register (content/laws.yaml) has a `level`; others came with their text alone.
    `former_codes` are codes under which it stood before the register named it.
    """

    __tablename__ = "laws"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    title: Mapped[dict[str, str]]
    short_title: Mapped[dict[str, str]]
    issuer: Mapped[dict[str, str]] = mapped_column(default=dict)
    level: Mapped[str | None]
    posts: Mapped[list[str]] = mapped_column(default=list)
    in_force_since: Mapped[date | None] = mapped_column(Date)
    former_codes: Mapped[list[str]] = mapped_column(default=list)

    editions: Mapped[list[Edition]] = relationship(
        back_populates="law", order_by="Edition.adopted", lazy="selectin"
    )


class Edition(Base):
    """The text of a law as adopted on a date.

    `text_digest` is empty while only facts are known. `effective_assumed` says that nobody told
    from when it holds, and the day of adoption stands in for it. `oddities` is what the import
    found and mended. `known_at` is when the platform learned of it.
    """

    __tablename__ = "editions"
    __table_args__ = (
        UniqueConstraint("law_id", "adopted"),
        CheckConstraint("(text_digest IS NULL) = (imported_at IS NULL)", name="text_imported"),
        Index("ix_editions_effective", "effective"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    law_id: Mapped[int] = mapped_column(ForeignKey("laws.id"))
    adopted: Mapped[date] = mapped_column(Date)
    effective: Mapped[date] = mapped_column(Date)
    effective_assumed: Mapped[bool] = mapped_column(default=False)
    repealed: Mapped[date | None] = mapped_column(Date)
    articles: Mapped[int]
    chapters: Mapped[int]
    instrument: Mapped[dict[str, str]] = mapped_column(default=dict)
    news: Mapped[dict[str, str]] = mapped_column(default=dict)
    known_at: Mapped[datetime]
    text_digest: Mapped[str | None]
    source: Mapped[str | None]
    history: Mapped[list[str]] = mapped_column(default=list)
    oddities: Mapped[list[Any]] = mapped_column(default=list)
    imported_at: Mapped[datetime | None]
    imported_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    law: Mapped[Law] = relationship(back_populates="editions")


class LawHeading(Base):
    """A heading (编, 分编, 章, 节) of an edition; `position` runs on through its articles."""

    __tablename__ = "law_headings"

    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    level: Mapped[str]
    label: Mapped[str]
    title: Mapped[str]


class Article(Base):
    """An article of an edition, or its preamble, an annex, a numbered point; lines as printed."""

    __tablename__ = "articles"
    __table_args__ = (
        UniqueConstraint("edition_id", "position"),
        UniqueConstraint("edition_id", "key"),
        CheckConstraint("kind IN ('article', 'preamble', 'point', 'annex')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    position: Mapped[int]
    kind: Mapped[str]
    key: Mapped[str]
    label: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    text: Mapped[str]


class EditionChange(Base):
    """From one edition of a law to the next one by day of adoption.

    `compared` is false as long as the words of one of them are missing: then nobody knows what
    changed. `superseded_at` is set where an edition between the two became known later.
    """

    __tablename__ = "edition_changes"
    __table_args__ = (
        UniqueConstraint("old_edition_id", "new_edition_id"),
        Index("ix_edition_changes_new_edition_id", "new_edition_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    old_edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    new_edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    compared: Mapped[bool]
    made_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]

    old: Mapped[Edition] = relationship(foreign_keys=[old_edition_id])
    new: Mapped[Edition] = relationship(foreign_keys=[new_edition_id])


class ArticleChange(Base):
    """A pair of articles that belong together; rows of one split or merger share their `group`.

    Preambles, annexes and points whose words differ stand here as well.
    """

    __tablename__ = "article_changes"
    __table_args__ = (
        CheckConstraint("old_key IS NOT NULL OR new_key IS NOT NULL", name="keys"),
        CheckConstraint(
            "kind IN ('unchanged', 'renumbered', 'typographical', 'cross-reference', 'modified',"
            " 'added', 'removed', 'split', 'merged')",
            name="kind",
        ),
        Index("ix_article_changes_change_id_old_key", "change_id", "old_key"),
    )

    change_id: Mapped[int] = mapped_column(
        ForeignKey("edition_changes.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    group: Mapped[int]
    kind: Mapped[str]
    old_key: Mapped[str | None]
    new_key: Mapped[str | None]


class ArticleNote(Base):
    """A private note beside an article; nobody else ever sees it."""

    __tablename__ = "article_notes"
    __table_args__ = (UniqueConstraint("user_id", "edition_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    key: Mapped[str]
    body: Mapped[str]
    revision: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]


class LawVisit(Base):
    """When a person last looked at what is new in the law, and when before that."""

    __tablename__ = "law_visits"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    seen_at: Mapped[datetime]
    before: Mapped[datetime | None]


class LawUpload(Base):
    """Texts that somebody uploaded and has not yet confirmed; thrown away after a day."""

    __tablename__ = "law_uploads"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    source: Mapped[str]
    texts: Mapped[bytes]
    uploaded_at: Mapped[datetime]
