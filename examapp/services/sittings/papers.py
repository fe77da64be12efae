"""What a candidate may see of a paper: before release the questions, after it everything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from examapp.core.citations import Citation, parse
from examapp.core.exams import NotReleased
from examapp.core.items import Kind
from examapp.core.refusals import NotFound
from examapp.services.exams.candidates import newest_scores
from examapp.services.people.persons import Person
from examapp.services.sittings.closing import responses_of
from examapp.store.bank import ItemRevision
from examapp.store.exams import Exam, PaperItem
from examapp.store.sittings import Response, Score, Sitting


@dataclass(frozen=True)
class ShownItem:
    """A place of a paper as the candidate sees it while sitting: no key, no rationale, no id."""

    position: int
    kind: Kind
    points: Fraction
    stem: dict[str, str]
    options: tuple[tuple[str, dict[str, str]], ...]
    chosen: frozenset[str]


@dataclass(frozen=True)
class ReviewedItem:
    """The same place after release, with all that explains the score."""

    shown: ShownItem
    key: frozenset[str]
    earned: Fraction
    rationale: dict[str, str]
    cites: tuple[Citation, ...]


def mine(db: Session, person: Person, public_id: str) -> Sitting:
    """One of the person's own sittings; else NotFound. Nothing else leads to a sitting."""
    sitting = db.scalar(
        select(Sitting).where(Sitting.public_id == public_id, Sitting.user_id == person.id)
    )
    if sitting is None:
        raise NotFound()
    return sitting


def exam_of(db: Session, sitting: Sitting) -> Exam:
    """The exam that the sitting belongs to."""
    return db.get_one(Exam, sitting.exam_id)


def shown(db: Session, sitting: Sitting) -> list[ShownItem]:
    """The paper with the newest confirmed choices."""
    chosen, _ = responses_of(db, sitting.id)
    return [_shown(row, chosen) for row in _places(db, sitting)]


def next_seq(db: Session, sitting: Sitting) -> int:
    """The first free sequence number of the lease in force."""
    last = db.scalar(
        select(Response.seq)
        .where(Response.sitting_id == sitting.id, Response.lease_no == sitting.lease_no)
        .order_by(Response.seq.desc())
        .limit(1)
    )
    return (last or 0) + 1


def reviewed(
    db: Session, person: Person, public_id: str, *, now: datetime
) -> tuple[Sitting, Exam, Score, list[ReviewedItem]]:
    """One's own score and its explanation; NotReleased before the exam releases it."""
    sitting = mine(db, person, public_id)
    exam = exam_of(db, sitting)
    score = newest_scores(db, [sitting.id]).get(sitting.id)
    if not exam.released_at or exam.released_at > now or score is None:
        raise NotReleased()
    chosen, _ = responses_of(db, sitting.id)
    items = [
        ReviewedItem(
            shown=_shown(row, chosen),
            key=frozenset(row.content["key"]),
            earned=Fraction(score.earned.get(str(row.position), "0")),
            rationale=row.content["rationale"],
            cites=tuple(parse(cite) for cite in row.content["cites"]),
        )
        for row in _places(db, sitting)
    ]
    return sitting, exam, score, items


def _places(db: Session, sitting: Sitting) -> Sequence[Row[Any]]:
    return db.execute(
        select(
            PaperItem.position,
            PaperItem.points,
            PaperItem.option_order,
            ItemRevision.kind,
            ItemRevision.content,
        )
        .join(ItemRevision, ItemRevision.id == PaperItem.revision_id)
        .where(PaperItem.paper_id == sitting.paper_id)
        .order_by(PaperItem.position)
    ).all()


def _shown(row: Row[Any], chosen: dict[int, frozenset[str]]) -> ShownItem:
    texts = dict(row.content["options"])
    return ShownItem(
        position=row.position,
        kind=Kind(row.kind),
        points=row.points,
        stem=row.content["stem"],
        options=tuple((option_id, texts[option_id]) for option_id in row.option_order.split(",")),
        chosen=chosen.get(row.position, frozenset()),
    )
