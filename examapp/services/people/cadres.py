"""The cadres of a part of the organisation, in the order of its tree."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from examapp.core.people import Role
from examapp.core.refusals import NotFound
from examapp.services.people.units import subtree, tree
from examapp.store.people import Unit, User, UserRole


@dataclass(frozen=True)
class Cadre:
    """Somebody who is assessed, as lists show them."""

    id: int
    public_id: str
    name: str
    post: str
    unit_name: dict[str, str]


def under(db: Session, root: int | None, *, named: str = "") -> list[Cadre]:
    """Cadres who may sign in, under a unit (None: everywhere), by unit and name - never by rank.

    The order is made here and not by the databases, which sort Chinese differently.
    """
    query = _cadres(root)
    if named:
        sought = f"%{_literal(named)}%"
        query = query.where(
            User.name.ilike(sought, escape="\\") | User.username.ilike(sought, escape="\\")
        )
    places = {unit.id: (place, unit) for place, (_, unit) in enumerate(tree(db, root=root))}
    rows = sorted(
        (row for row in db.execute(query) if row.unit_id in places),
        key=lambda row: (places[row.unit_id][0], row.name, row.id),
    )
    return [
        Cadre(row.id, row.public_id, row.name, row.post, unit_name(places[row.unit_id][1]))
        for row in rows
    ]


def within(db: Session, public_id: str, root: int) -> User:
    """One cadre under a unit; else NotFound."""
    user = db.scalar(
        select(User).where(
            User.public_id == public_id,
            User.id.in_(_cadres(root).with_only_columns(User.id)),
        )
    )
    if user is None:
        raise NotFound()
    return user


def root_of(db: Session, public_id: str, reach: int | None) -> int | None:
    """The unit with this public id within reach (None: everywhere); no id means all of it."""
    if not public_id:
        return reach
    query = select(Unit.id).where(Unit.public_id == public_id)
    if reach is not None:
        query = query.where(Unit.id.in_(subtree(reach)))
    root = db.scalar(query)
    if root is None:
        raise NotFound()
    return root


def unit_choices(db: Session, reach: int | None) -> list[tuple[str, int, dict[str, str]]]:
    """Units within reach by their tree: public id, depth, name."""
    return [(unit.public_id, depth, unit_name(unit)) for depth, unit in tree(db, root=reach)]


def unit_name(unit: Unit) -> dict[str, str]:
    """A unit's name as an authored text."""
    return {"zh": unit.name, "en": unit.name_en or unit.name}


def unit_name_of(db: Session, user: User) -> dict[str, str]:
    """The name of the unit that a person belongs to."""
    return unit_name(db.get_one(Unit, user.unit_id))


def _cadres(root: int | None) -> Select[int, str, str, str, int]:
    is_cadre = exists().where(UserRole.user_id == User.id, UserRole.role == Role.CADRE)
    query = select(User.id, User.public_id, User.name, User.post, User.unit_id).where(
        User.disabled_at.is_(None), is_cadre
    )
    return query if root is None else query.where(User.unit_id.in_(subtree(root)))


def _literal(text: str) -> str:
    for sign in ("\\", "%", "_"):
        text = text.replace(sign, "\\" + sign)
    return text
