"""Two officers decide whether choices that came too late count; nobody sees the choices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select, update
from sqlalchemy.orm import Session, aliased

from examapp.core.canonical import digest
from examapp.core.exam_day import (
    AlreadyProposed,
    NothingLate,
    ProposalOver,
    SameOfficer,
    StillSitting,
)
from examapp.core.ledger import Event
from examapp.core.refusals import NotFound
from examapp.services.exams.day_reach import claim, require_other, sentence
from examapp.services.ledger import record
from examapp.services.people.persons import Person
from examapp.services.sittings.closing import score_again
from examapp.services.sittings.late import chosen_with
from examapp.store.exams import Exam
from examapp.store.people import User
from examapp.store.sittings import LateDecision, LateResponse, Score, Sitting
from examapp.store.upsert import insert_unless_there


@dataclass(frozen=True)
class LateChoice:
    """When a late choice was made, by the device's word, and when it came; never what it is."""

    position: int
    left_ms: int
    received_at: datetime


@dataclass(frozen=True)
class Decision:
    """A decision on the late choices of a sitting, proposed or made, with the officers' names."""

    public_id: str
    counts: bool
    reason: str
    proposed_by: str
    proposer_id: int
    proposed_at: datetime
    confirmed_by: str | None
    confirmed_at: datetime | None
    withdrawn_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.confirmed_at is None and self.withdrawn_at is None


def undecided(sitting_id: object) -> ColumnElement[bool]:
    """The condition under which a sitting has late choices that no decision covers."""
    decided = exists().where(
        LateDecision.sitting_id == LateResponse.sitting_id,
        LateDecision.confirmed_at.is_not(None),
        LateDecision.upto >= LateResponse.id,
    )
    return exists().where(LateResponse.sitting_id == sitting_id, ~decided)


def waiting(db: Session, exam: Exam) -> dict[int, set[int]]:
    """Sittings of an exam with late choices that nobody decided on, by whose they are."""
    found: dict[int, set[int]] = {}
    rows = db.execute(
        select(Sitting.user_id, Sitting.id).where(Sitting.exam_id == exam.id, undecided(Sitting.id))
    )
    for user_id, sitting_id in rows:
        found.setdefault(user_id, set()).add(sitting_id)
    return found


def choices(db: Session, sitting: Sitting) -> list[LateChoice]:
    """All late choices of a sitting, in the order in which they came."""
    rows = db.execute(
        select(LateResponse.position, LateResponse.left_ms, LateResponse.received_at)
        .where(LateResponse.sitting_id == sitting.id)
        .order_by(LateResponse.id)
    )
    return [LateChoice(*row) for row in rows]


def decisions(db: Session, sitting: Sitting) -> Sequence[Decision]:
    """What was proposed and decided, the oldest first."""
    proposer, confirmer = aliased(User), aliased(User)
    rows = db.execute(
        select(LateDecision, proposer.name, confirmer.name)
        .join(proposer, proposer.id == LateDecision.proposed_by)
        .outerjoin(confirmer, confirmer.id == LateDecision.confirmed_by)
        .where(LateDecision.sitting_id == sitting.id)
        .order_by(LateDecision.id)
    )
    return [
        Decision(
            public_id=row.public_id,
            counts=row.counts,
            reason=row.reason,
            proposed_by=by,
            proposer_id=row.proposed_by,
            proposed_at=row.proposed_at,
            confirmed_by=confirmed_by,
            confirmed_at=row.confirmed_at,
            withdrawn_at=row.withdrawn_at,
        )
        for row, by, confirmed_by in rows
    ]


def propose(
    db: Session, sitting: Sitting, *, counts: bool, because: str, by: Person, now: datetime
) -> LateDecision:
    """Say whether the late choices that are there now shall count; another officer confirms.

    Raises NotForOneself, Invalid, ExamSettled, StillSitting, NothingLate or AlreadyProposed.
    """
    require_other(by, sitting.user_id)
    because = sentence(because)
    claim(db, db.get_one(Exam, sitting.exam_id))
    db.refresh(sitting)
    if sitting.closed_at is None:
        raise StillSitting()
    if not db.scalar(select(undecided(sitting.id))):
        raise NothingLate()
    newest = select(func.max(LateResponse.id)).where(LateResponse.sitting_id == sitting.id)
    made = db.execute(
        insert_unless_there(db, LateDecision)
        .values(
            sitting_id=sitting.id,
            upto=db.scalar(newest),
            counts=counts,
            reason=because,
            proposed_by=by.id,
            proposed_at=now,
        )
        .returning(LateDecision.__table__.c.id)
    ).scalar()
    if made is None:
        raise AlreadyProposed()
    return db.get_one(LateDecision, made)


