"""Certificates of legal knowledge."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from examapp.store.base import Base
from examapp.store.people import User


class Certificate(Base):
    """The credential for a passed exam: one a person and exam."""

    __tablename__ = "certificates"
    __table_args__ = (
        UniqueConstraint("user_id", "exam_id"),
        CheckConstraint("valid_from <= valid_until", name="validity"),
        CheckConstraint("(revoked_at IS NULL) = (revoked_because IS NULL)", name="revoked_why"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    serial: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    exam_id: Mapped[int] = mapped_column(ForeignKey("exams.id"))
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sittings.id"), unique=True)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_until: Mapped[date] = mapped_column(Date)
    issued_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_because: Mapped[str | None]

    user: Mapped[User] = relationship()
