"""What an exam may draw from: the bank today, and the frozen pool of a published exam."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from examapp.core.draw import PoolItem as Drawable
from examapp.core.items import Difficulty, Kind, Use
from examapp.core.spec import ExamSpec, Shortage, shortages
from examapp.services.bank.revisions import current
from examapp.store.bank import Item, ItemRevision
from examapp.store.exams import PoolItem

_COLUMNS = (
    ItemRevision.id,
    Item.code,
    ItemRevision.digest,
    ItemRevision.topic,
    ItemRevision.kind,
    ItemRevision.difficulty,
    ItemRevision.content,
)


@dataclass(frozen=True)
class Pool:
    """Drawable items, and the row ids of their revisions by digest."""

    items: tuple[Drawable, ...]
    revision_ids: Mapping[str, int]


def in_force(db: Session, spec: ExamSpec) -> Pool:
    """Every item in force today that a line of the spec accepts; never a study item."""
    rows = db.execute(
        select(*_COLUMNS)
        .join(Item, Item.id == ItemRevision.item_id)
        .where(ItemRevision.id.in_(current()), ItemRevision.use == Use.EXAM)
    ).all()
    pool = _pool(rows)
    wanted = tuple(i for i in pool.items if any(line.accepts(i.cell) for line in spec.lines))
    return Pool(wanted, {item.digest: pool.revision_ids[item.digest] for item in wanted})


def shortage(db: Session, spec: ExamSpec) -> list[Shortage]:
    """Where the bank as it stands cannot fill the spec, exactly."""
    return shortages(spec, (item.cell for item in in_force(db, spec).items))


_frozen: dict[tuple[str, str], Pool] = {}


def frozen(db: Session, exam_id: int, public_id: str, pool_digest: str) -> Pool:
    """The pool that a published exam keeps; remembered, because it never changes."""
    key = (public_id, pool_digest)
    if key not in _frozen:
        if len(_frozen) > 64:
            _frozen.clear()
        _frozen[key] = _read_frozen(db, exam_id)
    return _frozen[key]


def _read_frozen(db: Session, exam_id: int) -> Pool:
    rows = db.execute(
        select(*_COLUMNS)
        .join(Item, Item.id == ItemRevision.item_id)
        .join(PoolItem, PoolItem.revision_id == ItemRevision.id)
        .where(PoolItem.exam_id == exam_id)
    ).all()
    return _pool(rows)


def _pool(rows: Iterable[Row[Any]]) -> Pool:
    items, ids = [], {}
    for row in rows:
        items.append(
            Drawable(
                code=row.code,
                digest=row.digest,
                topic=row.topic,
                kind=Kind(row.kind),
                difficulty=Difficulty(row.difficulty),
                option_ids=tuple(option_id for option_id, _ in row.content["options"]),
                enemies=frozenset(row.content["enemies"]),
            )
        )
        ids[row.digest] = row.id
    return Pool(tuple(items), ids)
