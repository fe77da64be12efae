"""Mock exams: a paper for an exam's spec, from items that practice may show, with its minutes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from examapp.clock import local_date
from examapp.core.items import Difficulty, Kind
from examapp.core.papers import PoolItem, PoolTooSmall
from examapp.core.plain_draw import draw
from examapp.core.practice import MockNotPossible, shorter
from examapp.core.refusals import NotFound
from examapp.core.spec import ExamSpec, Shortage, from_data, shortages
from examapp.services.exams.candidates import all_mine
from examapp.services.exams.setting import spec_of
from examapp.services.people.persons import Person
from examapp.services.practice import allowed
from examapp.services.practice.runs import MOCK, a_stream, keep, left_open
from examapp.store.exams import Exam
from examapp.store.practice import PracticeRun


@dataclass(frozen=True)
class Offer:
    """What a mock of an exam can be now: whole, shorter (with what is missing), or nothing."""

    exam: Exam
    whole: ExamSpec
    shortages: Sequence[Shortage]
    shorter: ExamSpec | None

    @property
    def spec(self) -> ExamSpec | None:
        """What would be drawn."""
        return self.shorter if self.shortages else self.whole


def exams(db: Session, person: Person) -> list[Exam]:
    """Exams whose spec one may practise: one's own, and all released ones; newest first."""
    own = [exam for exam in all_mine(db, person) if not exam.cancelled_at]
    released = select(Exam).where(Exam.released_at.is_not(None), Exam.cancelled_at.is_(None))
    found = {exam.id: exam for exam in (*own, *db.scalars(released))}
    return sorted(found.values(), key=lambda exam: (exam.opens_at, exam.id), reverse=True)


def exam(db: Session, person: Person, public_id: str) -> Exam:
    """One of these exams; else NotFound."""
    for one in exams(db, person):
        if one.public_id == public_id:
            return one
    raise NotFound()


def offer(db: Session, one: Exam, *, today: date) -> Offer:
    """What can be drawn for the exam's spec now, and exactly what is missing."""
    return _offer(one, _pool(db, spec_of(one), today)[0])


def _offer(one: Exam, pool: Sequence[PoolItem]) -> Offer:
    spec = spec_of(one)
    cells = [item.cell for item in pool]
    missing = shortages(spec, cells)
    return Offer(one, spec, missing, shorter(spec, cells) if missing else None)


def begun(db: Session, person: Person, one: Exam, *, now: datetime) -> PracticeRun | None:
    """The mock of this exam left open, while its time runs and all of it may be shown."""
    waiting = left_open(db, person, now=now, kind=MOCK, exam_id=one.id)
    return waiting if waiting and now < ends_at(waiting) else None


def draw_mock(db: Session, person: Person, one: Exam, *, now: datetime) -> PracticeRun:
    """A mock with a seed of its own, the whole paper or the longest shorter one.

    The mock left open is gone on with while its time runs. Raises MockNotPossible.
    """
    waiting = begun(db, person, one, now=now)
    if waiting:
        return waiting
    pool, ids = _pool(db, spec_of(one), local_date(now))
    spec = _offer(one, pool).spec
    if spec is None:
        raise MockNotPossible()
    try:
        paper = draw(spec, pool, a_stream())
    except PoolTooSmall as enemies:
        raise MockNotPossible() from enemies
    places = [[ids[p.digest], list(p.option_order), str(p.points)] for p in paper]
    return keep(db, person, places, now=now, kind=MOCK, exam_id=one.id, spec=spec.as_data())


def _pool(db: Session, spec: ExamSpec, today: date) -> tuple[list[PoolItem], dict[str, int]]:
    """Items that may be shown and that a line accepts; of those that say the same, one."""
    ids: dict[str, int] = {}
    pool = []
    for row in allowed.items(db, today=today):
        item = _drawable(row)
        if row.digest not in ids and any(line.accepts(item.cell) for line in spec.lines):
            ids[row.digest] = row.id
            pool.append(item)
    return pool, ids


def _drawable(row: Row[Any]) -> PoolItem:
    return PoolItem(
        code=row.code,
        digest=row.digest,
        topic=row.topic,
        kind=Kind(row.kind),
        difficulty=Difficulty(row.difficulty),
        option_ids=tuple(option_id for option_id, _ in row.content["options"]),
        enemies=frozenset(row.content["enemies"]),
    )


def exam_of(db: Session, run: PracticeRun) -> Exam:
    """The exam whose spec a mock was drawn for."""
    return db.scalars(select(Exam).where(Exam.id == run.exam_id)).one()


def drawn_for(run: PracticeRun) -> ExamSpec:
    """What a mock was drawn for: minutes, points and cut score of this paper."""
    return from_data(run.spec or {})


def ends_at(run: PracticeRun) -> datetime:
    """When a mock's minutes are over; it may still be handed in then."""
    return run.drawn_at + timedelta(minutes=drawn_for(run).minutes)
