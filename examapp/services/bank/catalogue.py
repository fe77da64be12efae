"""Find items: the list with its search and filters, one item, its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from examapp.core.items import ItemContent, from_data
from examapp.core.refusals import NotFound
from examapp.services.bank.revisions import in_force, well_read
from examapp.services.laws.held import held_revisions
from examapp.store.bank import Item, ItemCitation, ItemReading, ItemRevision, Topic
from examapp.store.people import User

PAGE = 20
STATES = ("in-force", "held", "waiting", "retired")


@dataclass(frozen=True)
class Wanted:
    """What a trainer looks for; empty fields ask for nothing."""

    words: str = ""
    topic: str = ""
    kind: str = ""
    difficulty: str = ""
    use: str = ""
    state: str = ""
    law: str = ""
    article: str = ""


@dataclass(frozen=True)
class Row:
    """An item in the list: its newest revision, which one is in force, and whether that is held."""

    item: Item
    newest: ItemRevision
    in_force: int | None
    held: bool = False

    @property
    def states(self) -> tuple[str, ...]:
        """Where the item stands; an item in force may have a newer revision that waits."""
        if self.item.retired_at:
            return ("retired",)
        waits = () if self.in_force == self.newest.number else (reading_state(self.newest),)
        stands = () if not self.in_force else ("held",) if self.held else ("in-force",)
        return stands + waits


@dataclass(frozen=True)
class Standing:
    """An item with its whole history, newest revision first."""

    item: Item
    revisions: tuple[ItemRevision, ...]
    in_force: int | None
    readers: dict[str, str]
    held: bool = False

    @property
    def newest(self) -> ItemRevision:
        return self.revisions[0]

    @property
    def row(self) -> Row:
        return Row(self.item, self.newest, self.in_force, self.held)

    def revision(self, number: int) -> ItemRevision:
        """The revision with this number; else NotFound."""
        for revision in self.revisions:
            if revision.number == number:
                return revision
        raise NotFound()

    def content(self, number: int) -> ItemContent:
        """What the revision with this number says."""
        return from_data(self.revision(number).content)


def reading_state(newest: ItemRevision) -> str:
    """Whether a revision not in force waits for its reader, or its readers disagree."""
    return "disputed" if any(not r.agreed for r in newest.readings) else "waiting"


def topics(db: Session) -> Sequence[Topic]:
    """All topics in the register's order."""
    return db.scalars(select(Topic).order_by(Topic.position, Topic.code)).all()


def find(
    db: Session, wanted: Wanted, *, page: int = 1, today: date | None = None
) -> tuple[list[Row], int]:
    """One page of items in order of id, and how many there are in all.

    Without `today` nothing is told of what is held, and the state `held` fits nothing.
    """
    query = _matching(wanted, today)
    total = db.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = db.scalars(
        query.join(Item, Item.id == ItemRevision.item_id)
        .options(joinedload(ItemRevision.item), selectinload(ItemRevision.readings))
        .order_by(Item.code)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    ).all()
    force = _numbers_in_force(db, [revision.item_id for revision in rows])
    held = _held_items(db, list(force), today)
    found = [Row(r.item, r, force.get(r.item_id), r.item_id in held) for r in rows]
    return found, total


def counts(db: Session, wanted: Wanted, *, today: date | None = None) -> dict[str, int]:
    """How many of the wanted items are in each state; "" counts them all."""
    return {
        state: db.scalar(
            select(func.count()).select_from(
                _matching(replace(wanted, state=state), today).subquery()
            )
        )
        or 0
        for state in ("", *STATES)
    }


def _matching(wanted: Wanted, today: date | None) -> Select[ItemRevision]:
    newest = (
        select(ItemRevision.item_id, func.max(ItemRevision.number).label("number"))
        .group_by(ItemRevision.item_id)
        .subquery()
    )
    same = and_(newest.c.item_id == ItemRevision.item_id, newest.c.number == ItemRevision.number)
    return select(ItemRevision).join(newest, same).where(*_conditions(wanted, today))