def confirm(db: Session, sitting: Sitting, decision: str, *, by: Person, now: datetime) -> None:
    """Put another officer's proposal in force; where the late choices count, score anew.

    The exam's row is locked: results are not released meanwhile, and two who confirm at once
    confirm once. Raises NotForOneself, ExamSettled, NotFound, SameOfficer or ProposalOver.
    """
    require_other(by, sitting.user_id)
    exam = db.get_one(Exam, sitting.exam_id)
    claim(db, exam)
    found = _of(db, sitting, decision)
    if found.proposed_by == by.id:
        raise SameOfficer()
    done = db.execute(
        update(LateDecision)
        .where(LateDecision.id == found.id, *_IS_OPEN)
        .values(confirmed_by=by.id, confirmed_at=now)
        .returning(LateDecision.id)
    ).scalar()
    if done is None:
        raise ProposalOver()
    db.refresh(found)
    number = _score_again(db, sitting, found, now=now)
    facts = facts_of(db, found) | {"score": number}
    record(db, Event.LATE_DECIDED, sitting.public_id, facts, actor=by.public_id, now=now)


def _score_again(
    db: Session, sitting: Sitting, decision: LateDecision, *, now: datetime
) -> int | None:
    """A new score where the choices that count have changed by the decision; its number."""
    scored_before = select(exists().where(Score.sitting_id == sitting.id, Score.number > 1))
    if not decision.counts and not db.scalar(scored_before):
        return None
    return score_again(db, sitting, counted(db, decision), reason=decision.reason, now=now)


def counted(db: Session, decision: LateDecision) -> dict[int, frozenset[str]]:
    """The choices that count by a decision: with the late ones up to its last, or without."""
    return chosen_with(db, decision.sitting_id, decision.upto if decision.counts else 0)


def facts_of(db: Session, decision: LateDecision) -> dict[str, object]:
    """What the ledger states of a decision; the late choices by their digest alone."""
    rows = db.execute(
        select(
            LateResponse.lease_no,
            LateResponse.seq,
            LateResponse.position,
            LateResponse.choice,
            LateResponse.left_ms,
            LateResponse.received_at,
        )
        .where(LateResponse.sitting_id == decision.sitting_id, LateResponse.id <= decision.upto)
        .order_by(LateResponse.id)
    ).all()
    officers = {decision.proposed_by, decision.confirmed_by}
    ids = dict(db.execute(select(User.id, User.public_id).where(User.id.in_(officers))).all())
    return {
        "decision": decision.public_id,
        "counts": decision.counts,
        "because": decision.reason,
        "proposed_by": ids[decision.proposed_by],
        "confirmed_by": ids.get(decision.confirmed_by or 0),
        "late": len(rows),
        "late_responses": digest([list(row) for row in rows]),
    }


def withdraw(db: Session, sitting: Sitting, decision: str, *, by: Person, now: datetime) -> None:
    """Take a proposal back, one's own or another officer's that one does not share.

    Raises NotForOneself, NotFound or ProposalOver.
    """
    require_other(by, sitting.user_id)
    found = _of(db, sitting, decision)
    done = db.execute(
        update(LateDecision)
        .where(LateDecision.id == found.id, *_IS_OPEN)
        .values(withdrawn_at=now)
        .returning(LateDecision.id)
    ).scalar()
    if done is None:
        raise ProposalOver()
    db.refresh(found)


_IS_OPEN = (LateDecision.confirmed_at.is_(None), LateDecision.withdrawn_at.is_(None))


def _of(db: Session, sitting: Sitting, public_id: str) -> LateDecision:
    found = db.scalar(
        select(LateDecision).where(
            LateDecision.public_id == public_id, LateDecision.sitting_id == sitting.id
        )
    )
    if found is None:
        raise NotFound()
    return found
