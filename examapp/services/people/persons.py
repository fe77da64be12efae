"""The person who is signed in, as every service sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.core.people import Role
from examapp.store.people import Unit, User, UserRole


@dataclass(frozen=True)
class Person:
    """Who asks: identity, place and roles, fresh from the database on every request."""

    id: int
    public_id: str
    username: str
    name: str
    unit_id: int
    unit_name: dict[str, str]
    post: str
    rank_band: str
    audience: str
    roles: frozenset[Role]
    must_change_password: bool
    locale: str | None
    stamp: str

    def has(self, *roles: Role) -> bool:
        """Whether the person holds any of the roles."""
        return not self.roles.isdisjoint(roles)


_QUERY = (
    select(
        User.id,
        User.public_id,
        User.username,
        User.name,
        User.unit_id,
        User.post,
        User.rank_band,
        User.audience,
        User.must_change_password,
        User.locale,
        User.session_stamp,
        Unit.name.label("unit_name"),
        Unit.name_en,
        UserRole.role,
    )
    .join(Unit, Unit.id == User.unit_id)
    .outerjoin(UserRole, UserRole.user_id == User.id)
    .where(User.disabled_at.is_(None))
)


def with_stamp(db: Session, public_id: str, stamp: str) -> Person | None:
    """The person of a session; None once the stamp has changed or the person is disabled.

    Roles, unit and disabling are read anew each time: they act on the very next request.
    """
    rows = db.execute(_QUERY.where(User.public_id == public_id, User.session_stamp == stamp)).all()
    return _person(rows) if rows else None


def by_id(db: Session, user_id: int) -> Person | None:
    """The person with this row id, unless disabled: for work done in their name."""
    rows = db.execute(_QUERY.where(User.id == user_id)).all()
    return _person(rows) if rows else None


def _person(rows: Sequence[Any]) -> Person:
    row = rows[0]
    return Person(
        id=row.id,
        public_id=row.public_id,
        username=row.username,
        name=row.name,
        unit_id=row.unit_id,
        unit_name={"zh": row.unit_name, "en": row.name_en or row.unit_name},
        post=row.post,
        rank_band=row.rank_band,
        audience=row.audience,
        roles=frozenset(Role(r.role) for r in rows if r.role),
        must_change_password=row.must_change_password,
        locale=row.locale,
        stamp=row.session_stamp,
    )
