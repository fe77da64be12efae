"""Units, users, their roles, and the tries to sign in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from examapp.store.base import Base, new_public_id


class Unit(Base):
    """A node in the organisation's tree; the top one has no parent."""

    __tablename__ = "units"
    __table_args__ = (CheckConstraint("parent_id <> id", name="not_its_own_parent"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)

    parent: Mapped[Unit | None] = relationship(remote_side="Unit.id")


class User(Base):
    """A person; `session_stamp` changes whenever all sessions of the person must end."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("rank_band IN ('leading', 'staff')", name="rank_band"),
        CheckConstraint(
            "audience IN ('leading-cadres', 'civil-servants', 'enforcement', 'support')",
            name="audience",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    username: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    post: Mapped[str] = mapped_column(default="")
    rank_band: Mapped[str] = mapped_column(default="staff")
    audience: Mapped[str] = mapped_column(default="civil-servants")
    password_hash: Mapped[str | None]
    must_change_password: Mapped[bool] = mapped_column(default=True)
    initial_expires_at: Mapped[datetime | None]
    session_stamp: Mapped[str] = mapped_column(default=new_public_id)
    locale: Mapped[str | None]
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    unit: Mapped[Unit] = relationship()
    roles: Mapped[list[UserRole]] = relationship(
        back_populates="user", cascade="all, delete-orphan"
    )


class UserRole(Base):
    """One role of one person; the index keeps administering and auditing apart."""

    __tablename__ = "user_roles"
    __table_args__ = (
        CheckConstraint(
            "role IN ('cadre', 'trainer', 'personnel', 'admin', 'auditor')", name="role"
        ),
        Index(
            "uq_user_roles_separation",
            "user_id",
            unique=True,
            sqlite_where=text("role IN ('admin', 'auditor')"),
            postgresql_where=text("role IN ('admin', 'auditor')"),
        ),
    )

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True
    )
    role: Mapped[str] = mapped_column(primary_key=True)

    user: Mapped[User] = relationship(back_populates="roles")


class SignInTry(Base):
    """One try to sign in, whether or not such a user exists; for throttling alone.

    `account` is the name as typed (folded), `device` the digest of a known device or "".
    """

    __tablename__ = "sign_in_tries"
    __table_args__ = (
        Index("ix_sign_in_tries_account_device_at", "account", "device", "at"),
        Index("ix_sign_in_tries_address_at", "address", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str]
    device: Mapped[str] = mapped_column(default="")
    address: Mapped[str]
    at: Mapped[datetime]
    right: Mapped[bool]


class SetupLink(Base):
    """The one-time link by which the first administrator comes in; only its digest is kept."""

    __tablename__ = "setup_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_digest: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
