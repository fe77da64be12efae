"""Proposals to release what is held: which wait for an answer, and whether they still fit."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from examapp.core.refusals import NotFound
from examapp.services.laws.replacing import Going
from examapp.services.laws.subjects import Subject, case_of, subject_of
from examapp.store.held import HoldDecision
from examapp.store.laws import EditionChange


def open_proposal(db: Session, subject: Subject, *, today: date) -> HoldDecision | None:
    """The proposal about a subject that waits for an answer, if one does and still fits."""
    own = getattr(HoldDecision, subject.column) == subject.id
    rows = db.scalars(unanswered().where(own))
    return next((p for p in rows if fits(db, p, today=today)), None)


def unanswered() -> Any:
    """Proposals that nobody answered, the oldest first; some may fit no more."""
    answer = aliased(HoldDecision)
    return (
        select(HoldDecision)
        .outerjoin(answer, answer.answers == HoldDecision.id)
        .where(HoldDecision.kind == "propose", answer.id.is_(None))
        .order_by(HoldDecision.id)
    )


def fits(db: Session, proposal: HoldDecision, *, today: date) -> bool:
    """Whether a proposal still is about what stands there: same revision, citations, editions."""
    subject = subject_of(db, revision_id=proposal.revision_id, section_id=proposal.section_id)
    case = case_of(db, subject, today) if subject else None
    if case is None:
        return False
    said = {Going.of(entry).at for entry in proposal.cites}
    if said != {
        (h.position, h.law.code, h.edition.adopted.isoformat(), h.article) for h in case.hits
    }:
        return False
    changes = [hit.change_id for hit in case.hits if hit.change_id]
    made = db.scalars(select(EditionChange.made_at).where(EditionChange.id.in_(changes)))
    if any(at > proposal.decided_at for at in made):
        return False
    return all(Going.of(entry).current(db, today) for entry in proposal.cites)


def proposal_by_id(db: Session, public_id: str) -> HoldDecision:
    """A proposal by its public id; else NotFound."""
    query = select(HoldDecision).where(
        HoldDecision.public_id == public_id, HoldDecision.kind == "propose"
    )
    found = db.scalar(query)
    if found is None:
        raise NotFound()
    return found
