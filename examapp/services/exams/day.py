"""An exam day: who has begun, who is connected, who is done - states only, for thousands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row as Record
from sqlalchemy import Select, and_, case, func, select
from sqlalchemy.orm import Session, aliased

from examapp.core.exam_day import SILENT_AFTER, DayState
from examapp.services.exams.day_reach import LOOKS, concerned, reach
from examapp.services.exams.day_slots import slots_of
from examapp.services.exams.entering import exempted
from examapp.services.people.persons import Person
from examapp.services.people.units import subtree, tree
from examapp.services.sittings.deciding import waiting
from examapp.store.exam_days import ExtraTime, Slot
from examapp.store.exams import Exam
from examapp.store.people import Unit, User
from examapp.store.sittings import Presence, Sitting

SIZE = 50
Text = dict[str, str]


@dataclass(frozen=True)
class Wanted:
    """What an officer looks for; empty means all. `late`: choices that wait for a decision."""

    state: str = ""
    unit: str = ""
    name: str = ""
    late: bool = False


@dataclass(frozen=True)
class Row:
    """One person on the page; `left` stands still in a pause, and is None where nothing runs."""

    public_id: str
    name: str
    unit: Text
    state: DayState
    begun_at: datetime | None
    ended_at: datetime | None
    left: timedelta | None
    heard_at: datetime | None
    changes: int
    extra: int
    slot: Slot | None
    late: bool


@dataclass(frozen=True)
class Day:
    """The page: everybody counted, and the people of one page."""

    counts: Counter[str]
    people: int
    late: int
    rows: Sequence[Row]
    total: int
    page: int
    pages: int
    units: Sequence[tuple[int, Unit]]
    has_slots: bool


def day(
    db: Session, officer: Person, exam: Exam, wanted: Wanted, *, page: int = 1, now: datetime
) -> Day:
    """How the exam stands for the officer's people: a handful of queries, however many they are."""
    units = tree(db, root=None if officer.has(*LOOKS) else officer.unit_id)
    places = {unit.id: (place, unit) for place, (_, unit) in enumerate(units)}
    everybody = db.execute(_everybody(officer, exam, now)).all()
    late = waiting(db, exam)
    fitting = sorted(
        _fitting(db, everybody, wanted, late),
        key=lambda who: (places[who.unit_id][0], who.name, who.id),
    )
    pages = max(1, -(-len(fitting) // SIZE))
    page = min(max(1, page), pages)
    shown = fitting[(page - 1) * SIZE : page * SIZE]
    has_slots, slots = slots_of(db, exam, {who.id: who.unit_id for who in shown})
    return Day(
        counts=Counter(who.state for who in everybody),
        people=len(everybody),
        late=sum(1 for who in everybody if who.id in late) if late else 0,
        rows=_rows(db, exam, shown, slots, late, now),
        total=len(fitting),
        page=page,
        pages=pages,
        units=units,
        has_slots=has_slots,
    )


def state_at(exam: Exam, now: datetime) -> Any:
    """The state of a person by their last try, as a condition over User, Sitting and Presence."""
    heard = func.coalesce(Presence.seen_at, Sitting.started_at)
    return case(
        (and_(Sitting.id.is_(None), exempted(exam.id, User.id)), str(DayState.EXEMPTED)),
        (Sitting.id.is_(None), str(DayState.NOT_BEGUN)),
        (Sitting.submitted_at.is_not(None), str(DayState.HANDED_IN)),
        (Sitting.closed_at.is_not(None), str(DayState.LAPSED)),
        (Sitting.paused_at.is_not(None), str(DayState.PAUSED)),
        (Sitting.deadline <= now, str(DayState.LAPSED)),
        (heard < now - SILENT_AFTER, str(DayState.SILENT)),
        else_=str(DayState.CONNECTED),
    )


def with_last_try(query: Select[Any], exam: Exam) -> Select[Any]:
    """Join everybody's last try in the exam, where they have begun any, and its presence."""
    other = aliased(Sitting)
    last = select(func.max(other.try_no)).where(other.exam_id == exam.id, other.user_id == User.id)
    mine = and_(
        Sitting.exam_id == exam.id,
        Sitting.user_id == User.id,
        Sitting.try_no == last.scalar_subquery(),
    )
    return query.outerjoin(Sitting, mine).outerjoin(Presence, Presence.sitting_id == Sitting.id)


def _everybody(officer: Person, exam: Exam, now: datetime) -> Select[Any]:
    columns = (
        User.id,
        User.public_id,
        User.name,
        User.username,
        User.unit_id,
        state_at(exam, now).label("state"),
        Sitting.id.label("sitting_id"),
    )
    query = select(*columns).select_from(User).where(concerned(exam), reach(officer))
    return with_last_try(query, exam)


def _fitting(
    db: Session, everybody: Sequence[Record[Any]], wanted: Wanted, late: Mapping[int, object]
) -> list[Record[Any]]:
    """Sifted here and not by the database, which has counted them all anyway."""
    here = None
    if wanted.unit:
        root = db.scalar(select(Unit.id).where(Unit.public_id == wanted.unit))
        here = set(db.scalars(subtree(root))) if root is not None else set()
    words = wanted.name.strip().casefold()
    return [
        who
        for who in everybody
        if wanted.state in ("", who.state)
        and (here is None or who.unit_id in here)
        and (not wanted.late or who.id in late)
        and (not words or words in who.name.casefold() or words in who.username)
    ]


def _rows(
    db: Session,
    exam: Exam,
    shown: Sequence[Record[Any]],
    slots: Mapping[int, Slot],
    late: Mapping[int, object],
    now: datetime,
) -> list[Row]:
    ids = [who.sitting_id for who in shown if who.sitting_id]
    sittings = {s.id: s for s in db.scalars(select(Sitting).where(Sitting.id.in_(ids)))}
    heard = dict(
        db.execute(
            select(Presence.sitting_id, Presence.seen_at).where(Presence.sitting_id.in_(ids))
        ).all()
    )
    names = {
        unit.id: {"zh": unit.name, "en": unit.name_en or unit.name}
        for unit in db.scalars(select(Unit).where(Unit.id.in_({who.unit_id for who in shown})))
    }
    extra = extra_times(db, exam, [who.id for who in shown])
    return [
        Row(
            public_id=who.public_id,
            name=who.name,
            unit=names[who.unit_id],
            extra=extra.get(who.id, 0),
            slot=slots.get(who.id),
            late=who.id in late,
            **clock_of(DayState(who.state), sittings.get(who.sitting_id), heard, now),
        )
        for who in shown
    ]


RUNS = {DayState.CONNECTED, DayState.SILENT, DayState.PAUSED}


def clock_of(
    state: DayState, sitting: Sitting | None, heard: Mapping[int, datetime], now: datetime
) -> dict[str, Any]:
    """What the clock says of a last try; the time left stands still in a pause."""
    if sitting is None:
        nothing = dict.fromkeys(("begun_at", "ended_at", "left", "heard_at"))
        return {"state": state, "changes": 0, **nothing}
    runs = state in RUNS
    ended = (
        None if runs else sitting.submitted_at or min(sitting.closed_at or now, sitting.deadline)
    )
    return {
        "state": state,
        "begun_at": sitting.started_at,
        "ended_at": ended,
        "left": sitting.deadline - (sitting.paused_at or now) if runs else None,
        "heard_at": heard.get(sitting.id, sitting.started_at) if runs else None,
        "changes": sitting.lease_no - 1,
    }


def extra_times(db: Session, exam: Exam, user_ids: Sequence[int]) -> dict[int, int]:
    """The minutes of the newest grant of each of these people."""
    newest = (
        select(func.max(ExtraTime.id))
        .where(ExtraTime.exam_id == exam.id, ExtraTime.user_id.in_(user_ids))
        .group_by(ExtraTime.user_id)
    )
    rows = db.execute(select(ExtraTime.user_id, ExtraTime.minutes).where(ExtraTime.id.in_(newest)))
    return dict(rows.all())
