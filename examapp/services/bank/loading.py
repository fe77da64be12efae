"""Bring authored files into the database: registers, items, readings, guides, policies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.core.items import ItemContent
from examapp.services.bank.revisions import add_revision, read_blind
from examapp.store.bank import Item, ItemReading, ItemRevision, Topic


def load_topics(db: Session, topics: Iterable[tuple[str, dict[str, str]]]) -> None:
    """Add topics and bring their titles up to date; none is ever removed."""
    for position, (code, title) in enumerate(topics):
        known = db.get(Topic, code)
        if known is None:
            db.add(Topic(code=code, title=title, position=position))
        else:
            known.title, known.position = title, position
    db.flush()


def load_items(
    db: Session, authored: Iterable[tuple[str, ItemContent]], *, now: datetime
) -> Counter[str]:
    """Add items and new states; counts of `added`, `revised`, `unchanged` and `held`.

    A state that the database has already, as the newest or an older one, changes nothing:
    files lag behind what trainers wrote in the browser, and never undo it. A new state of
    an item that a trainer revised last is held back (see `held_back`): the file did not
    know what the trainer wrote.
    """
    done: Counter[str] = Counter()
    bank = _states(db)
    for code, content in authored:
        outcome = _outcome(bank.get(code), content.digest)
        done[outcome] += 1
        if outcome in ("added", "revised"):
            bank[code] = _add(db, code, bank.get(code), content, now)
    return done


def held_back(db: Session, authored: Iterable[tuple[str, ItemContent]]) -> list[str]:
    """Ids of items whose file says something new, but which a trainer revised last."""
    bank = _states(db)
    return [code for code, c in authored if _outcome(bank.get(code), c.digest) == "held"]


@dataclass(frozen=True)
class _States:
    """What the database has of an item: every digest, the newest number, whose it is."""

    item_id: int
    digests: frozenset[str]
    number: int
    by_trainer: bool


def _states(db: Session) -> dict[str, _States]:
    rows = db.execute(
        select(Item.code, Item.id, ItemRevision.digest, ItemRevision.number, ItemRevision.author_id)
        .join(ItemRevision, ItemRevision.item_id == Item.id)
        .order_by(Item.id, ItemRevision.number)
    )
    found: dict[str, _States] = {}
    for code, item_id, digest, number, author in rows:
        before = found[code].digests if code in found else frozenset()
        found[code] = _States(item_id, before | {digest}, number, author is not None)
    return found


def _outcome(states: _States | None, digest: str) -> str:
    if states is None:
        return "added"
    if digest in states.digests:
        return "unchanged"
    return "held" if states.by_trainer else "revised"


def _add(
    db: Session, code: str, states: _States | None, content: ItemContent, now: datetime
) -> _States:
    if states is None:
        item = Item(code=code, created_at=now)
        db.add(item)
        db.flush()
        states = _States(item.id, frozenset(), 0, by_trainer=False)
    item = db.get_one(Item, states.item_id)
    number = states.number + 1
    add_revision(db, item, content, number=number, by=None, note="", now=now)
    return _States(item.id, states.digests | {content.digest}, number, by_trainer=False)


def load_readings(
    db: Session, readings: Iterable[tuple[str, str, frozenset[str], str, datetime, str]]
) -> int:
    """Record blind readings of known states that are not recorded yet; how many were new.

    Each is (item code, content digest, choice, reader, day, remark). Where several
    revisions say the same, a reading stands at the newest, and is recorded once only: an
    old file does not put back into force what a trainer brings back later.
    """
    revisions = {
        (code, revision.digest): revision
        for code, revision in db.execute(
            select(Item.code, ItemRevision)
            .join(ItemRevision.item)
            .order_by(ItemRevision.item_id, ItemRevision.number)
        )
    }
    known = db.execute(
        select(Item.code, ItemRevision.digest, ItemReading.reader)
        .join(ItemRevision, ItemRevision.id == ItemReading.revision_id)
        .join(Item, Item.id == ItemRevision.item_id)
    )
    have = {(code, digest, reader) for code, digest, reader in known}
    new = 0
    for code, digest, choice, reader, at, remark in readings:
        revision = revisions.get((code, digest))
        if revision is None or (code, digest, reader) in have:
            continue
        read_blind(db, revision, choice, reader=reader, remark=remark, actor=None, now=at)
        have.add((code, digest, reader))
        new += 1
    return new
