"""Save one choice: one insert, decided by the database, harmless to repeat."""

from __future__ import annotations

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

_PLACE = (
    select(Sitting.id, PaperItem.kind, PaperItem.option_order)
    .outerjoin(
        PaperItem,
        (PaperItem.paper_id == Sitting.paper_id) & (PaperItem.position == bindparam("position")),
    )
    .where(Sitting.public_id == bindparam("sitting"), Sitting.user_id == bindparam("user"))
)

_COLUMNS = ["sitting_id", "lease_no", "seq", "position", "choice", "received_at"]

_TAKEN_WHILE_OPEN = (
    select(
        Sitting.id,
        Sitting.lease_no,
        bindparam("seq", type_=Response.seq.type),
        bindparam("position", type_=Response.position.type),
        bindparam("choice", type_=Response.choice.type),
        bindparam("now", type_=Moment()),
    )
    .where(
        Sitting.id == bindparam("id"),
        Sitting.closed_at.is_(None),
        Sitting.deadline > bindparam("now", type_=Moment()),
        Sitting.lease_no == bindparam("lease"),
    )
    # On PostgreSQL the row lock makes handing in wait for this save, or this save see it closed.
    .with_for_update(read=True)
)


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
    place = db.execute(
        _PLACE, {"position": position, "sitting": sitting_id, "user": person.id}
    ).first()
    if place is None:
        raise NotFound()
    if place.kind is None:
        raise NotOnPaper()
    require_choice(choice, Kind(place.kind), place.option_order.split(","))
    spelled = spell(choice)
    statement = (
        insert_unless_there(db, Response)
        .from_select(_COLUMNS, _TAKEN_WHILE_OPEN)
        .returning(Response.id)
    )
    values = {
        "id": place.id,
        "lease": lease_no,
        "seq": seq,
        "position": position,
        "choice": spelled,
        "now": now,
    }
    if db.execute(statement, values).first() is None:
        _explain(db, place, lease_no, seq, position, spelled, now)


def _explain(
    db: Session, place: Any, lease_no: int, seq: int, position: int, choice: str, now: datetime
) -> None:
    """Nothing was inserted: it was there already (return), or it is refused (raise)."""
    there = db.execute(
        select(Response.position, Response.choice).where(
            Response.sitting_id == place.id, Response.lease_no == lease_no, Response.seq == seq
        )
    ).first()
    if there is not None:
        if tuple(there) != (position, choice):
            raise OutOfOrder()
        return
    sitting = db.execute(
        select(Sitting.closed_at, Sitting.deadline, Sitting.lease_no).where(Sitting.id == place.id)
    ).one()
    if sitting.closed_at is not None or now >= sitting.deadline:
        raise SittingClosed()
    raise TakenOver()
