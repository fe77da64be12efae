"""Start an exam: take the paper, freeze it, begin the clock - once, however often it is asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, Text, bindparam, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session

from examapp.core.canonical import digest
from examapp.core.draw import Candidate
from examapp.core.exam_time import NotOpen, deadline
from examapp.core.ledger import Event
from examapp.core.papers import Paper as Drawn
from examapp.core.papers import PoolTooSmall, paper_digest
from examapp.core.refusals import NotFound
from examapp.core.sittings import SittingClosed
from examapp.services.exams import pools, preparing, roster
from examapp.services.exams.candidates import mine
from examapp.services.exams.entering import Admission, admission, concerns
from examapp.services.exams.lotteries import lottery_of
from examapp.services.exams.reduced import withdrawn
from examapp.services.exams.setting import spec_of
from examapp.services.exams.starting_rules import PoolReduced, refusal, running
from examapp.services.ledger import record
from examapp.services.people.persons import Person
from examapp.services.sittings.closing import close_lapsed
from examapp.store.base import Moment, new_public_id
from examapp.store.exam_days import Pause
from examapp.store.exams import Exam, Paper, PaperItem
from examapp.store.sittings import Sitting
from examapp.store.upsert import insert_unless_there


def start(db: Session, person: Person, exam_id: str, *, device: str, now: datetime) -> Sitting:
    """The person's running sitting of an exam, begun now on this device if there is none.

    Two starts at once make one sitting: the paper's unique key decides, and the loser
    gets the winner's. Raises NotFound, or what docs/exam-time.md names, in its order.
    """
    exam = mine(db, person, exam_id)
    roster.through_the_turnstile(db, exam, person.id)
    sittings = _sittings(db, person, exam, now)
    going_on = running(sittings, now)
    if going_on:
        return going_on
    admitted = admission(db, exam, person, now=now)
    refused = refusal(admitted, sittings, spec_of(exam), exam, now)
    if refused:
        raise refused
    return _begin(db, person, exam, len(sittings) + 1, admitted, device=device, now=now)


def _sittings(db: Session, person: Person, exam: Exam, now: datetime) -> Sequence[Sitting]:
    """All of the person's sittings; one whose time and grace are over is closed first."""
    sittings = db.scalars(
        select(Sitting)
        .where(Sitting.exam_id == exam.id, Sitting.user_id == person.id)
        .order_by(Sitting.try_no)
    ).all()
    for sitting in sittings:
        if sitting.closed_at is None and sitting.accepts_until <= now:
            close_lapsed(db, sitting, now=now)
    return sittings


def _begin(
    db: Session,
    person: Person,
    exam: Exam,
    try_no: int,
    admitted: Admission,
    *,
    device: str,
    now: datetime,
) -> Sitting:
    paper = _paper(db, person, exam, try_no)
    paper_id = db.execute(
        insert_unless_there(db, Paper)
        .values(
            exam_id=exam.id,
            user_id=person.id,
            try_no=try_no,
            digest=paper_digest(paper),
            drawn_at=now,
        )
        .returning(Paper.id)
    ).scalar()
    if paper_id is None:
        return _of_try(db, person, exam, try_no)
    pool = pools.frozen(db, exam.id, exam.public_id, exam.pool_digest or "")
    db.execute(insert(PaperItem), _places(paper_id, paper, pool))
    ends = _deadline(exam, admitted, now)
    sitting = _insert_sitting(db, person, exam, paper_id, try_no, device, now, ends)
    facts = {
        "exam": exam.public_id,
        "candidate": person.public_id,
        "try": try_no,
        "paper": paper_digest(paper),
        "started_at": sitting.started_at,
        "deadline": sitting.deadline,
        "spec": digest(exam.spec),
    }
    record(db, Event.PAPER_DRAWN, sitting.public_id, facts, actor=person.public_id, now=now)
    return sitting


def _paper(db: Session, person: Person, exam: Exam, try_no: int) -> Drawn:
    """The paper prepared for this try, or drawn now: the same one either way."""
    kept = preparing.prepared(db, exam, person.id, try_no)
    if kept:
        return kept
    number = roster.number_of(db, exam, person.id)
    try:
        return lottery_of(db, exam).draw(Candidate(number, person.public_id, try_no)).paper
    except PoolTooSmall as refusal:
        raise (PoolReduced() if withdrawn(db, exam.id) else refusal) from refusal


