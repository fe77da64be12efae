"""The list of people for administrators: searched, filtered, by unit and name."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Case, Select, case, func, or_, select
from sqlalchemy.orm import Session, selectinload

from examapp.core.people import Role, fold
from examapp.services.people.units import subtree, tree
from examapp.store.people import Unit, User, UserRole

SIZE = 50


@dataclass(frozen=True)
class Search:
    """What an administrator looks for; empty means all."""

    q: str = ""
    unit: str = ""
    role: str = ""
    state: str = "active"


@dataclass(frozen=True)
class Listed:
    """One page of people."""

    users: list[User]
    total: int
    page: int
    pages: int


STATES = {
    "active": User.disabled_at.is_(None),
    "disabled": User.disabled_at.is_not(None),
    "waiting": User.must_change_password & User.disabled_at.is_(None),
}


def people(db: Session, search: Search, *, page: int = 1, size: int = SIZE) -> Listed:
    """The people who fit, units in the order of the tree, names within."""
    query = _fitting(db, search)
    total = db.scalar(select(func.count()).select_from(query.subquery())) or 0
    pages = max(1, -(-total // size))
    page = min(max(1, page), pages)
    found = db.scalars(
        query.options(selectinload(User.roles), selectinload(User.unit))
        .order_by(_by_tree(db), User.name, User.id)
        .limit(size)
        .offset((page - 1) * size)
    ).all()
    return Listed(list(found), total, page, pages)


def _fitting(db: Session, search: Search) -> Select[User]:
    query = select(User)
    if search.q.strip():
        name = User.name.contains(search.q.strip(), autoescape=True)
        query = query.where(or_(name, User.username.contains(fold(search.q), autoescape=True)))
    if search.unit:
        root = db.scalar(select(Unit.id).where(Unit.public_id == search.unit))
        query = query.where(User.unit_id.in_(subtree(root if root is not None else -1)))
    if search.role in set(Role):
        query = query.where(User.roles.any(UserRole.role == search.role))
    state = STATES.get(search.state)
    return query if state is None else query.where(state)


def _by_tree(db: Session) -> Case[int]:
    places = {unit.id: place for place, (_, unit) in enumerate(tree(db))}
    return case(places or {0: 0}, value=User.unit_id, else_=len(places))
