"""Bring authored files into the database: registers, items, readings, guides, policies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
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
    """Add items and new states of items; counts of `added`, `revised` and `unchanged`.

    A state that the database has already, as the newest or an older one, changes nothing:
    files lag behind what trainers wrote in the browser, and never undo it.
    """
    done: Counter[str] = Counter()
    known: dict[str, tuple[int, list[tuple[int, str]]]] = {
        code: (item_id, []) for code, item_id in db.execute(select(Item.code, Item.id))
    }
    by_id = dict(known.values())
    for item_id, number, digest in db.execute(
        select(ItemRevision.item_id, ItemRevision.number, ItemRevision.digest)
    ):
        by_id[item_id].append((number, digest))
    for code, content in authored:
        if code not in known:
            item = Item(code=code, created_at=now)
            db.add(item)
            db.flush()
            add_revision(db, item, content, number=1, by=None, note="", now=now)
            done["added"] += 1
            continue
        item_id, states = known[code]
        if any(digest == content.digest for _, digest in states):
            done["unchanged"] += 1
            continue
        number = max((number for number, _ in states), default=0) + 1
        add_revision(
            db, db.get_one(Item, item_id), content, number=number, by=None, note="", now=now
        )
        done["revised"] += 1
    return done


def load_readings(
    db: Session, readings: Iterable[tuple[str, str, frozenset[str], str, datetime, str]]
) -> int:
    """Record blind readings of known states that are not recorded yet; how many were new.

    Each is (item code, content digest, choice, reader, day, remark).
    """
    revisions = {
        (code, revision.digest): revision
        for code, revision in db.execute(select(Item.code, ItemRevision).join(ItemRevision.item))
    }
    have = set(db.execute(select(ItemReading.revision_id, ItemReading.reader)).tuples().all())
    new = 0
    for code, digest, choice, reader, at, remark in readings:
        revision = revisions.get((code, digest))
        if revision is None or (revision.id, reader) in have:
            continue
        read_blind(db, revision, choice, reader=reader, remark=remark, actor=None, now=at)
        new += 1
    return new
