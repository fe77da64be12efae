"""Policy packs as loaded, and study outside the platform that a person declares."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from examapp.store.base import Base, new_public_id
from examapp.store.people import User


class PolicyPack(Base):
    """One state of a place's rules; a year keeps the pack it was assessed under.

    `number` counts a place's editions: rules that go back to an earlier wording are a new one.
    """

    __tablename__ = "policy_packs"
    __table_args__ = (UniqueConstraint("code", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    number: Mapped[int]
    digest: Mapped[str]
    year: Mapped[int]
    content: Mapped[dict[str, Any]]
    loaded_at: Mapped[datetime]


class OfflineStudy(Base):
    """Self-study away from the platform: declared by the person, confirmed by an officer (R16).

    The same day and text stand once, unless the earlier declaration was refused.
    """

    __tablename__ = "offline_study"
    __table_args__ = (
        CheckConstraint("minutes > 0", name="minutes"),
        CheckConstraint("decided_by <> user_id", name="not_by_oneself"),
        CheckConstraint("(decided_at IS NULL) = (confirmed IS NULL)", name="decided"),
        CheckConstraint("confirmed IS NOT FALSE OR remark <> ''", name="refused_why"),
        Index("ix_offline_study_user_id", "user_id"),
        Index(
            "uq_offline_study_once",
            "user_id",
            "on",
            "what",
            unique=True,
            sqlite_where=text("confirmed IS NOT FALSE"),
            postgresql_where=text("confirmed IS NOT FALSE"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    on: Mapped[date] = mapped_column(Date)
    minutes: Mapped[int]
    what: Mapped[str]
    declared_at: Mapped[datetime]
    confirmed: Mapped[bool | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    remark: Mapped[str] = mapped_column(default="")

    user: Mapped[User] = relationship(foreign_keys=[user_id])
