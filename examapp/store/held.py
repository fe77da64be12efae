"""Where citations moved, who released what was held, what left the pools of exams."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from examapp.store.base import Base, new_public_id

ONE_SUBJECT = "(revision_id IS NULL) <> (section_id IS NULL)"


class HoldDecision(Base):
    """A trainer's word on a held item or section; never changed afterwards.

    `propose`: it may run unchanged, and its citations go where `cites` says: for each that is
    hit, position, law, article and edition (day of adoption) and `to`, pairs of a citation
    such as `ports-law:16.2` and its edition. `confirm` or `refuse`: another trainer's word on
    the proposal `answers`.
    """

    __tablename__ = "hold_decisions"
    __table_args__ = (
        CheckConstraint("kind IN ('propose', 'confirm', 'refuse')", name="kind"),
        CheckConstraint(ONE_SUBJECT, name="one_subject"),
        CheckConstraint("(kind = 'propose') = (answers IS NULL)", name="answers"),
        UniqueConstraint("answers"),
        Index("ix_hold_decisions_revision_id", "revision_id"),
        Index("ix_hold_decisions_section_id", "section_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    kind: Mapped[str]
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("item_revisions.id"))
    section_id: Mapped[int | None] = mapped_column(ForeignKey("sections.id"))
    cites: Mapped[list[Any]]
    reason: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    answers: Mapped[int | None] = mapped_column(ForeignKey("hold_decisions.id"))
    decided_at: Mapped[datetime]


class CitationMove(Base):
    """A citation went from an article of one edition to an article of a later one.

    By itself where the words stayed (`decision_id` is None), else by a confirmed release.
    """

    __tablename__ = "citation_moves"
    __table_args__ = (
        CheckConstraint(ONE_SUBJECT, name="one_subject"),
        Index("ix_citation_moves_revision_id", "revision_id"),
        Index("ix_citation_moves_section_id", "section_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("item_revisions.id"))
    section_id: Mapped[int | None] = mapped_column(ForeignKey("sections.id"))
    position: Mapped[int]
    from_edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    from_cite: Mapped[str]
    to_edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    to_cite: Mapped[str | None]
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("hold_decisions.id"))
    moved_at: Mapped[datetime]


class PoolWithdrawal(Base):
    """An item that left a frozen pool before the exam opened, because its law changes."""

    __tablename__ = "pool_withdrawals"

    exam_id: Mapped[int] = mapped_column(ForeignKey("exams.id"), primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("item_revisions.id"), primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    withdrawn_at: Mapped[datetime]
