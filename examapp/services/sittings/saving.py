"""Save one choice: one insert, decided by the database, harmless to repeat."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from examapp.core.items import Kind
from examapp.core.refusals import NotFound
from examapp.core.sittings import (
    NotOnPaper,
    OutOfOrder,
    SittingClosed,
    TakenOver,
    require_choice,
    spell,
)
from examapp.services.people.persons import Person
from examapp.store.base import Moment
from examapp.store.exams import PaperItem
from examapp.store.sittings import Response, Sitting
from examapp.store.upsert import insert_unless_there

# Tables, not classes, and statements made once: saves are most of what a server does in an exam.
_sitting, _item = Sitting.__table__.c, PaperItem.__table__.c
_response = Response.__table__.c

_MINE = (_sitting.public_id == bindparam("sitting"), _sitting.user_id == bindparam("user"))

_PLACES = (
    select(_item.position, _item.kind, _item.option_order)
    .join_from(Sitting.__table__, PaperItem.__table__, _item.paper_id == _sitting.paper_id)
    .where(*_MINE)
)

_COLUMNS = ["sitting_id", "lease_no", "seq", "position", "choice", "received_at"]

_TAKEN_WHILE_OPEN = (
    select(
        _sitting.id,
        _sitting.lease_no,
        bindparam("seq", type_=_response.seq.type),
        bindparam("position", type_=_response.position.type),
        bindparam("choice", type_=_response.choice.type),
        bindparam("now", type_=Moment()),
    )
    .where(
        *_MINE,
        _sitting.closed_at.is_(None),
        _sitting.deadline > bindparam("now", type_=Moment()),
        _sitting.lease_no == bindparam("lease"),
    )
    # On PostgreSQL the row lock makes handing in wait for this save, or this save see it closed.
    .with_for_update(read=True)
)

_THERE = (
    select(_response.position, _response.choice)
    .join_from(Response.__table__, Sitting.__table__, _response.sitting_id == _sitting.id)
    .where(*_MINE, _response.lease_no == bindparam("lease"), _response.seq == bindparam("seq"))
)

_STATE = select(_sitting.closed_at, _sitting.deadline).where(*_MINE)


_appends: dict[str, Any] = {}


def _append(db: Session) -> Any:
    """The one insert, made once for each kind of database."""
    dialect = db.get_bind().dialect.name
    if dialect not in _appends:
        insert = insert_unless_there(db, Response).from_select(_COLUMNS, _TAKEN_WHILE_OPEN)
        _appends[dialect] = insert.returning(_response.id)
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
) -> None:
    """Append a response; once this returns and the transaction commits, it is never lost.

    State, deadline and lease stand in the INSERT itself. A repeat of the same save is
    confirmed again, even after the end. Raises NotFound, NotOnPaper, SittingClosed,
    TakenOver or OutOfOrder.
    """
    mine = {"sitting": sitting_id, "user": person.id}
    place = _places(db, mine).get(position)
    if place is None:
        raise NotOnPaper()
    require_choice(choice, *place)
    sent = {"seq": seq, "position": position, "choice": spell(choice)}
    values = {**mine, **sent, "lease": lease_no, "now": now}
    if db.execute(_append(db), values).first() is None:
        _explain(db, values)


def _explain(db: Session, sent: dict[str, Any]) -> None:
    """Nothing was inserted: it was there already (return), or it is refused (raise)."""
    there = db.execute(_THERE, sent).first()
    if there is not None:
        if tuple(there) != (sent["position"], sent["choice"]):
            raise OutOfOrder()
        return
    sitting = db.execute(_STATE, sent).first()
    if sitting is None:
        raise NotFound()
    if sitting.closed_at is not None or sent["now"] >= sitting.deadline:
        raise SittingClosed()
    raise TakenOver()
