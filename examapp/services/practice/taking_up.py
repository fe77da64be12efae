"""Take up what was answered elsewhere: in checks handed in and in sittings whose results are out.

What was taken up is noted source by source, and not up to a moment: a transaction that is
late to commit would fall before such a moment and be lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from examapp.services.exams.candidates import newest_scores
from examapp.services.people.persons import Person
from examapp.services.practice.cards import enter, hold
from examapp.services.sittings.closing import chosen_in
from examapp.store.bank import ItemRevision
from examapp.store.exams import Exam, PaperItem
from examapp.store.practice import PracticeTakeUp
from examapp.store.sittings import Score, Sitting
from examapp.store.study import Check
from examapp.store.upsert import insert_unless_there

Answers = list[tuple[int, bool]]


def take_up(db: Session, person: Person, *, now: datetime) -> None:
    """Enter into the person's cards what is new, each check and sitting once, in order of time.

    A sitting counts as answered when its results were released: then one learns of it.
    """
    hold(db, person)
    checks, sittings = _new_checks(db, person), _new_sittings(db, person)
    items = _keyed(db, {revision for check in checks for revision, _ in check.items})
    found: list[tuple[datetime, dict[str, int], Answers]] = []
    for check in checks:
        if check.handed_in_at:
            found.append((check.handed_in_at, {"check_id": check.id}, _of_check(check, items)))
    scores = newest_scores(db, [sitting.id for sitting, _ in sittings]) if sittings else {}
    for sitting, released_at in sittings:
        if sitting.id in scores:
            answers = list(_of_sitting(db, sitting, scores[sitting.id]))
            found.append((released_at, {"sitting_id": sitting.id}, answers))
    for at, source, answers in sorted(found, key=lambda one: one[0]):
        if _first(db, source, now=now):
            enter(db, person, answers, at=at)


def _first(db: Session, source: dict[str, int], *, now: datetime) -> bool:
    """Note that a source is taken up; False when that was done already."""
    note = insert_unless_there(db, PracticeTakeUp).values(**source, taken_at=now)
    return db.execute(note.returning(PracticeTakeUp.id)).scalar() is not None


def _new_checks(db: Session, person: Person) -> list[Check]:
    taken = exists().where(PracticeTakeUp.check_id == Check.id)
    mine = (Check.user_id == person.id, Check.handed_in_at.is_not(None))
    return list(db.scalars(select(Check).where(*mine, ~taken)))


def _new_sittings(db: Session, person: Person) -> list[tuple[Sitting, datetime]]:
    taken = exists().where(PracticeTakeUp.sitting_id == Sitting.id)
    rows = db.execute(
        select(Sitting, Exam.released_at)
        .join(Exam, Exam.id == Sitting.exam_id)
        .where(
            Sitting.user_id == person.id,
            Sitting.closed_at.is_not(None),
            Exam.released_at.is_not(None),
            Exam.cancelled_at.is_(None),
            ~taken,
        )
    )
    return [(sitting, released_at) for sitting, released_at in rows if released_at]


def _keyed(db: Session, revisions: set[int]) -> dict[int, tuple[int, frozenset[str]]]:
    rows = db.execute(
        select(ItemRevision.id, ItemRevision.item_id, ItemRevision.content).where(
            ItemRevision.id.in_(revisions)
        )
    )
    return {row.id: (row.item_id, frozenset(row.content["key"])) for row in rows}


def _of_check(check: Check, items: dict[int, tuple[int, frozenset[str]]]) -> Answers:
    choices: dict[str, Any] = check.choices or {}
    found = []
    for place, (revision, _) in enumerate(check.items, 1):
        item_id, key = items[revision]
        found.append((item_id, frozenset(choices.get(str(place), ())) == key))
    return found


def _of_sitting(db: Session, sitting: Sitting, score: Score) -> Iterator[tuple[int, bool]]:
    """Places with a choice: what was left open says nothing of what one knows."""
    chosen = chosen_in(db, sitting.id)
    places = db.execute(
        select(PaperItem.position, PaperItem.points, ItemRevision.item_id)
        .join(ItemRevision, ItemRevision.id == PaperItem.revision_id)
        .where(PaperItem.paper_id == sitting.paper_id)
    )
    for position, points, item_id in places:
        if position in chosen:
            yield item_id, Fraction(score.earned.get(str(position), "0")) == points
