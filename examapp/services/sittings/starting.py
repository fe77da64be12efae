"""Start an exam: draw the paper, freeze it, begin the clock - once, however often it is asked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, literal, select, update
from sqlalchemy.orm import Session

from examapp.core.canonical import digest
from examapp.core.draw import Paper as Drawn
from examapp.core.draw import draw, paper_digest, paper_stream
from examapp.core.exams import ExamState, NotOpen, NoTryLeft, deadline, state
from examapp.core.ledger import Event
from examapp.core.refusals import NotFound
from examapp.core.sittings import SittingClosed
from examapp.services.exams import pools
from examapp.services.exams.candidates import mine
from examapp.services.exams.setting import spec_of, times
from examapp.services.ledger import record
from examapp.services.people.persons import Person
from examapp.services.sittings.closing import close_lapsed
from examapp.store.base import Moment, new_public_id
from examapp.store.exams import Exam, Paper, PaperItem
from examapp.store.sittings import Sitting
from examapp.store.upsert import insert_unless_there


def start(db: Session, person: Person, exam_id: str, *, device: str, now: datetime) -> Sitting:
    """The person's running sitting of an exam, begun now on this device if there is none.

    Two starts at once make one sitting: the paper's unique key decides, and the loser
    gets the winner's. Raises NotFound, NotOpen or NoTryLeft.
    """
    exam = mine(db, person, exam_id)
    sittings = db.scalars(
        select(Sitting)
        .where(Sitting.exam_id == exam.id, Sitting.user_id == person.id)
        .order_by(Sitting.try_no)
    ).all()
    for sitting in sittings:
        if sitting.closed_at is None and now < sitting.deadline:
            return sitting
        if sitting.closed_at is None:
            close_lapsed(db, sitting, now=now)
    if state(times(exam), now) is not ExamState.OPEN:
        raise NotOpen()
    if len(sittings) >= spec_of(exam).tries:
        raise NoTryLeft()
    return _begin(db, person, exam, len(sittings) + 1, device=device, now=now)


def _begin(
    db: Session, person: Person, exam: Exam, try_no: int, *, device: str, now: datetime
) -> Sitting:
    spec = spec_of(exam)
    pool = pools.frozen(db, exam.id, exam.public_id, exam.pool_digest or "")
    seed = db.scalars(select(Exam.seed).where(Exam.id == exam.id)).one()
    drawn = draw(spec, pool.items, paper_stream(seed or b"", person.public_id, try_no))
    paper_id = db.execute(
        insert_unless_there(db, Paper)
        .values(
            exam_id=exam.id,
            user_id=person.id,
            try_no=try_no,
            digest=paper_digest(drawn),
            drawn_at=now,
        )
        .returning(Paper.id)
    ).scalar()
    if paper_id is None:
        return _of_try(db, person, exam, try_no)
    db.execute(insert(PaperItem), _places(paper_id, drawn, pool))
    ends = deadline(now, spec.minutes, 0, exam.closes_at)
    sitting = _insert_sitting(db, person, exam, paper_id, try_no, device, now, ends)
    facts = {
        "exam": exam.public_id,
        "candidate": person.public_id,
        "try": try_no,
        "paper": paper_digest(drawn),
        "started_at": sitting.started_at,
        "deadline": sitting.deadline,
        "spec": digest(exam.spec),
    }
    record(db, Event.PAPER_DRAWN, sitting.public_id, facts, actor=person.public_id, now=now)
    return sitting


def _places(paper_id: int, drawn: Drawn, pool: pools.Pool) -> list[dict[str, Any]]:
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
        for place in drawn
    ]


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
    """The window stands in the statement: an exam cancelled or closed this instant is not begun."""
    used = select(func.count()).where(Sitting.exam_id == exam.id, Sitting.user_id == person.id)
    window = select(
        literal(new_public_id()),
        literal(paper_id),
        Exam.id,
        literal(person.id),
        literal(try_no),
        literal(now, Moment()),
        literal(ends, Moment()),
        literal(1),
        literal(device),
    ).where(
        Exam.id == exam.id,
        Exam.cancelled_at.is_(None),
        Exam.opens_at <= now,
        Exam.closes_at > now,
        used.scalar_subquery() == try_no - 1,
    )
    columns = [
        "public_id",
        "paper_id",
        "exam_id",
        "user_id",
        "try_no",
        "started_at",
        "deadline",
        "lease_no",
        "lease_device",
    ]
    made = db.execute(insert(Sitting).from_select(columns, window).returning(Sitting.id)).scalar()
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
            Sitting.deadline > now,
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
