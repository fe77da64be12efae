"""Sittings, the responses saved in them, and their scores."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from examapp.store.base import Base, new_public_id


class Sitting(Base):
    """One candidate's go at a paper.

    `closed_at` is set once, by handing in or by the deadline's scoring; from then on no
    response is taken. `lease_no` counts the take-overs, `lease_device` marks the browser that
    holds the sitting now (empty: whoever comes next). `accepts_until` is the deadline and the
    grace; both move on when a pause ends. While `paused_at` is set, nothing lapses.
    """

    __tablename__ = "sittings"
    __table_args__ = (
        UniqueConstraint("exam_id", "user_id", "try_no"),
        CheckConstraint("started_at < deadline", name="deadline"),
        CheckConstraint("deadline <= accepts_until", name="accepts_until"),
        CheckConstraint(
            "submitted_at IS NULL OR closed_at IS NOT NULL", name="submitted_is_closed"
        ),
        Index(
            "uq_sittings_one_open",
            "exam_id",
            "user_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index(
            "ix_sittings_due",
            "accepts_until",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_sittings_user_id", "user_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    paper_id: Mapped[int] = mapped_column(ForeignKey("papers.id"), unique=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exams.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    try_no: Mapped[int]
    started_at: Mapped[datetime]
    deadline: Mapped[datetime]
    accepts_until: Mapped[datetime]
    paused_at: Mapped[datetime | None]
    lease_no: Mapped[int] = mapped_column(default=1)
    lease_device: Mapped[str] = mapped_column(default="")
    submitted_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    responses_digest: Mapped[str | None]
    answered: Mapped[int | None]


class Response(Base):
    """One saved choice, an event that is never changed; `choice` is option ids by comma."""

    __tablename__ = "responses"
    __table_args__ = (UniqueConstraint("sitting_id", "lease_no", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sittings.id"))
    lease_no: Mapped[int]
    seq: Mapped[int]
    position: Mapped[int]
    choice: Mapped[str]
    received_at: Mapped[datetime]


class LateResponse(Base):
    """A choice that came too late to count by itself; kept, and never changed.

    `left_ms` is what the device says was left when it was made; negative when nothing was.
    """

    __tablename__ = "late_responses"
    __table_args__ = (UniqueConstraint("sitting_id", "lease_no", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sittings.id"))
    lease_no: Mapped[int]
    seq: Mapped[int]
    position: Mapped[int]
    choice: Mapped[str]
    left_ms: Mapped[int]
    received_at: Mapped[datetime]


class LateDecision(Base):
    """Two officers' decision whether a sitting's late responses up to `upto` count."""

    __tablename__ = "late_decisions"
    __table_args__ = (
        CheckConstraint("confirmed_by <> proposed_by", name="two_officers"),
        CheckConstraint(
            "(confirmed_by IS NULL) = (confirmed_at IS NULL)", name="confirmed_by_somebody"
        ),
        Index(
            "uq_late_decisions_one_open",
            "sitting_id",
            unique=True,
            sqlite_where=text("confirmed_at IS NULL AND withdrawn_at IS NULL"),
            postgresql_where=text("confirmed_at IS NULL AND withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sittings.id"), index=True)
    upto: Mapped[int] = mapped_column(ForeignKey("late_responses.id"))
    counts: Mapped[bool]
    reason: Mapped[str]
    proposed_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    proposed_at: Mapped[datetime]
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    confirmed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class Presence(Base):
    """When a sitting's device was last heard of; apart, so that saves never wait for it."""

    __tablename__ = "presences"

    sitting_id: Mapped[int] = mapped_column(ForeignKey("sittings.id"), primary_key=True)
    seen_at: Mapped[datetime]


class Score(Base):
    """The exact score of a sitting; a correction is another row with a reason."""

    __tablename__ = "scores"
    __table_args__ = (
        UniqueConstraint("sitting_id", "number"),
        CheckConstraint("outcome IN ('passed', 'failed')", name="outcome"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sittings.id"))
    number: Mapped[int] = mapped_column(default=1)
    points: Mapped[Fraction]
    most: Mapped[Fraction]
    outcome: Mapped[str]
    band: Mapped[str | None]
    earned: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(default="")
    scored_at: Mapped[datetime]
