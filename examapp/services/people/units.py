"""The organisation's tree: who lies under whom."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BindParameter, Select, select
from sqlalchemy.orm import Session

from examapp.core.refusals import NotFound
from examapp.store.people import Unit


def subtree(*roots: int) -> Select[int]:
    """Ids of the units and of all units under them, as a query to put into another."""
    # Without a name of its own: one query may ask for two subtrees.
    tree = select(Unit.id).where(Unit.id.in_(roots)).cte(recursive=True)
    tree = tree.union(select(Unit.id).join(tree, Unit.parent_id == tree.c.id))
    return select(tree.c.id)


def lineage(unit_id: int | BindParameter[int]) -> Select[int]:
    """Ids of the unit and of all units above it."""
    line = select(Unit.id, Unit.parent_id).where(Unit.id == unit_id).cte(recursive=True)
    line = line.union(select(Unit.id, Unit.parent_id).join(line, Unit.id == line.c.parent_id))
    return select(line.c.id)


def upwards(db: Session, unit_id: int) -> list[int]:
    """Ids of the unit and of all units above it, the nearest first."""
    above = select(Unit.id, Unit.parent_id).where(Unit.id.in_(lineage(unit_id)))
    parents = dict(db.execute(above).all())
    line: list[int] = []
    step: int | None = unit_id
    while step is not None:
        line.append(step)
        step = parents.get(step)
    return line


def tree(db: Session, *, root: int | None = None) -> list[tuple[int, Unit]]:
    """Units with their depth, parents before children; the whole tree or one under `root`."""
    units = db.scalars(select(Unit).order_by(Unit.position, Unit.id)).all()
    children: dict[Any, list[Unit]] = {}
    for unit in units:
        children.setdefault(unit.parent_id, []).append(unit)
    start: Iterable[Unit] = (
        children.get(None, []) if root is None else [u for u in units if u.id == root]
    )
    found: list[tuple[int, Unit]] = []

    def walk(level: Iterable[Unit], depth: int) -> None:
        for unit in level:
            found.append((depth, unit))
            walk(children.get(unit.id, []), depth + 1)

    walk(start, 0)
    return found


def within(db: Session, public_id: str, root: int) -> Unit:
    """The unit with this public id if it lies in the subtree of `root`; else NotFound."""
    unit = db.scalar(select(Unit).where(Unit.public_id == public_id, Unit.id.in_(subtree(root))))
    if unit is None:
        raise NotFound()
    return unit
