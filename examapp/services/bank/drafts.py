"""What a trainer wrote, and everything that keeps it from being saved, all at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.core import items
from examapp.core.citations import Citation, parse_all
from examapp.core.items import Asks, Difficulty, ItemContent, Kind, Text, Use
from examapp.core.refusals import N_, Fault, Invalid
from examapp.services.bank.revisions import unknown_laws, unknown_topic
from examapp.services.laws.citing import editions_on
from examapp.store.bank import Item

CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_CODE = 80
_NO_TOPIC = Fault("topic", N_("choose a topic"))


@dataclass(frozen=True)
class ItemDraft:
    """A question as typed: citations and enemies are still lines of text."""

    topic: str
    kind: Kind
    difficulty: Difficulty
    use: Use
    asks: Asks
    stem: Text
    options: tuple[tuple[str, Text], ...]
    key: frozenset[str]
    rationale: Text
    cites: tuple[str, ...]
    enemies: tuple[str, ...]


def content_of_draft(draft: ItemDraft) -> ItemContent:
    """The draft as a value, without the lines that are not citations."""
    return _content(draft, parse_all(draft.cites)[0])


def require_sound(db: Session, draft: ItemDraft, code: str | None, *, today: date) -> ItemContent:
    """The draft's content; Invalid with every fault that can be found.

    `code` is the id of the item, or None while it has none.
    """
    cites, faults = parse_all(draft.cites)
    content = _content(draft, cites)
    said_of_cites = bool(faults)
    faults += [f for f in items.faults(content) if not (f.place == "cites" and said_of_cites)]
    faults += unknown_topic(db, content.topic) if content.topic else [_NO_TOPIC]
    faults += _law_faults(db, content, today)
    faults += _enemy_faults(db, content, code)
    if faults:
        raise Invalid(faults)
    return content


def code_faults(db: Session, code: str) -> Iterator[Fault]:
    """What is wrong with an id that a trainer typed for a new item."""
    if not CODE.fullmatch(code) or len(code) > LONGEST_CODE:
        words = N_("an id is small letters, figures and single dashes, such as penalties-017")
        yield Fault("code", words)
    elif db.scalar(select(Item.id).where(Item.code == code)):
        yield code_taken(code)


def code_taken(code: str) -> Fault:
    """There is such an item already."""
    return Fault("code", N_('there is already a question with the id "%(code)s"'), {"code": code})


def _content(draft: ItemDraft, cites: tuple[Citation, ...]) -> ItemContent:
    return ItemContent(
        topic=draft.topic,
        kind=draft.kind,
        difficulty=draft.difficulty,
        use=draft.use,
        asks=draft.asks,
        stem=draft.stem,
        options=draft.options,
        key=draft.key,
        rationale=draft.rationale,
        cites=cites,
        enemies=frozenset(draft.enemies),
    )


def _law_faults(db: Session, content: ItemContent, today: date) -> Iterator[Fault]:
    editions = editions_on(db, content.cites, today)
    yield from unknown_laws({cite.law for cite in content.cites}, editions)
    for cite in content.cites:
        edition = editions.get(cite.law)
        if edition and not _has(cite, edition.articles):
            facts = {"cite": str(cite), "count": edition.articles}
            yield Fault("cites", N_("%(cite)s: this law has articles 1 to %(count)s"), facts)
    for cite in sorted({cite for cite in content.cites if content.cites.count(cite) > 1}, key=str):
        yield Fault("cites", N_("%(cite)s stands here twice"), {"cite": str(cite)})


def _has(cite: Citation, articles: int) -> bool:
    if cite.article == "preamble":
        return cite.law == "constitution"  # the only law of the register that has one
    return int(cite.article.partition("-")[0]) <= articles


def _enemy_faults(db: Session, content: ItemContent, code: str | None) -> Iterator[Fault]:
    if code in content.enemies:
        yield Fault("enemies", N_("a question is not its own enemy"))
    known = set(db.scalars(select(Item.code).where(Item.code.in_(content.enemies))))
    for enemy in sorted(content.enemies - known - {code}):
        yield Fault("enemies", N_('there is no question "%(code)s"'), {"code": enemy})
