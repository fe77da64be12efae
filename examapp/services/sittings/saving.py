"""Save one choice: one insert, decided by the database, harmless to repeat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from examapp.core.exam_time import in_time
from examapp.core.items import Kind
from examapp.core.refusals import Conflict, NotFound
from examapp.core.sittings import (
    NotOnPaper,
    OutOfOrder,
    SittingClosed,
    TakenOver,
    left_ms,
    made_before,
    require_choice,
    spell,
)
from examapp.services.people.persons import Person
from examapp.services.sittings import late
from examapp.store.base import Moment
from examapp.store.exams import PaperItem
from examapp.store.sittings import Response, Sitting
from examapp.store.upsert import insert_unless_there

# Tables, not classes, and statements made once: saves are most of what a server does in an exam.
_sitting, _item = Sitting.__table__.c, PaperItem.__table__.c
_response = Response.__table__.c


@dataclass(frozen=True)
class Saved:
    """What the device is told: how much time is left, and whether the choice came too late.

    A late choice is kept, but does not count by itself; `released` when it cannot count any more.
    """

    left_ms: int
    late: bool = False
    released: bool = False


_MINE = (_sitting.public_id == bindparam("sitting"), _sitting.user_id == bindparam("user"))

_PLACES = (
    select(_item.position, _item.kind, _item.option_order)
    .join_from(Sitting.__table__, PaperItem.__table__, _item.paper_id == _sitting.paper_id)
    .where(*_MINE)
)

_COLUMNS = ["sitting_id", "lease_no", "seq", "position", "choice", "received_at"]
TRIALS = 3  # a pause or more time may come between the insert and the look why it did nothing


def still_counts() -> ColumnElement[bool]:
    """The condition on a sitting under which what arrives `now`, made at `left_ms`, counts."""
    now = bindparam("now", type_=Moment())
    return and_(
        _sitting.closed_at.is_(None),
        or_(
            _sitting.paused_at.is_not(None),
            _sitting.deadline > now,
            and_(_sitting.accepts_until > now, bindparam("left_ms", type_=Integer()) > 0),
        ),
    )


_TAKEN_WHILE_OPEN = (
    select(
        _sitting.id,
        _sitting.lease_no,
        bindparam("seq", type_=_response.seq.type),
        bindparam("position", type_=_response.position.type),
        bindparam("choice", type_=_response.choice.type),
        bindparam("now", type_=Moment()),
    )
    .where(*_MINE, still_counts(), _sitting.lease_no == bindparam("lease"))
    # On PostgreSQL the row lock makes handing in wait for this save, or this save see it closed.
    .with_for_update(read=True)
)

_THERE = (
    select(_response.position, _response.choice)
    .join_from(Response.__table__, Sitting.__table__, _response.sitting_id == _sitting.id)
    .where(*_MINE, _response.lease_no == bindparam("lease"), _response.seq == bindparam("seq"))
)

_STATE = select(
    _sitting.id,
    _sitting.closed_at,
    _sitting.submitted_at,
    _sitting.deadline,
    _sitting.accepts_until,
    _sitting.paused_at,
    _sitting.lease_no,
).where(*_MINE)

_appends: dict[str, Any] = {}


def _append(db: Session) -> Any:
    """The one insert, made once for each kind of database; it tells the sitting's clock too."""
    dialect = db.get_bind().dialect.name
    if dialect not in _appends:
        insert = insert_unless_there(db, Response).from_select(_COLUMNS, _TAKEN_WHILE_OPEN)
        clock = [
            select(column).where(_sitting.public_id == bindparam("sitting")).scalar_subquery()
            for column in (_sitting.deadline, _sitting.paused_at)
        ]
        _appends[dialect] = insert.returning(*clock)
    return _appends[dialect]


Places = Mapping[int, tuple[Kind, tuple[str, ...]]]
_papers: dict[tuple[int, str], Places] = {}
_MOST_PAPERS = 2048


def _places(db: Session, mine: dict[str, Any]) -> Places:
    """The kind and the option ids at every place of the person's paper; NotFound if not theirs.

    Remembered, because an issued paper never changes, nor whose it is. Only the shape of a
    choice rests on it: that the sitting is theirs and open stands in the INSERT each time.
    """
    key = (mine["user"], mine["sitting"])
    places = _papers.get(key)
    if places is None:
        rows = db.execute(_PLACES, mine).all()
        if not rows:
            raise NotFound()
        places = {r.position: (Kind(r.kind), tuple(r.option_order.split(","))) for r in rows}
        if len(_papers) >= _MOST_PAPERS:
            _papers.clear()
        _papers[key] = places
    return places


def save(
    db: Session,
    person: Person,
    sitting_id: str,
    *,
    lease_no: int,
    seq: int,
    position: int,
    choice: frozenset[str],
    now: datetime,
    left: int | None = None,
) -> Saved:
    """Append a response; once this returns and the transaction commits, it is never lost.

    `left` is what the device says was left when the choice was made, in milliseconds. State,
    deadline, grace and lease stand in the INSERT itself. A repeat of the same save is confirmed
    again, even after the end. What comes too late, though made in time, is kept as late.
    Raises NotFound, NotOnPaper, SittingClosed, TakenOver or OutOfOrder.
    """
    mine = {"sitting": sitting_id, "user": person.id}
    places = _places(db, mine)
    place = places.get(position)
    if place is None:
        raise NotOnPaper()
    require_choice(choice, *place)
    sent = {"seq": seq, "position": position, "choice": spell(choice)}
    values = {**mine, **sent, "lease": lease_no, "now": now, "left_ms": left}
    for _ in range(TRIALS):
        made = db.execute(_append(db), values).first()
        if made is not None:
            deadline, paused_at = made
            return Saved(left_ms(deadline, paused_at, now))
        said = _explain(db, values, len(places))
        if said is not None:
            return said
    raise Conflict()


def _explain(db: Session, sent: dict[str, Any], places: int) -> Saved | None:
    """Nothing was inserted: it was there already, it is kept as late, or it is refused (raise).

    None where the sitting has come to accept it since: a pause, or more time.
    """
    sitting = db.execute(_STATE, sent).first()
    if sitting is None:
        raise NotFound()
    clock = left_ms(sitting.deadline, sitting.paused_at, sent["now"])
    there = db.execute(_THERE, sent).first()
    if there is not None:
        if tuple(there) != (sent["position"], sent["choice"]):
            raise OutOfOrder()
        return Saved(clock)
    if sent["lease"] != sitting.lease_no:
        raise TakenOver()
    if _counts(sitting, sent):
        return None
    ended = (sitting.deadline, sitting.submitted_at, sitting.paused_at)
    if not made_before(sent["left_ms"], *ended):
        raise SittingClosed()
    return Saved(clock, late=True, released=late.keep(db, sitting.id, sent, places))


def _counts(sitting: Any, sent: dict[str, Any]) -> bool:
    if sitting.closed_at is not None:
        return False
    return sitting.paused_at is not None or in_time(
        sent["now"], sitting.deadline, sitting.accepts_until, sent["left_ms"]
    )
