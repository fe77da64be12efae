"""Which revision of an item is in force, and how a new one comes about."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from examapp.core.items import ItemContent, from_data
from examapp.core.ledger import Event
from examapp.core.refusals import N_, Fault, Invalid
from examapp.services.ledger import record
from examapp.services.people.persons import Person
from examapp.store.bank import Item, ItemCitation, ItemReading, ItemRevision, Topic
from examapp.store.laws import Edition, Law


def current() -> Select[int]:
    """Ids of the revisions in force: of each item not retired, the newest that was read.

    Read means: a second person answered it from the article alone and chose the key. A
    newer revision that nobody read yet waits; the one before it stays in force.
    """
    agreed = exists().where(ItemReading.revision_id == ItemRevision.id, ItemReading.agreed)
    newest = (
        select(ItemRevision.item_id, func.max(ItemRevision.number).label("number"))
        .where(agreed)
        .group_by(ItemRevision.item_id)
        .subquery()
    )
    return (
        select(ItemRevision.id)
        .join(
            newest,
            (newest.c.item_id == ItemRevision.item_id) & (newest.c.number == ItemRevision.number),
        )
        .join(Item, Item.id == ItemRevision.item_id)
        .where(Item.retired_at.is_(None))
    )


def latest(db: Session, item_id: int) -> ItemRevision:
    """The newest revision, read or not."""
    return db.scalars(
        select(ItemRevision)
        .where(ItemRevision.item_id == item_id)
        .order_by(ItemRevision.number.desc())
        .limit(1)
    ).one()


def content_of(revision: ItemRevision) -> ItemContent:
    """What a revision says, as a value."""
    return from_data(revision.content)


def add_revision(
    db: Session,
    item: Item,
    content: ItemContent,
    *,
    number: int,
    by: Person | None,
    note: str,
    now: datetime,
) -> ItemRevision:
    """Write one more state of an item; Invalid where its law or topic is not known here."""
    editions = _editions(db, content)
    if db.get(Topic, content.topic) is None:
        words = N_('there is no topic "%(topic)s"')
        raise Invalid([Fault("topic", words, {"topic": content.topic})])
    revision = ItemRevision(
        item_id=item.id,
        number=number,
        topic=content.topic,
        kind=content.kind,
        difficulty=content.difficulty,
        use=content.use,
        content=content.as_data(),
        search_text=_search_text(item.code, content),
        digest=content.digest,
        author_id=by.id if by else None,
        note=note,
        created_at=now,
    )
    db.add(revision)
    db.flush()
    db.add_all(
        ItemCitation(
            revision_id=revision.id,
            position=position,
            law=cite.law,
            article=cite.article,
            paragraph=cite.paragraph,
            item=cite.item,
            edition_id=editions[cite.law],
        )
        for position, cite in enumerate(content.cites, 1)
    )
    facts = {"item": item.code, "number": number, "digest": content.digest}
    record(db, Event.ITEM_REVISED, item.code, facts, actor=by.public_id if by else None, now=now)
    return revision


def _editions(db: Session, content: ItemContent) -> dict[str, int]:
    """The newest edition of each cited law."""
    codes = {cite.law for cite in content.cites}
    rows = db.execute(
        select(Law.code, Edition.id)
        .join(Edition, Edition.law_id == Law.id)
        .where(Law.code.in_(codes))
        .order_by(Edition.adopted)
    ).all()
    found: dict[str, int] = dict(rows)
    unknown = [
        Fault("cites", N_('the register of laws knows no "%(law)s"'), {"law": code})
        for code in sorted(codes - set(found))
    ]
    if unknown:
        raise Invalid(unknown)
    return found


def _search_text(code: str, content: ItemContent) -> str:
    texts: list[Any] = [code, *content.stem.values()]
    for _, text in content.options:
        texts += text.values()
    texts += [*content.rationale.values(), *(str(cite) for cite in content.cites)]
    return "\n".join(texts).lower()


def read_blind(
    db: Session,
    revision: ItemRevision,
    choice: frozenset[str],
    *,
    reader: str,
    remark: str,
    actor: str | None,
    now: datetime,
) -> ItemReading:
    """Record what a second reader chose; it agrees when it is the key."""
    agreed = choice == frozenset(revision.content["key"])
    reading = ItemReading(
        revision_id=revision.id,
        reader=reader,
        choice=",".join(sorted(choice)),
        agreed=agreed,
        remark=remark,
        read_at=now,
    )
    db.add(reading)
    db.flush()
    facts = {
        "digest": revision.digest,
        "choice": sorted(choice),
        "agreed": agreed,
        "reader": reader,
    }
    code = db.scalars(select(Item.code).where(Item.id == revision.item_id)).one()
    record(db, Event.ITEM_READ, code, facts, actor=actor, now=now)
    return reading
