"""Practice: runs of questions, the cards of items once answered wrong, what was taken up."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from examapp.store.base import Base, new_public_id


class PracticeRun(Base):
    """One go at a handful of questions or a mock exam; it never counts for anything.

    `items` are revision ids with their option order and points. `spec` is what a mock was
    drawn for, which may be shorter than the exam's. `asked` leaves out what was kept back.
    `theme` is what it is about where that is no topic: `law:ports-law`, `day:constitution-day`.
    """

    __tablename__ = "practice_runs"
    __table_args__ = (
        CheckConstraint("kind IN ('topic', 'wrong', 'mock', 'theme')", name="kind"),
        CheckConstraint("(kind = 'topic') = (topic IS NOT NULL)", name="topic"),
        CheckConstraint("(kind = 'mock') = (exam_id IS NOT NULL)", name="exam"),
        CheckConstraint("(kind = 'theme') = (theme IS NOT NULL)", name="theme"),
        CheckConstraint("(handed_in_at IS NULL) = (asked IS NULL)", name="handed_in"),
        Index("ix_practice_runs_user_id_drawn_at", "user_id", "drawn_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[str]
    topic: Mapped[str | None] = mapped_column(ForeignKey("topics.code"))
    theme: Mapped[str | None]
    exam_id: Mapped[int | None] = mapped_column(ForeignKey("exams.id"))
    spec: Mapped[dict[str, Any] | None]
    items: Mapped[list[Any]]
    drawn_at: Mapped[datetime]
    handed_in_at: Mapped[datetime | None]
    choices: Mapped[dict[str, Any] | None]
    asked: Mapped[int | None]
    right: Mapped[int | None]


class PracticeCard(Base):
    """How well a person knows an item that they once answered wrong, and when it is due.

    Days and not moments: an item answered yesterday at ten is due today from morning on.
    """

    __tablename__ = "practice_cards"
    __table_args__ = (
        CheckConstraint("right_in_row >= 0", name="right_in_row"),
        Index("ix_practice_cards_user_id_due_on", "user_id", "due_on"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"), primary_key=True)
    stability: Mapped[float]
    difficulty: Mapped[float]
    reviewed_on: Mapped[date]
    due_on: Mapped[date]
    right_in_row: Mapped[int]
    retired_on: Mapped[date | None]


class PracticeTakeUp(Base):
    """The answers of this check or sitting are in the cards: each once, whoever comes first."""

    __tablename__ = "practice_take_ups"
    __table_args__ = (
        CheckConstraint("(check_id IS NULL) <> (sitting_id IS NULL)", name="one_source"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    check_id: Mapped[int | None] = mapped_column(ForeignKey("checks.id"), unique=True)
    sitting_id: Mapped[int | None] = mapped_column(ForeignKey("sittings.id"), unique=True)
    taken_at: Mapped[datetime]
