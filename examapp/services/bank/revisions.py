"""Which revision of an item is in force, and how a new one comes about."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import Select, case, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from examapp.clock import local_date
from examapp.core.citations import spoken_en, spoken_zh
from examapp.core.items import ItemContent
from examapp.core.ledger import Event
from examapp.core.refusals import N_, Conflict, Fault, Invalid, RuleBroken
from examapp.services.laws.carrying import Carried, carried, record_carried
from examapp.services.laws.citing import CitedEdition, editions_on
from examapp.services.laws.held import held_revisions, once_a_day
from examapp.services.ledger import record
from examapp.services.people.persons import Person
from examapp.store.bank import Item, ItemCitation, ItemReading, ItemRevision, Topic


class AlreadyRead(RuleBroken):
    """A person reads a revision once."""

    code = "already_read"
    words = N_("You have already read this revision.")


def well_read() -> Select[int]:
    """Ids of revisions of which more readers chose the key than chose something else.

    A reader answers from the article alone, and is never the author. One agreeing reading
    is enough; after one that disagrees it takes two more readers, or a new revision.
    """
    balance = func.sum(case((ItemReading.agreed, 1), else_=-1))
    return select(ItemReading.revision_id).group_by(ItemReading.revision_id).having(balance > 0)


@once_a_day
def current(today: date) -> Select[int]:
    """Ids of the revisions that may be asked on a day: in force, and not held by a changed law.

    While the newest is held, no older one comes back: it rests on older law still.
    """
    return in_force().where(ItemRevision.id.not_in(held_revisions(today)))


def in_force() -> Select[int]:
    """Ids of the revisions in force: of each item not retired, the newest that is well read.

    A newer revision that nobody read yet waits; the one before it stays in force.
    """
    newest = (
        select(ItemRevision.item_id, func.max(ItemRevision.number).label("number"))
        .where(ItemRevision.id.in_(well_read()))
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
    """Write one more state of an item; Invalid where its law or topic is not known here.

    Conflict where somebody else wrote revision `number` first: the unique key on item and
    number decides, so two who save at once never overwrite each other.
    """
    editions = editions_on(db, content.cites, local_date(now))
    wrong = [
        *unknown_topic(db, content.topic),
        *unknown_laws({cite.law for cite in content.cites}, editions),
    ]
    if wrong:
        raise Invalid(wrong)
    revision = ItemRevision(
        item_id=item.id,
        number=number,
        topic=content.topic,
        kind=content.kind,
        difficulty=content.difficulty,
        use=content.use,
        content=content.as_data(),
        search_text=search_text(item.code, content, editions),
        digest=content.digest,
        author_id=by.id if by else None,
        note=note,
        created_at=now,
    )
    went = {} if by else _went(db, item.id)
    try:
        with db.begin_nested():
            db.add(revision)
    except IntegrityError as taken:
        raise Conflict() from taken
    _cite(db, revision, content, editions, went, now)
    facts = {"item": item.code, "number": number, "digest": content.digest}
    record(db, Event.ITEM_REVISED, item.code, facts, actor=by.public_id if by else None, now=now)
    return revision


def _cite(
    db: Session,
    revision: ItemRevision,
    content: ItemContent,
    editions: Mapping[str, CitedEdition],
    went: Mapping[str, Carried],
    now: datetime,
) -> None:
    """Tie the revision to the articles that it rests on, of the editions in force or moved to."""
    for position, wrote in enumerate(content.cites, 1):
        kept = went.get(str(wrote))
        cite = kept.cite if kept else wrote
        db.add(
            ItemCitation(
                revision_id=revision.id,
                position=position,
                law=cite.law,
                article=cite.article,
                paragraph=cite.paragraph,
                item=cite.item,
                edition_id=kept.edition_id if kept else editions[cite.law].id,
            )
        )
    written = [(position, str(cite)) for position, cite in enumerate(content.cites, 1)]
    places = [(position, wrote, went[wrote]) for position, wrote in written if wrote in went]
    if places:
        db.flush()
        record_carried(db, "revision_id", revision.id, places, now=now)


def _went(db: Session, item_id: int) -> dict[str, Carried]:
    """Where the citations of the newest revision moved to since its author wrote them."""
    newest = db.scalar(
        select(ItemRevision)
        .where(ItemRevision.item_id == item_id)
        .order_by(ItemRevision.number.desc())
        .limit(1)
    )
    if newest is None:
        return {}
    authored = dict(enumerate(newest.content["cites"], 1))
    return carried(db, "revision_id", newest.id, authored)


def unknown_topic(db: Session, topic: str) -> list[Fault]:
    """A fault where the register has no such topic."""
    if db.get(Topic, topic):
        return []
    return [Fault("topic", N_('there is no topic "%(topic)s"'), {"topic": topic})]


def unknown_laws(codes: set[str], editions: Mapping[str, CitedEdition]) -> list[Fault]:
    """A fault for each law that the register does not know."""
    words = N_('the register of laws knows no "%(law)s"')
    return [Fault("cites", words, {"law": code}) for code in sorted(codes - set(editions))]


def search_text(code: str, content: ItemContent, editions: Mapping[str, CitedEdition]) -> str:
    """All that a search may find: id, texts, citations as written and as read aloud."""
    texts: list[str] = [code, *content.stem.values()]
    for _, text in content.options:
        texts += text.values()
    texts += content.rationale.values()
    for cite in content.cites:
        title = editions[cite.law].title
        english = title.get("en", title["zh"])  # laws beside the register have a Chinese one alone
        texts += [str(cite), title["zh"] + spoken_zh(cite), f"{english}, {spoken_en(cite)}"]
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
    try:
        with db.begin_nested():
            db.add(reading)
    except IntegrityError as twice:
        raise AlreadyRead() from twice
    facts = {
        "digest": revision.digest,
        "choice": sorted(choice),
        "agreed": agreed,
        "reader": reader,
        # Without it the few possible choices could be tried against the entry's digest.
        "salt": secrets.token_hex(16),
    }
    code = db.scalars(select(Item.code).where(Item.id == revision.item_id)).one()
    record(db, Event.ITEM_READ, code, facts, actor=actor, now=now)
    return reading
