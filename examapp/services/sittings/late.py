"""Choices that came too late to count by themselves: kept beside the sitting, never in silence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from examapp.core.sittings import MOST_LATE, OutOfOrder, SittingClosed, current, read
from examapp.core.sittings import Response as Chosen
from examapp.store.base import Moment
from examapp.store.exams import Exam
from examapp.store.sittings import LateDecision, LateResponse, Response, Sitting
from examapp.store.upsert import insert_unless_there

_sitting, _late = Sitting.__table__.c, LateResponse.__table__.c
_COLUMNS = ["sitting_id", "lease_no", "seq", "position", "choice", "left_ms", "received_at"]

_kept = select(func.count()).where(_late.sitting_id == bindparam("id")).scalar_subquery()
# No lock: the sitting is over, and a few more than the bound, sent at once, do no harm.
_KEPT = select(
    _sitting.id,
    _sitting.lease_no,
    bindparam("seq", type_=_late.seq.type),
    bindparam("position", type_=_late.position.type),
    bindparam("choice", type_=_late.choice.type),
    bindparam("left_ms", type_=_late.left_ms.type),
    bindparam("now", type_=Moment()),
).where(
    _sitting.id == bindparam("id"),
    _sitting.lease_no == bindparam("lease"),
    _kept < bindparam("most"),
)
_THERE = select(_late.position, _late.choice).where(
    _late.sitting_id == bindparam("id"),
    _late.lease_no == bindparam("lease"),
    _late.seq == bindparam("seq"),
)
_RELEASED = (
    select(Exam.released_at)
    .join(Sitting, Sitting.exam_id == Exam.id)
    .where(Sitting.id == bindparam("id"))
)


@dataclass(frozen=True)
class Late:
    """How many choices of a sitting came too late, and whether two officers let them count.

    `counts` is None while nobody has decided.
    """

    count: int
    counts: bool | None


def keep(db: Session, sitting_id: int, sent: Mapping[str, Any], places: int) -> bool:
    """Keep a choice that came too late; a repeat does no harm. Whether results are out already.

    Raises OutOfOrder where its number stands for another choice, SittingClosed where the
    sitting holds more late ones than anybody makes.
    """
    values = {**sent, "id": sitting_id, "most": MOST_LATE * places}
    insert = insert_unless_there(db, LateResponse).from_select(_COLUMNS, _KEPT)
    if db.execute(insert.returning(_late.id), values).first() is None:
        there = db.execute(_THERE, values).first()
        if there is None:
            raise SittingClosed()
        if tuple(there) != (sent["position"], sent["choice"]):
            raise OutOfOrder()
    return db.execute(_RELEASED, values).scalar() is not None


def of(db: Session, sitting_id: int) -> Late:
    """What was kept as late of a sitting, and what was decided about it."""
    count = db.scalar(select(func.count()).where(LateResponse.sitting_id == sitting_id)) or 0
    decision = _decided(db, sitting_id) if count else None
    return Late(count, decision.counts if decision else None)


def _decided(db: Session, sitting_id: int) -> LateDecision | None:
    """The newest decision that two officers made."""
    return db.scalar(
        select(LateDecision)
        .where(
            LateDecision.sitting_id == sitting_id,
            LateDecision.confirmed_at.is_not(None),
            LateDecision.withdrawn_at.is_(None),
        )
        .order_by(LateDecision.id.desc())
        .limit(1)
    )


def chosen_with(db: Session, sitting_id: int, upto: int) -> dict[int, frozenset[str]]:
    """The newest choice at every place when the late ones up to the row `upto` count too."""
    rows = [
        *db.execute(
            select(Response.position, Response.lease_no, Response.seq, Response.choice).where(
                Response.sitting_id == sitting_id
            )
        ),
        *db.execute(
            select(
                LateResponse.position, LateResponse.lease_no, LateResponse.seq, LateResponse.choice
            ).where(LateResponse.sitting_id == sitting_id, LateResponse.id <= upto)
        ),
    ]
    return current(Chosen(r.position, r.lease_no, r.seq, read(r.choice)) for r in rows)


def chosen_as_decided(db: Session, sitting_id: int) -> dict[int, frozenset[str]]:
    """The choices that count: with the late ones where two officers decided so."""
    decision = _decided(db, sitting_id)
    return chosen_with(db, sitting_id, decision.upto if decision and decision.counts else 0)
