"""What an exam may draw from: the bank today, and the frozen pool of a published exam."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from examapp.core.ease import DEFAULT_PRIOR, EasePrior, estimate
from examapp.core.items import Difficulty, Kind, Use
from examapp.core.papers import PoolItem as Drawable
from examapp.core.papers import cell_counts
from examapp.core.spec import ExamSpec, Shortage, SpecLine, shortages
from examapp.services.bank.revisions import current
from examapp.services.exams.tallies import Tally, tallies
from examapp.store.bank import Item, ItemRevision, Topic
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


def in_force(db: Session, spec: ExamSpec, prior: EasePrior = DEFAULT_PRIOR, *, day: date) -> Pool:
    """Every item that may be asked on a day and that a line of the spec accepts.

    Never a study item; for an exam the day on which it closes, so that nothing is asked whose
    law changes meanwhile.

    Their eases are what is expected of them now: the author's band and what people answered.
    """
    rows = db.execute(
        select(*_COLUMNS)
        .join(Item, Item.id == ItemRevision.item_id)
        .where(ItemRevision.id.in_(current(day)), ItemRevision.use == Use.EXAM)
    ).all()
    answered = tallies(db)

    def ease(row: Row[Any]) -> int:
        tally = answered.get(row.id, Tally(0, 0))
        return estimate(Difficulty(row.difficulty), tally.seen, tally.right, prior).value

    pool = _pool(rows, ease)
    wanted = tuple(i for i in pool.items if any(line.accepts(i.cell) for line in spec.lines))
    return Pool(wanted, {item.digest: pool.revision_ids[item.digest] for item in wanted})


def shortage(db: Session, spec: ExamSpec, *, day: date) -> list[Shortage]:
    """Where the bank as it stands cannot fill the spec, exactly."""
    return shortages(spec, (item.cell for item in in_force(db, spec, day=day).items))


@dataclass(frozen=True)
class Holding:
    """A line of a spec, how many items in force it accepts, and how many it cannot get.

    `missing` may be above nothing although `holds` is enough: lines share the items.
    """

    line: SpecLine
    holds: int
    missing: int


def holdings(db: Session, spec: ExamSpec, *, day: date) -> list[Holding]:
    """What the bank as it stands holds for every line, and the exact shortage."""
    cells = cell_counts(in_force(db, spec, day=day).items)
    short = shortages(spec, cells.elements())
    found = []
    for line in spec.lines:
        missing = short.pop(0).missing if short and short[0].line == line else 0
        holds = sum(count for cell, count in cells.items() if line.accepts(cell))
        found.append(Holding(line, holds, missing))
    return found


def topics(db: Session) -> list[tuple[str, dict[str, str]]]:
    """All topics with their titles, an area before what lies under it."""
    rows = db.execute(select(Topic.code, Topic.title).order_by(Topic.position, Topic.code))
    return [(code, title) for code, title in rows]


_frozen: dict[tuple[str, str], Pool] = {}


def frozen(db: Session, exam_id: int, public_id: str, pool_digest: str) -> Pool:
    """The pool that a published exam keeps; remembered, because it never changes."""
    key = (public_id, pool_digest)
    if key not in _frozen:
        if len(_frozen) > 64:
            _frozen.clear()
        _frozen[key] = read_frozen(db, exam_id)
    return _frozen[key]


def read_frozen(db: Session, exam_id: int) -> Pool:
    """The pool of a published exam, read anew from the database."""
    rows = db.execute(
        select(*_COLUMNS, PoolItem.ease)
        .join(Item, Item.id == ItemRevision.item_id)
        .join(PoolItem, PoolItem.revision_id == ItemRevision.id)
        .where(PoolItem.exam_id == exam_id)
    ).all()
    return _pool(rows, lambda row: row.ease)


def _pool(rows: Iterable[Row[Any]], ease: Callable[[Row[Any]], int | None]) -> Pool:
    """Two items that say the same are one to a candidate: the first by code stands for both."""
    items: list[Drawable] = []
    ids: dict[str, int] = {}
    for row in sorted(rows, key=lambda row: row.code):
        if row.digest in ids:
            continue
        items.append(
            Drawable(
                code=row.code,
                digest=row.digest,
                topic=row.topic,
                kind=Kind(row.kind),
                difficulty=Difficulty(row.difficulty),
                option_ids=tuple(option_id for option_id, _ in row.content["options"]),
                enemies=frozenset(row.content["enemies"]),
                ease=ease(row),
            )
        )
        ids[row.digest] = row.id
    return Pool(tuple(items), ids)
