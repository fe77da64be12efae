"""What moves an exam's time for some people: slots, pauses, extra time, excuses."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from examapp.store.base import Base, new_public_id


class Slot(Base):
    """A window within an exam's window, for units or, with a capacity, for whoever books it."""

    __tablename__ = "slots"
    __table_args__ = (
        CheckConstraint("opens_at < closes_at", name="window"),
        CheckConstraint("capacity IS NULL OR capacity >= 1", name="capacity"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exams.id", ondelete="CASCADE"), index=True)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    capacity: Mapped[int | None]

    units: Mapped[list[SlotUnit]] = relationship(cascade="all, delete-orphan")


class SlotUnit(Base):
    """A slot is for people of this unit and of the units under it."""

    __tablename__ = "slot_units"

    slot_id: Mapped[int] = mapped_column(
        ForeignKey("slots.id", ondelete="CASCADE"), primary_key=True
    )
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)


class SlotBooking(Base):
    """A person's place in a slot; one for each exam."""

    __tablename__ = "slot_bookings"

    exam_id: Mapped[int] = mapped_column(ForeignKey("exams.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("slots.id"), index=True)
    booked_at: Mapped[datetime]


class Pause(Base):
    """An exam stands still, for all or for a unit and those under it, until it is resumed."""

    __tablename__ = "pauses"
    __table_args__ = (
        CheckConstraint("resumed_at IS NULL OR paused_at < resumed_at", name="order"),
        Index(
            "uq_pauses_one_for_all",
            "exam_id",
            unique=True,
            sqlite_where=text("resumed_at IS NULL AND unit_id IS NULL"),
            postgresql_where=text("resumed_at IS NULL AND unit_id IS NULL"),
        ),
        Index(
            "uq_pauses_one_for_a_unit",
            "exam_id",
            "unit_id",
            unique=True,
            sqlite_where=text("resumed_at IS NULL"),
            postgresql_where=text("resumed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exams.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    reason: Mapped[str]
    paused_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    paused_at: Mapped[datetime]
    resumed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    resumed_at: Mapped[datetime | None]


class ExtraTime(Base):
    """Minutes more for a person in an exam, with the reason; the newest grant holds."""

    __tablename__ = "extra_times"
    __table_args__ = (
        CheckConstraint("minutes BETWEEN 0 AND 600", name="minutes"),
        Index("ix_extra_times_exam_id_user_id", "exam_id", "user_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exams.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    minutes: Mapped[int]
    reason: Mapped[str]
    granted_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    granted_at: Mapped[datetime]


class Excuse(Base):
    """Why somebody does not sit an exam: asks for its make-up exam, or is exempted from it.

    Decided by an officer, never by oneself; `ground` is a code of core/excuses.py.
    """

    __tablename__ = "excuses"
    __table_args__ = (
        CheckConstraint("kind IN ('make_up', 'exemption')", name="kind"),
        CheckConstraint("decided_by <> user_id", name="not_by_oneself"),
        CheckConstraint(
            "(decided_at IS NULL) = (approved IS NULL) "
            "AND (decided_at IS NULL) = (decided_by IS NULL)",
            name="decided",
        ),
        Index(
            "uq_excuses_one_open",
            "exam_id",
            "user_id",
            unique=True,
            sqlite_where=text("decided_at IS NULL AND withdrawn_at IS NULL"),
            postgresql_where=text("decided_at IS NULL AND withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exams.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    kind: Mapped[str]
    ground: Mapped[str]
    reason: Mapped[str]
    filed_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    filed_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    approved: Mapped[bool | None]
    note: Mapped[str] = mapped_column(default="")
    withdrawn_at: Mapped[datetime | None]
