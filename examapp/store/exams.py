"""Exams, their frozen pools, and the papers issued."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from examapp.store.base import Base, new_public_id
from examapp.store.people import User
from examapp.store.sealing import Sealed


class Exam(Base):
    """A spec held for an audience in a window.

    `seed` is secret until the results are released and stands here sealed; `seed_commitment`
    is published with the pool's digest. `target` is what every paper is expected to bring.
    `wait_minutes` lie between tries; nobody enters later than `entry_minutes` after the opening;
    `grace_seconds` are given to choices that were on their way. A make-up exam is held for
    those excused from `make_up_of`, and with `make_up_failed` for those who failed it. An empty
    `audiences` means everybody in the units.
    """

    __tablename__ = "exams"
    __table_args__ = (
        CheckConstraint("opens_at < closes_at", name="window"),
        CheckConstraint(
            "published_at IS NULL OR (seed IS NOT NULL AND pool_digest IS NOT NULL)",
            name="published_with_pool",
        ),
        CheckConstraint("released_at IS NULL OR published_at IS NOT NULL", name="released_after"),
        CheckConstraint("grace_seconds BETWEEN 0 AND 600", name="grace_seconds"),
        CheckConstraint("entry_minutes IS NULL OR entry_minutes >= 1", name="entry_minutes"),
        CheckConstraint("wait_minutes >= 0", name="wait_minutes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    title: Mapped[dict[str, str]]
    spec: Mapped[dict[str, Any]]
    audiences: Mapped[list[str]]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    release_on_close: Mapped[bool] = mapped_column(default=False)
    certificate_years: Mapped[int] = mapped_column(default=0)
    grace_seconds: Mapped[int] = mapped_column(default=60)
    entry_minutes: Mapped[int | None]
    wait_minutes: Mapped[int] = mapped_column(default=0)
    make_up_of: Mapped[int | None] = mapped_column(ForeignKey("exams.id"))
    make_up_failed: Mapped[bool] = mapped_column(default=False)
    edit_no: Mapped[int] = mapped_column(default=1)
    created_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    seed: Mapped[bytes | None] = mapped_column(Sealed(), deferred=True)
    seed_commitment: Mapped[str | None]
    pool_digest: Mapped[str | None]
    roster_digest: Mapped[str | None]
    target: Mapped[Fraction | None]

    units: Mapped[list[ExamUnit]] = relationship(cascade="all, delete-orphan")
    creator: Mapped[User] = relationship()
    original: Mapped[Exam | None] = relationship(remote_side=[id])


class ExamUnit(Base):
    """The exam is for people of this unit and of all units under it."""

    __tablename__ = "exam_units"

    exam_id: Mapped[int] = mapped_column(
        ForeignKey("exams.id", ondelete="CASCADE"), primary_key=True
    )
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)


class PoolItem(Base):
    """An item revision in an exam's frozen pool; `ease` in ten-thousandths, as estimated then."""

    __tablename__ = "pool_items"

    exam_id: Mapped[int] = mapped_column(ForeignKey("exams.id"), primary_key=True)
    revision_id: Mapped[int] = mapped_column(
        ForeignKey("item_revisions.id"), primary_key=True, index=True
    )
    ease: Mapped[int | None]


class RosterEntry(Base):
    """A candidate's number in an exam: the papers of neighbouring numbers share few items."""

    __tablename__ = "roster_entries"
    __table_args__ = (
        UniqueConstraint("exam_id", "user_id"),
        CheckConstraint("number >= 1", name="number"),
    )

    exam_id: Mapped[int] = mapped_column(ForeignKey("exams.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)


class PreparedPaper(Base):
    """A paper drawn before its hour, sealed: what stands here tells nobody anything."""

    __tablename__ = "prepared_papers"

    exam_id: Mapped[int] = mapped_column(ForeignKey("exams.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)
    try_no: Mapped[int] = mapped_column(primary_key=True)
    paper: Mapped[bytes] = mapped_column(Sealed())
    prepared_at: Mapped[datetime]


class ItemTally(Base):
    """How often a revision was on a scored paper of an exam, and how often it was right."""

    __tablename__ = "item_tallies"
    __table_args__ = (CheckConstraint('0 <= "right" AND "right" <= seen', name="right"),)

    exam_id: Mapped[int] = mapped_column(ForeignKey("exams.id"), primary_key=True)
    revision_id: Mapped[int] = mapped_column(
        ForeignKey("item_revisions.id"), primary_key=True, index=True
    )
    seen: Mapped[int]
    right: Mapped[int]


class Paper(Base):
    """The paper of one candidate and try, frozen."""

    __tablename__ = "papers"
    __table_args__ = (
        UniqueConstraint("exam_id", "user_id", "try_no"),
        CheckConstraint("try_no >= 1", name="try_no"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exams.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    try_no: Mapped[int]
    digest: Mapped[str]
    drawn_at: Mapped[datetime]


class PaperItem(Base):
    """One place of a paper: the revision, the options' order (ids by comma), the points."""

    __tablename__ = "paper_items"
    __table_args__ = (
        UniqueConstraint("paper_id", "revision_id"),
        Index("ix_paper_items_revision_id", "revision_id"),
    )

    paper_id: Mapped[int] = mapped_column(ForeignKey("papers.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("item_revisions.id"))
    kind: Mapped[str]
    option_order: Mapped[str]
    points: Mapped[Fraction]
