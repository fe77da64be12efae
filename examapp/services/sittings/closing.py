"""End a sitting, by hand or by the deadline, and score it: once, whoever comes first."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from examapp.core import scoring
from examapp.core.canonical import digest, plain
from examapp.core.items import Kind
from examapp.core.ledger import Event
from examapp.core.refusals import NotFound
from examapp.core.scoring import ScoredItem
from examapp.core.sittings import Response as Saved
from examapp.core.sittings import SittingClosed, TakenOver, current, read, responses_digest
from examapp.core.spec import ExamSpec, from_data
from examapp.services.certificates.issuing import issue_due
from examapp.services.ledger import record
from examapp.services.people.persons import Person
from examapp.store.bank import ItemRevision
from examapp.store.exams import Exam, PaperItem
from examapp.store.people import User
from examapp.store.sittings import Response, Score, Sitting
from examapp.store.upsert import insert_unless_there

_response = Response.__table__.c
_RESPONSES = (
    select(
        _response.position,
        _response.lease_no,
        _response.seq,
        _response.choice,
        _response.received_at,
    )
    .where(_response.sitting_id == bindparam("sitting"))
    .order_by(_response.lease_no, _response.seq)
)

_item, _revision = PaperItem.__table__.c, ItemRevision.__table__.c
_KEYED = (
    select(_item.position, _item.points, _revision.kind, _revision.content)
    .join_from(PaperItem.__table__, ItemRevision.__table__, _revision.id == _item.revision_id)
    .where(_item.paper_id == bindparam("paper"))
    .order_by(_item.position)
)


@dataclass(frozen=True)
class Receipt:
    """What a candidate is given on handing in: how many places are answered, and their digest."""

    submitted_at: datetime
    answered: int
    digest: str


def submit(
    db: Session,
    person: Person,
    sitting_id: str,
    *,
    now: datetime,
    left: int | None = None,
    lease_no: int | None = None,
) -> Receipt:
    """Hand in; a second time gives the same receipt.

    `left` is what the device says was left, in milliseconds, when the candidate handed in: what
    was on its way at the deadline is taken within the grace. A device that names its lease
    hands in only while it holds it. Raises NotFound, SittingClosed or TakenOver.
    """
    own = (Sitting.public_id == sitting_id, Sitting.user_id == person.id)
    held = () if lease_no is None else (Sitting.lease_no == lease_no,)
    closed = db.execute(
        update(Sitting)
        .where(*own, *held, Sitting.closed_at.is_(None), _taken(now, left))
        .values(submitted_at=now, closed_at=now)
        .returning(Sitting.id)
    ).scalar()
    sitting = db.scalar(select(Sitting).where(*own).execution_options(populate_existing=True))
    if sitting is None:
        raise NotFound()
    if closed is not None:
        _settle(db, sitting, Event.SITTING_SUBMITTED, now=now)
    if sitting.submitted_at is None:
        taken_over = sitting.closed_at is None and lease_no not in (None, sitting.lease_no)
        raise TakenOver() if taken_over else SittingClosed()
    return Receipt(sitting.submitted_at, sitting.answered or 0, sitting.responses_digest or "")


def _taken(now: datetime, left: int | None) -> ColumnElement[bool]:
    """Paused, in time, or within the grace by a device that says it was in time."""
    in_time = or_(Sitting.paused_at.is_not(None), Sitting.deadline > now)
    on_its_way = left is not None and left > 0
    return or_(in_time, Sitting.accepts_until > now) if on_its_way else in_time


def is_over(now: datetime) -> ColumnElement[bool]:
    """The condition on a sitting nobody closed yet under which its time and the grace are over."""
    return and_(
        Sitting.closed_at.is_(None), Sitting.paused_at.is_(None), Sitting.accepts_until <= now
    )


def close_lapsed(db: Session, sitting: Sitting, *, now: datetime) -> bool:
    """Score a sitting whose time and grace are over, as it stood; False when it was done already.

    Also False while it is paused, or while choices on their way may still come in. It counts as
    closed from the end of its grace, however late somebody came to see to it.
    """
    closed = db.execute(
        update(Sitting)
        .where(Sitting.id == sitting.id, is_over(now))
        .values(closed_at=Sitting.accepts_until)
        .returning(Sitting.id)
    ).scalar()
    if closed is None:
        return False
    db.refresh(sitting)
    _settle(db, sitting, Event.SITTING_LAPSED, now=now)
    return True


def lapsed(db: Session, now: datetime, *, most: int = 100) -> list[int]:
    """Row ids of sittings whose time and grace are over and that nobody closed yet."""
    return list(
        db.scalars(
            select(Sitting.id).where(is_over(now)).order_by(Sitting.accepts_until).limit(most)
        )
    )


def _settle(db: Session, sitting: Sitting, event: Event, *, now: datetime) -> None:
    """Fix what was chosen, on the ledger, and score it, in the same transaction."""
    chosen, history = responses_of(db, sitting.id)
    sitting.responses_digest = responses_digest(sitting.public_id, chosen)
    sitting.answered = len(chosen)
    db.flush()
    exam = db.get_one(Exam, sitting.exam_id)
    candidate = db.scalars(select(User.public_id).where(User.id == sitting.user_id)).one()
    facts = {
        "responses": sitting.responses_digest,
        "history": history,
        "answered": len(chosen),
        "deadline": sitting.deadline,
        "lease": sitting.lease_no,
        "closed_at": sitting.closed_at,
    }
    actor = candidate if event is Event.SITTING_SUBMITTED else None
    record(db, event, sitting.public_id, facts, actor=actor, now=now)
    _score(db, sitting, from_data(exam.spec), chosen, number=1, reason="", now=now)
    if exam.released_at:
        issue_due(db, exam, now=now)


def score_again(
    db: Session,
    sitting: Sitting,
    chosen: Mapping[int, frozenset[str]],
    *,
    reason: str,
    now: datetime,
) -> int:
    """Score a closed sitting anew, with the reason; gives the score's number.

    Whoever calls it holds the lock of the exam's row, so that no two take one number.
    """
    last = db.scalar(select(func.max(Score.number)).where(Score.sitting_id == sitting.id)) or 0
    spec = from_data(db.get_one(Exam, sitting.exam_id).spec)
    _score(db, sitting, spec, chosen, number=last + 1, reason=reason, now=now)
    return last + 1


def responses_of(db: Session, sitting_id: int) -> tuple[dict[int, frozenset[str]], str]:
    """The newest choice at every place, and the digest of every save there ever was."""
    rows = db.execute(_RESPONSES, {"sitting": sitting_id}).all()
    history = digest([[r.lease_no, r.seq, r.position, r.choice, r.received_at] for r in rows])
    return _current(rows), history


def chosen_in(db: Session, sitting_id: int) -> dict[int, frozenset[str]]:
    """The newest choice at every place."""
    return _current(db.execute(_RESPONSES, {"sitting": sitting_id}).all())


def _current(rows: Iterable[Any]) -> dict[int, frozenset[str]]:
    return current(Saved(r.position, r.lease_no, r.seq, read(r.choice)) for r in rows)


def scored_items(db: Session, paper_id: int) -> list[ScoredItem]:
    """The places of a paper as scoring sees them."""
    rows = db.execute(_KEYED, {"paper": paper_id}).all()
    return [
        ScoredItem(r.position, Kind(r.kind), frozenset(r.content["key"]), Fraction(r.points))
        for r in rows
    ]


def _score(
    db: Session,
    sitting: Sitting,
    spec: ExamSpec,
    chosen: Mapping[int, frozenset[str]],
    *,
    number: int,
    reason: str,
    now: datetime,
) -> None:
    result = scoring.score(scored_items(db, sitting.paper_id), chosen)
    made = {
        "number": number,
        "points": result.points,
        "most": result.most,
        "outcome": str(scoring.outcome(result.points, spec.cut_score)),
        "band": scoring.band(result.points, spec.bands),
        "earned": plain(dict(result.earned)),
    }
    # The unique key is the last word: a sitting never has two scores of one number.
    db.execute(
        insert_unless_there(db, Score).values(
            sitting_id=sitting.id, reason=reason, scored_at=now, **made
        )
    )
    # Salted, so that no score can be guessed from its entry's digest before the release.
    scored = made | {"salt": secrets.token_hex(16)}
    record(db, Event.SITTING_SCORED, sitting.public_id, scored, actor=None, now=now)
