"""How often items were right in exams: counted once, when an exam's results are released."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from examapp.core.ease import Ease, EasePrior, estimate
from examapp.core.items import Difficulty
from examapp.store.bank import ItemRevision
from examapp.store.exams import Exam, ItemTally, PaperItem
from examapp.store.sittings import Score, Sitting


@dataclass(frozen=True)
class Tally:
    """On how many scored papers a revision stood, and on how many it earned its points."""

    seen: int
    right: int


def tally(db: Session, exam: Exam) -> None:
    """Keep what a released exam says of its items; nothing where it was kept already."""
    if db.scalar(select(ItemTally.exam_id).where(ItemTally.exam_id == exam.id).limit(1)):
        return
    counted = count(db, exam.id)
    if counted:
        rows = [
            {"exam_id": exam.id, "revision_id": revision, "seen": of.seen, "right": of.right}
            for revision, of in sorted(counted.items())
        ]
        db.execute(insert(ItemTally), rows)


def count(db: Session, exam_id: int) -> dict[int, Tally]:
    """The tallies of an exam from its scores in force, by revision.

    First tries only: who sits again has seen some of the items before.
    """
    seen: Counter[int] = Counter()
    right: Counter[int] = Counter()
    earned: dict[int, dict[str, Any]] = dict(
        db.execute(
            select(Sitting.paper_id, Score.earned)
            .join(Score, Score.sitting_id == Sitting.id)
            .where(Sitting.exam_id == exam_id, Sitting.try_no == 1)
            .order_by(Score.number)
        ).all()
    )
    item = PaperItem.__table__.c
    places = db.execute(
        select(item.paper_id, item.position, item.revision_id)
        .join_from(PaperItem.__table__, Sitting.__table__, Sitting.paper_id == item.paper_id)
        .where(Sitting.exam_id == exam_id, Sitting.try_no == 1)
        .execution_options(yield_per=5000)
    )
    for paper_id, position, revision_id in places:
        if paper_id in earned:
            seen[revision_id] += 1
            right[revision_id] += Fraction(earned[paper_id].get(str(position), "0")) > 0
    return {revision: Tally(times, right[revision]) for revision, times in seen.items()}


def tallies(db: Session) -> dict[int, Tally]:
    """What all released exams together say, by revision."""
    rows = db.execute(
        select(ItemTally.revision_id, func.sum(ItemTally.seen), func.sum(ItemTally.right)).group_by(
            ItemTally.revision_id
        )
    )
    return {revision: Tally(int(seen), int(right)) for revision, seen, right in rows}


def ease_of(db: Session, revision: ItemRevision, prior: EasePrior) -> Ease:
    """The expected share of right answers of a revision today, and what it rests on."""
    seen, right = db.execute(
        select(
            func.coalesce(func.sum(ItemTally.seen), 0), func.coalesce(func.sum(ItemTally.right), 0)
        ).where(ItemTally.revision_id == revision.id)
    ).one()
    return estimate(Difficulty(revision.difficulty), int(seen), int(right), prior)
