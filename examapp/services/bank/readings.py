"""The second reading: a trainer answers from the article alone, before seeing the key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from examapp.core.citations import Citation, parse
from examapp.core.items import Kind
from examapp.core.refusals import N_, Fault, Invalid, NotFound, RuleBroken
from examapp.core.sittings import require_choice
from examapp.services.bank.revisions import read_blind, well_read
from examapp.services.people.persons import Person
from examapp.store.bank import Item, ItemReading, ItemRevision


class NoLongerWaiting(RuleBroken):
    """Somebody else read it first, or it was revised or retired."""

    code = "no_longer_waiting"
    words = N_("This revision no longer waits for a reader. Your reading is not needed any more.")


@dataclass(frozen=True)
class BlindItem:
    """A revision as its second reader sees it: no key, no rationale, nobody else's choice."""

    code: str
    number: int
    topic: str
    kind: Kind
    stem: dict[str, str]
    options: tuple[tuple[str, dict[str, str]], ...]
    cites: tuple[Citation, ...]


@dataclass(frozen=True)
class Objection:
    """A reading that did not agree, shown to the author with the reader's remark."""

    revision: ItemRevision
    readings: tuple[ItemReading, ...]


def waiting(db: Session, person: Person) -> Sequence[ItemRevision]:
    """Newest revisions that wait for a reader, and that this person neither wrote nor read.

    Those that nobody has read come first, then those about which readers disagree.
    """
    rows = db.scalars(
        _unsettled()
        .where(_may_read(person))
        .options(
            joinedload(ItemRevision.item),
            joinedload(ItemRevision.author),
            selectinload(ItemRevision.readings),
        )
    ).all()
    return sorted(rows, key=lambda r: (len(r.readings) > 0, r.created_at, r.item.code))


def waiting_count(db: Session, person: Person) -> int:
    """How many revisions wait for this person's reading."""
    query = _unsettled().where(_may_read(person))
    return db.scalar(select(func.count()).select_from(query.subquery())) or 0


def needs_rewriting(db: Session, person: Person) -> list[Objection]:
    """The person's own newest revisions to which a reader objected, the latest first."""
    objected = select(ItemReading.revision_id).where(ItemReading.agreed.is_(False))
    rows = db.scalars(
        _unsettled()
        .where(ItemRevision.author_id == person.id, ItemRevision.id.in_(objected))
        .options(joinedload(ItemRevision.item), selectinload(ItemRevision.readings))
        .order_by(ItemRevision.created_at.desc(), ItemRevision.id)
    ).all()
    return [Objection(r, tuple(x for x in r.readings if not x.agreed)) for r in rows]


def _unsettled() -> Select[ItemRevision]:
    """Newest revisions of items in use that are not well read."""
    newest = (
        select(ItemRevision.item_id, func.max(ItemRevision.number).label("number"))
        .group_by(ItemRevision.item_id)
        .subquery()
    )
    same = and_(newest.c.item_id == ItemRevision.item_id, newest.c.number == ItemRevision.number)
    return (
        select(ItemRevision)
        .join(newest, same)
        .join(Item, Item.id == ItemRevision.item_id)
        .where(Item.retired_at.is_(None), ItemRevision.id.not_in(well_read()))
    )


def _may_read(person: Person) -> ColumnElement[bool]:
    """Not what one wrote oneself, and nothing twice."""
    mine = select(ItemReading.revision_id).where(ItemReading.reader == person.public_id)
    not_own = or_(ItemRevision.author_id.is_(None), ItemRevision.author_id != person.id)
    return and_(not_own, ItemRevision.id.not_in(mine))


def blind(db: Session, person: Person, code: str, number: int) -> BlindItem:
    """A revision that this person may read; NotFound where they wrote or read it already."""
    revision = _mine_to_read(db, person, code, number)
    data = revision.content
    return BlindItem(
        code=code,
        number=number,
        topic=revision.topic,
        kind=Kind(revision.kind),
        stem=data["stem"],
        options=tuple((option_id, text) for option_id, text in data["options"]),
        cites=tuple(parse(cite) for cite in data["cites"]),
    )


def _mine_to_read(db: Session, person: Person, code: str, number: int) -> ItemRevision:
    revision = db.scalar(
        select(ItemRevision)
        .join(Item, Item.id == ItemRevision.item_id)
        .where(Item.code == code, ItemRevision.number == number, _may_read(person))
    )
    if revision is None:
        raise NotFound()
    if revision.id not in set(db.scalars(select(_unsettled().subquery().c.id))):
        raise NoLongerWaiting()
    return revision


def read(
    db: Session,
    person: Person,
    code: str,
    number: int,
    choice: frozenset[str],
    *,
    remark: str,
    now: datetime,
) -> ItemReading:
    """Record the choice; from then on the revision is in force if it is the key."""
    revision = _mine_to_read(db, person, code, number)
    if not choice:
        raise Invalid([Fault("choice", N_("choose what the article says is right"))])
    require_choice(choice, Kind(revision.kind), [o for o, _ in revision.content["options"]])
    return read_blind(
        db,
        revision,
        choice,
        reader=person.public_id,
        remark=remark.strip(),
        actor=person.public_id,
        now=now,
    )


def my_reading(db: Session, person: Person, code: str, number: int) -> ItemReading | None:
    """What this person chose when they read the revision, if they did."""
    return db.scalar(
        select(ItemReading)
        .join(ItemRevision, ItemRevision.id == ItemReading.revision_id)
        .join(Item, Item.id == ItemRevision.item_id)
        .where(
            Item.code == code,
            ItemRevision.number == number,
            ItemReading.reader == person.public_id,
        )
    )