def _conditions(wanted: Wanted, today: date | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        ItemRevision.search_text.contains(word, autoescape=True) for word in _words(wanted.words)
    ]
    if wanted.topic:
        under = ItemRevision.topic.startswith(wanted.topic + ".", autoescape=True)
        conditions.append(or_(ItemRevision.topic == wanted.topic, under))
    for column, value in (
        (ItemRevision.kind, wanted.kind),
        (ItemRevision.difficulty, wanted.difficulty),
        (ItemRevision.use, wanted.use),
    ):
        if value:
            conditions.append(column == value)
    if wanted.law:
        conditions.append(_cites(wanted.law, wanted.article))
    if wanted.state:
        conditions.append(_in_state(wanted.state, today))
    return conditions


def _cites(law: str, article: str) -> ColumnElement[bool]:
    """Whether a revision cites the law, or the article of it where one is named."""
    citing = select(ItemCitation.revision_id).where(ItemCitation.law == law)
    if article:
        citing = citing.where(ItemCitation.article == article)
    return ItemRevision.id.in_(citing)


def _words(text: str) -> list[str]:
    """What must all be found; 《宪法》第三十三条 finds what 宪法第三十三条 finds."""
    return text.lower().replace("《", " ").replace("》", "").split()[:10]


def _in_state(state: str, today: date | None) -> ColumnElement[bool]:
    retired = ItemRevision.item_id.in_(select(Item.id).where(Item.retired_at.is_not(None)))
    if state == "retired":
        return retired
    if state == "waiting":
        return and_(~retired, ItemRevision.id.not_in(well_read()))
    force = select(ItemRevision.item_id).where(ItemRevision.id.in_(in_force()))
    held = _held(today)
    return ItemRevision.item_id.in_(force.where(held if state == "held" else ~held))


def _held(today: date | None) -> ColumnElement[bool]:
    return ItemRevision.id.in_(held_revisions(today)) if today else false()


def _held_items(db: Session, item_ids: list[int], today: date | None) -> set[int]:
    """Which of these items have a revision in force that is held."""
    query = select(ItemRevision.item_id).where(
        ItemRevision.id.in_(in_force()), ItemRevision.item_id.in_(item_ids), _held(today)
    )
    return set(db.scalars(query)) if today else set()


def _numbers_in_force(db: Session, item_ids: list[int]) -> dict[int, int]:
    rows = db.execute(
        select(ItemRevision.item_id, ItemRevision.number).where(
            ItemRevision.id.in_(in_force()), ItemRevision.item_id.in_(item_ids)
        )
    )
    return dict(rows.all())


def item_of(db: Session, code: str) -> Item:
    """The item with this id; else NotFound."""
    item = db.scalar(select(Item).where(Item.code == code))
    if item is None:
        raise NotFound()
    return item


def standing(db: Session, code: str, *, today: date | None = None) -> Standing:
    """An item with its whole history; else NotFound. `today` tells whether it is held."""
    item = item_of(db, code)
    revisions = db.scalars(
        select(ItemRevision)
        .where(ItemRevision.item_id == item.id)
        .options(joinedload(ItemRevision.author), selectinload(ItemRevision.readings))
        .order_by(ItemRevision.number.desc())
        .execution_options(populate_existing=True)
    ).all()
    readings = [reading for revision in revisions for reading in revision.readings]
    force = _numbers_in_force(db, [item.id]).get(item.id)
    held = bool(_held_items(db, [item.id], today))
    return Standing(item, tuple(revisions), force, reader_names(db, readings), held)


def reader_names(db: Session, readings: Sequence[ItemReading]) -> dict[str, str]:
    """What the readers are called: a person's name, or what an authored file calls them."""
    ids: set[Any] = {reading.reader for reading in readings}
    names = db.execute(select(User.public_id, User.name).where(User.public_id.in_(ids)))
    return {**{reader: reader for reader in ids}, **dict(names.all())}
