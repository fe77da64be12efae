"""What a candidate may see of a paper: before release the questions, after it everything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from examapp.core.citations import Citation, parse
from examapp.core.exams import NotReleased
from examapp.core.items import Kind
from examapp.core.refusals import NotFound
from examapp.services.exams.candidates import newest_scores
from examapp.services.people.persons import Person
from examapp.services.sittings import late
from examapp.services.sittings.closing import chosen_in
from examapp.store.bank import ItemRevision
from examapp.store.exams import Exam, PaperItem
from examapp.store.sittings import Response, Score, Sitting

# Statements made once; tables instead of classes where no entity is wanted.
_item, _revision, _response = (t.__table__.c for t in (PaperItem, ItemRevision, Response))

_MINE = select(Sitting).where(
    Sitting.public_id == bindparam("sitting"), Sitting.user_id == bindparam("user")
)
_EXAM = select(Exam).where(Exam.id == bindparam("exam"))
_PLACES = (
    select(
        _item.position,
        _item.points,
        _item.option_order,
        _revision.id,
        _revision.kind,
        _revision.content,
    )
    .join_from(PaperItem.__table__, ItemRevision.__table__, _revision.id == _item.revision_id)
    .where(_item.paper_id == bindparam("paper"))
    .order_by(_item.position)
)
_POSITIONS = (
    select(_item.position).where(_item.paper_id == bindparam("paper")).order_by(_item.position)
)
_COUNT = select(func.count()).where(_item.paper_id == bindparam("paper"))
_LAST_SEQ = select(func.max(_response.seq)).where(
    _response.sitting_id == bindparam("sitting"), _response.lease_no == bindparam("lease")
)


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
    revision_id: int = 0


def mine(db: Session, person: Person, public_id: str) -> Sitting:
    """One of the person's own sittings; else NotFound. Nothing else leads to a sitting."""
    sitting = db.scalar(_MINE, {"sitting": public_id, "user": person.id})
    if sitting is None:
        raise NotFound()
    return sitting


def exam_of(db: Session, sitting: Sitting) -> Exam:
    """The exam that the sitting belongs to."""
    return db.scalars(_EXAM, {"exam": sitting.exam_id}).one()


def shown(db: Session, sitting: Sitting) -> list[ShownItem]:
    """The paper with the newest confirmed choices."""
    chosen = chosen_in(db, sitting.id)
    return [_shown(row, chosen) for row in _places(db, sitting)]


def answered(db: Session, sitting: Sitting) -> dict[int, bool]:
    """Every place of the paper, and whether something is chosen there; no text is read."""
    chosen = chosen_in(db, sitting.id)
    places = db.scalars(_POSITIONS, {"paper": sitting.paper_id})
    return {position: position in chosen for position in places}


def size(db: Session, sitting: Sitting) -> int:
    """How many places the paper has."""
    return db.scalar(_COUNT, {"paper": sitting.paper_id}) or 0


def next_seq(db: Session, sitting: Sitting) -> int:
    """The first free sequence number of the lease in force."""
    last = db.scalar(_LAST_SEQ, {"sitting": sitting.id, "lease": sitting.lease_no})
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
    chosen = late.chosen_as_decided(db, sitting.id)
    items = [
        ReviewedItem(
            shown=_shown(row, chosen),
            key=frozenset(row.content["key"]),
            earned=Fraction(score.earned.get(str(row.position), "0")),
            rationale=row.content["rationale"],
            cites=tuple(parse(cite) for cite in row.content["cites"]),
            revision_id=row.id,
        )
        for row in _places(db, sitting)
    ]
    return sitting, exam, score, items


def _places(db: Session, sitting: Sitting) -> Sequence[Any]:
    return db.execute(_PLACES, {"paper": sitting.paper_id}).all()


def _shown(row: Any, chosen: dict[int, frozenset[str]]) -> ShownItem:
    texts = dict(row.content["options"])
    return ShownItem(
        position=row.position,
        kind=Kind(row.kind),
        points=row.points,
        stem=row.content["stem"],
        options=tuple((option_id, texts[option_id]) for option_id in row.option_order.split(",")),
        chosen=chosen.get(row.position, frozenset()),
    )
