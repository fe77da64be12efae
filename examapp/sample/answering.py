"""How a sample person answers: by knowledge and difficulty, on the paper that was really drawn."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.sample.people import ACCOUNTS
from examapp.services.people.persons import Person
from examapp.services.sittings.saving import save
from examapp.services.study import checks
from examapp.store.bank import ItemRevision
from examapp.store.exams import PaperItem
from examapp.store.sittings import Sitting
from examapp.store.study import Check, Section

EASE = {"easy": 0.12, "medium": 0.0, "hard": -0.18}
KIND = {"single": 0.0, "multiple": -0.15, "judgement": 0.08}


def knowledge(person: Person) -> float:
    """A share of right answers that stays the same for a person; the named ones know much."""
    if person.username in {username for username, *_ in ACCOUNTS.values()}:
        return 0.9
    return random.Random(person.username).uniform(0.55, 0.97)  # noqa: S311 - play, not secrecy


def answer_paper(
    db: Session,
    person: Person,
    sitting: Sitting,
    chance: random.Random,
    *,
    at: datetime,
    minutes: int,
) -> None:
    """Save a choice for nearly every place, spread over the time."""
    rows = db.execute(
        select(PaperItem.position, ItemRevision.content)
        .join(ItemRevision, ItemRevision.id == PaperItem.revision_id)
        .where(PaperItem.paper_id == sitting.paper_id)
        .order_by(PaperItem.position)
    ).all()
    for seq, row in enumerate(rows, 1):
        if chance.random() < 0.02:
            continue
        moment = at + timedelta(minutes=minutes) * (seq / (len(rows) + 2))
        choice = _choice(person, row.content, chance)
        save(
            db, person, sitting.public_id,
            lease_no=sitting.lease_no, seq=seq, position=row.position, choice=choice, now=moment,
        )  # fmt: skip


def answer_check(
    db: Session, person: Person, section: Section, chance: random.Random, *, at: datetime
) -> None:
    """Draw a section's check and hand it in some minutes later."""
    drawn: Check = checks.draw(db, person, section, now=at)
    choices: dict[int, frozenset[str]] = {}
    for place, (revision_id, _order) in enumerate(drawn.items, 1):
        content = db.get_one(ItemRevision, revision_id).content
        choices[place] = _choice(person, content, chance, more=0.15)
    checks.hand_in(db, person, drawn.public_id, choices, now=at + timedelta(minutes=4))


def _choice(
    person: Person, content: dict[str, Any], chance: random.Random, more: float = 0.0
) -> frozenset[str]:
    right = knowledge(person) + EASE[content["difficulty"]] + KIND[content["kind"]] + more
    key = frozenset(content["key"])
    if chance.random() < right:
        return key
    ids = [option_id for option_id, _ in content["options"]]
    if content["kind"] != "multiple":
        return frozenset([chance.choice([i for i in ids if i not in key])])
    wrong = frozenset(chance.sample(ids, chance.randrange(1, len(ids))))
    return wrong if wrong != key else frozenset(ids[:1])
