"""The cards of a person: what was answered goes in, what is due comes out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from examapp.clock import local_date
from examapp.core.practice import Card, review
from examapp.services.people.persons import Person
from examapp.services.practice.allowed import may_show
from examapp.store.bank import Item, ItemRevision
from examapp.store.people import User
from examapp.store.practice import PracticeCard

_NUMBERS = tuple(Card.__dataclass_fields__)


def hold(db: Session, person: Person) -> None:
    """Let one transaction at a time change the person's cards (SQLite has one writer anyway)."""
    db.execute(select(User.id).where(User.id == person.id).with_for_update(key_share=True))


def enter(
    db: Session, person: Person, answers: Iterable[tuple[int, bool]], *, at: datetime
) -> None:
    """Review the cards of items answered (item id, whether right); `hold` comes before."""
    given = dict(answers)
    mine = select(PracticeCard).where(PracticeCard.user_id == person.id)
    rows = {row.item_id: row for row in db.scalars(mine.where(PracticeCard.item_id.in_(given)))}
    for item_id, right in given.items():
        row = rows.get(item_id)
        card = review(_card(row) if row else None, right, local_date(at))
        if card is None:
            continue
        if row is None:
            db.add(PracticeCard(user_id=person.id, item_id=item_id, **asdict(card)))
        else:
            for name, value in asdict(card).items():
                setattr(row, name, value)
    db.flush()


def _card(row: PracticeCard) -> Card:
    return Card(**{name: getattr(row, name) for name in _NUMBERS})


@dataclass(frozen=True)
class Schedule:
    """How many of one's own wrong items are due today and later, and the next day after today."""

    today: int
    later: int
    next_on: date | None


def schedule(db: Session, person: Person, *, now: datetime) -> Schedule:
    """What is scheduled, of the items that may be shown now."""
    today = local_date(now)
    days = [row.due_on for row in _scheduled(db, person, today)]
    later = [day for day in days if day > today]
    return Schedule(len(days) - len(later), len(later), min(later, default=None))


def due(db: Session, person: Person, *, now: datetime) -> list[Row[Any]]:
    """Revisions in force of the items due today, the longest due first."""
    today = local_date(now)
    return [row for row in _scheduled(db, person, today) if row.due_on <= today]


def _scheduled(db: Session, person: Person, today: date) -> Sequence[Row[Any]]:
    return db.execute(
        select(
            ItemRevision.id,
            Item.code,
            ItemRevision.kind,
            ItemRevision.content,
            PracticeCard.due_on,
        )
        .join(Item, Item.id == ItemRevision.item_id)
        .join(PracticeCard, PracticeCard.item_id == Item.id)
        .where(
            PracticeCard.user_id == person.id,
            PracticeCard.retired_on.is_(None),
            may_show(today),
        )
        .order_by(PracticeCard.due_on, PracticeCard.reviewed_on, Item.code)
    ).all()
