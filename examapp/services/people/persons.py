"""The person who is signed in, as every service sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select
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


# Tables, not classes, and statements made once: this is asked on every request of everybody.
_user, _unit, _role = User.__table__.c, Unit.__table__.c, UserRole.__table__.c
_QUERY = (
    select(
        _user.id,
        _user.public_id,
        _user.username,
        _user.name,
        _user.unit_id,
        _user.post,
        _user.rank_band,
        _user.audience,
        _user.must_change_password,
        _user.locale,
        _user.session_stamp,
        _unit.name.label("unit_name"),
        _unit.name_en,
        _role.role,
    )
    .join_from(User.__table__, Unit.__table__, _unit.id == _user.unit_id)
    .outerjoin(UserRole.__table__, _role.user_id == _user.id)
    .where(_user.disabled_at.is_(None))
)
_WITH_STAMP = _QUERY.where(
    _user.public_id == bindparam("public_id"), _user.session_stamp == bindparam("stamp")
)
_BY_ID = _QUERY.where(_user.id == bindparam("user_id"))


def with_stamp(db: Session, public_id: str, stamp: str) -> Person | None:
    """The person of a session; None once the stamp has changed or the person is disabled.

    Roles, unit and disabling are read anew each time: they act on the very next request.
    """
    rows = db.execute(_WITH_STAMP, {"public_id": public_id, "stamp": stamp}).all()
    return _person(rows) if rows else None


def by_id(db: Session, user_id: int) -> Person | None:
    """The person with this row id, unless disabled: for work done in their name."""
    rows = db.execute(_BY_ID, {"user_id": user_id}).all()
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
