"""Guides, sections, their texts; what a person keeps there: position, notes, checks, credits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from examapp.store.base import Base, new_public_id


class Guide(Base):
    """A study text in sections; empty `posts` and `audiences` mean everybody."""

    __tablename__ = "guides"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    topic: Mapped[str] = mapped_column(ForeignKey("topics.code"))
    level: Mapped[str]
    posts: Mapped[list[str]]
    audiences: Mapped[list[str]]
    position: Mapped[int]
    title: Mapped[dict[str, str]]
    summary: Mapped[dict[str, str]]
    withdrawn_at: Mapped[datetime | None]

    sections: Mapped[list[Section]] = relationship(
        back_populates="guide", order_by="Section.position"
    )


class Section(Base):
    """A part of a guide; `minutes` are nominal, `check_items` how many its check asks."""

    __tablename__ = "sections"
    __table_args__ = (
        UniqueConstraint("guide_id", "code"),
        CheckConstraint("minutes > 0", name="minutes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    guide_id: Mapped[int] = mapped_column(ForeignKey("guides.id"))
    code: Mapped[str]
    position: Mapped[int]
    minutes: Mapped[int]
    check_items: Mapped[int]
    title: Mapped[dict[str, str]]
    body: Mapped[dict[str, str]]
    withdrawn_at: Mapped[datetime | None]

    guide: Mapped[Guide] = relationship(back_populates="sections")
    citations: Mapped[list[SectionCitation]] = relationship(
        order_by="SectionCitation.position", cascade="all, delete-orphan"
    )


class SectionCitation(Base):
    """A section rests on an article of an edition.

    `authored` is the citation as its file has it; the others follow the law's new numbers.
    """

    __tablename__ = "section_citations"
    __table_args__ = (Index("ix_section_citations_law_article", "law", "article"),)

    section_id: Mapped[int] = mapped_column(ForeignKey("sections.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    law: Mapped[str] = mapped_column(ForeignKey("laws.code"))
    article: Mapped[str]
    paragraph: Mapped[int | None]
    item: Mapped[int | None]
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    authored: Mapped[str]


class ReadingPosition(Base):
    """Where a person stopped reading a guide."""

    __tablename__ = "reading_positions"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    guide_id: Mapped[int] = mapped_column(ForeignKey("guides.id"), primary_key=True)
    section_id: Mapped[int] = mapped_column(ForeignKey("sections.id"))
    at: Mapped[datetime]


class Note(Base):
    """A private note beside a section; nobody else ever sees it."""

    __tablename__ = "notes"
    __table_args__ = (UniqueConstraint("user_id", "section_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    section_id: Mapped[int] = mapped_column(ForeignKey("sections.id"))
    body: Mapped[str]
    revision: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]


class Check(Base):
    """One go at a section's short test; `items` are revision ids with their option order."""

    __tablename__ = "checks"
    __table_args__ = (Index("ix_checks_user_id_section_id", "user_id", "section_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    section_id: Mapped[int] = mapped_column(ForeignKey("sections.id"))
    items: Mapped[list[Any]]
    drawn_at: Mapped[datetime]
    handed_in_at: Mapped[datetime | None]
    choices: Mapped[dict[str, Any] | None]
    right: Mapped[int | None]
    passed: Mapped[bool | None]


class StudyCredit(Base):
    """A section's minutes, credited to a person once a year."""

    __tablename__ = "study_credits"
    __table_args__ = (
        UniqueConstraint("user_id", "section_id", "year"),
        CheckConstraint("minutes > 0", name="minutes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    section_id: Mapped[int] = mapped_column(ForeignKey("sections.id"))
    year: Mapped[int]
    minutes: Mapped[int]
    check_id: Mapped[int] = mapped_column(ForeignKey("checks.id"))
    credited_at: Mapped[datetime]