def _deadline(exam: Exam, admitted: Admission, now: datetime) -> datetime:
    if admitted.entry is None:
        raise NotOpen()
    closes_at = admitted.entry.window.closes_at
    return deadline(now, spec_of(exam).minutes, admitted.extra_minutes, closes_at)


def _places(paper_id: int, paper: Drawn, pool: pools.Pool) -> list[dict[str, Any]]:
    kinds = {item.digest: item.kind for item in pool.items}
    return [
        {
            "paper_id": paper_id,
            "position": place.position,
            "revision_id": pool.revision_ids[place.digest],
            "kind": str(kinds[place.digest]),
            "option_order": ",".join(place.option_order),
            "points": place.points,
        }
        for place in paper
    ]


# What may change this instant stands in the statement: cancelled, released, paused, tries.
_USED = select(func.count()).where(
    Sitting.exam_id == bindparam("exam"), Sitting.user_id == bindparam("user")
)
_PAUSED = exists().where(
    Pause.exam_id == bindparam("exam"), Pause.resumed_at.is_(None), concerns(bindparam("unit"))
)
_VALUES: dict[str, Any] = {
    "public_id": bindparam("public_id", type_=Text()),
    "paper_id": bindparam("paper", type_=Integer()),
    "exam_id": Exam.id,
    "user_id": bindparam("user", type_=Integer()),
    "try_no": bindparam("try_no", type_=Integer()),
    "started_at": bindparam("now", type_=Moment()),
    "deadline": bindparam("ends", type_=Moment()),
    "accepts_until": bindparam("takes_until", type_=Moment()),
    "lease_no": bindparam("lease", type_=Integer()),
    "lease_device": bindparam("device", type_=Text()),
}
_OPEN_NOW = select(*_VALUES.values()).where(
    Exam.id == bindparam("exam"),
    Exam.cancelled_at.is_(None),
    Exam.released_at.is_(None),
    Exam.opens_at <= bindparam("now", type_=Moment()),
    ~_PAUSED,
    _USED.scalar_subquery() == bindparam("before", type_=Integer()),
)
_table: Any = Sitting.__table__  # the table: a class would have its parameters changed
_BEGIN = insert(_table).from_select(list(_VALUES), _OPEN_NOW).returning(_table.c.id)


def _insert_sitting(
    db: Session,
    person: Person,
    exam: Exam,
    paper_id: int,
    try_no: int,
    device: str,
    now: datetime,
    ends: datetime,
) -> Sitting:
    values = {
        "public_id": new_public_id(),
        "paper": paper_id,
        "exam": exam.id,
        "user": person.id,
        "unit": person.unit_id,
        "try_no": try_no,
        "before": try_no - 1,
        "now": now,
        "ends": ends,
        "takes_until": ends + timedelta(seconds=exam.grace_seconds),
        "lease": 1,
        "device": device,
    }
    made = db.execute(_BEGIN, values).scalar()
    if made is None:
        raise NotOpen()
    return db.get_one(Sitting, made)


def _of_try(db: Session, person: Person, exam: Exam, try_no: int) -> Sitting:
    sitting = db.scalar(
        select(Sitting).where(
            Sitting.exam_id == exam.id, Sitting.user_id == person.id, Sitting.try_no == try_no
        )
    )
    if sitting is None:
        raise NotOpen()
    return sitting


def take_over(db: Session, person: Person, sitting_id: str, *, device: str, now: datetime) -> int:
    """Continue a running sitting on this device; returns the new lease number.

    From then on the other device's saves are refused; what it had confirmed stays.
    """
    taken = db.execute(
        update(Sitting)
        .where(
            Sitting.public_id == sitting_id,
            Sitting.user_id == person.id,
            Sitting.closed_at.is_(None),
            or_(Sitting.paused_at.is_not(None), Sitting.deadline > now),
        )
        .values(lease_no=Sitting.lease_no + 1, lease_device=device)
        .returning(Sitting.lease_no)
    ).scalar()
    if taken is None:
        owned = db.scalar(
            select(Sitting.id).where(Sitting.public_id == sitting_id, Sitting.user_id == person.id)
        )
        raise SittingClosed() if owned else NotFound()
    record(
        db, Event.SITTING_TAKEN_OVER, sitting_id, {"lease": taken}, actor=person.public_id, now=now
    )
    return int(taken)
