"""What a check shows: its questions, and after the hand-in the keys, rationales and credit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from examapp.clock import local_date
from examapp.core.items import ItemContent, Kind, from_data
from examapp.services.study.eligible import kept_back
from examapp.store.bank import ItemRevision
from examapp.store.study import Check, Section, StudyCredit


@dataclass(frozen=True)
class Question:
    """One place of a check as it is asked: nothing of its key or rationale."""

    place: int
    kind: Kind
    stem: dict[str, str]
    options: tuple[tuple[str, dict[str, str]], ...]


@dataclass(frozen=True)
class Marked:
    """One place of a check that was handed in.

    `content` is None while the item stands in the pool of an exam that is not released:
    a check drawn before such an exam must not give its keys away afterwards.
    """

    question: Question
    chosen: frozenset[str]
    content: ItemContent | None
    revision_id: int = 0

    @property
    def right(self) -> bool:
        return self.content is not None and self.chosen == self.content.key


def section_of(db: Session, check: Check) -> Section:
    """The section that a check belongs to, with its guide, withdrawn or not."""
    return db.scalars(
        select(Section).where(Section.id == check.section_id).options(joinedload(Section.guide))
    ).one()


def revisions_of(db: Session, check: Check) -> list[ItemRevision]:
    """The revisions asked, place by place."""
    ids = [revision_id for revision_id, _ in check.items]
    found = {r.id: r for r in db.scalars(select(ItemRevision).where(ItemRevision.id.in_(ids)))}
    return [found[number] for number in ids]


def _question(place: int, content: ItemContent, order: Sequence[str]) -> Question:
    texts = dict(content.options)
    shown = tuple((option_id, texts[option_id]) for option_id in order)
    return Question(place, content.kind, content.stem, shown)


def questions(db: Session, check: Check) -> list[Question]:
    """What is asked, place by place."""
    return [
        _question(place, from_data(revision.content), order)
        for place, ((_, order), revision) in enumerate(
            zip(check.items, revisions_of(db, check), strict=True), 1
        )
    ]


def marked(db: Session, check: Check) -> list[Marked]:
    """A handed-in check place by place, with key and rationale where they may be shown.

    Options stand in the author's order, because rationales call them by its letters.
    """
    hidden = set(db.scalars(kept_back()))
    choices = check.choices or {}
    found = []
    for place, revision in enumerate(revisions_of(db, check), 1):
        content = from_data(revision.content)
        question = _question(place, content, content.option_ids)
        free = check.handed_in_at is not None and revision.item_id not in hidden
        chosen = frozenset(choices.get(str(place), ()))
        found.append(Marked(question, chosen, content if free else None, revision.id))
    return found


def credit_for(db: Session, check: Check) -> StudyCredit | None:
    """The credit of the check's section in the year of its hand-in, from whichever check."""
    if check.handed_in_at is None:
        return None
    return db.scalar(
        select(StudyCredit).where(
            StudyCredit.user_id == check.user_id,
            StudyCredit.section_id == check.section_id,
            StudyCredit.year == local_date(check.handed_in_at).year,
        )
    )
