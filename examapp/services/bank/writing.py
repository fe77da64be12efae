"""Write a new item, revise one, retire it and bring it back."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from examapp.clock import local_date
from examapp.core.items import ItemContent
from examapp.core.ledger import Event
from examapp.core.refusals import N_, Conflict, Fault, Invalid, RuleBroken
from examapp.services.bank.drafts import ItemDraft, code_faults, code_taken, require_sound
from examapp.services.bank.revisions import add_revision, latest
from examapp.services.ledger import record
from examapp.services.people.persons import Person
from examapp.store.bank import Item, ItemRevision
from examapp.store.upsert import insert_unless_there


class NothingChanged(RuleBroken):
    """A revision that says what the newest one says is not made."""

    code = "nothing_changed"
    words = N_("Nothing has changed, so there is no new revision.")


class AlreadyRetired(RuleBroken):
    """Somebody retired the item before."""

    code = "already_retired"
    words = N_("This question has already been retired.")


class NotRetired(RuleBroken):
    """Only what was retired can be brought back."""

    code = "not_retired"
    words = N_("This question is not retired.")


def check(
    db: Session, draft: ItemDraft, *, code: str | None, new: bool, now: datetime
) -> ItemContent:
    """What would be saved; Invalid with all faults at once. Nothing is written."""
    wrong = list(code_faults(db, code)) if new and code else []
    try:
        content = require_sound(db, draft, code, today=local_date(now))
    except Invalid as invalid:
        raise Invalid(wrong + invalid.faults) from invalid
    if wrong:
        raise Invalid(wrong)
    return content


def create(
    db: Session, draft: ItemDraft, *, code: str | None, by: Person, note: str, now: datetime
) -> Item:
    """A new item under the id typed, or under the next free number of its topic."""
    content = check(db, draft, code=code, new=True, now=now)
    item = _claim(db, code, now) if code else _claim_next(db, content.topic, now)
    add_revision(db, item, content, number=1, by=by, note=note, now=now)
    return item


def _claim(db: Session, code: str, now: datetime) -> Item:
    item = _insert(db, code, now)
    if item is None:
        raise Invalid([code_taken(code)])
    return item


def _claim_next(db: Session, topic: str, now: datetime) -> Item:
    """Two who save at once get two numbers: the unique key decides, the loser counts on."""
    number = _highest(db, topic) + 1
    while (item := _insert(db, f"{_prefix(topic)}{number:03d}", now)) is None:
        number += 1
    return item


def _insert(db: Session, code: str, now: datetime) -> Item | None:
    made = insert_unless_there(db, Item).values(code=code, created_at=now).returning(Item.id)
    item_id = db.scalar(made)
    return db.get_one(Item, item_id) if item_id else None


def _prefix(topic: str) -> str:
    return topic.replace(".", "-") + "-"


def _highest(db: Session, topic: str) -> int:
    prefix = _prefix(topic)
    codes = db.scalars(select(Item.code).where(Item.code.startswith(prefix, autoescape=True)))
    numbers = (re.fullmatch(r"[0-9]{1,9}", code.removeprefix(prefix)) for code in codes)
    return max((int(match[0]) for match in numbers if match), default=0)


def revise(
    db: Session,
    item: Item,
    draft: ItemDraft,
    *,
    started_from: int,
    by: Person,
    note: str,
    now: datetime,
) -> ItemRevision:
    """One more revision; Conflict where somebody saved since revision `started_from`."""
    content = check(db, draft, code=item.code, new=False, now=now)
    newest = latest(db, item.id)
    if content.digest == newest.digest:
        raise NothingChanged()
    if newest.number != started_from:
        raise Conflict()
    if not note.strip():
        raise Invalid([Fault("note", N_("say in a few words why you change this question"))])
    return add_revision(
        db, item, content, number=started_from + 1, by=by, note=note.strip(), now=now
    )


def same_before(db: Session, revision: ItemRevision) -> int | None:
    """The number of an older revision of the item that says the same, if there is one."""
    return db.scalar(
        select(ItemRevision.number)
        .where(
            ItemRevision.item_id == revision.item_id,
            ItemRevision.digest == revision.digest,
            ItemRevision.number < revision.number,
        )
        .order_by(ItemRevision.number.desc())
        .limit(1)
    )


def retire(db: Session, item: Item, *, by: Person, reason: str, now: datetime) -> None:
    """Take an item out of use; exams already published keep it."""
    reason = reason.strip()
    if not reason:
        raise Invalid([Fault("reason", N_("say why the question is retired"))])
    if not _set_retired(db, item, now, reason):
        raise AlreadyRetired()
    facts = {"item": item.code, "reason": reason}
    record(db, Event.ITEM_RETIRED, item.code, facts, actor=by.public_id, now=now)


def bring_back(db: Session, item: Item, *, by: Person, now: datetime) -> None:
    """Put a retired item back into use, in the state it had."""
    if not _set_retired(db, item, None, None):
        raise NotRetired()
    facts = {"item": item.code}
    record(db, Event.ITEM_BROUGHT_BACK, item.code, facts, actor=by.public_id, now=now)


def _set_retired(db: Session, item: Item, at: datetime | None, reason: str | None) -> bool:
    """The condition stands in the statement: of two who do it at once, one is told."""
    still = Item.retired_at.is_(None) if at else Item.retired_at.is_not(None)
    done = db.execute(
        update(Item).where(Item.id == item.id, still).values(retired_at=at, retired_because=reason)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]
