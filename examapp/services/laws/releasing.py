"""Release what is held: one trainer proposes where its citations go, another one confirms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from examapp.clock import local_date
from examapp.core.ledger import Event
from examapp.core.refusals import N_, Fault, Invalid, RuleBroken
from examapp.services.laws.destinations import require_sound
from examapp.services.laws.proposals import fits, open_proposal
from examapp.services.laws.replacing import Going, replace_citations
from examapp.services.laws.subjects import Subject, case_of, subject_of
from examapp.services.ledger import record
from examapp.services.people.persons import Person
from examapp.store.held import HoldDecision


class NotHeld(RuleBroken):
    """It is not held today, or not any more."""

    code = "not_held"
    words = N_("This is not held. Perhaps somebody else has settled it already.")


class LawRepealed(RuleBroken):
    """What rests on repealed law alone cannot run on as it is."""

    code = "law_repealed"
    words = N_(
        "Every law that this rests on has been repealed, so it cannot run on unchanged. "
        "Rewrite it for the law that holds now, or retire it."
    )


class ReleaseWaits(RuleBroken):
    """There is a proposal already."""

    code = "release_waits"
    words = N_("A release of this has been proposed already and waits for another trainer.")


class ProposalStale(RuleBroken):
    """What the proposal was about is not what stands there now."""

    code = "proposal_stale"
    words = N_(
        "This proposal no longer fits: the question was revised or retired, or the law changed "
        "again. Look at it anew."
    )


class ReleaseSettled(RuleBroken):
    """Of two who answer at once, one is told."""

    code = "release_settled"
    words = N_("Somebody else has answered this proposal already.")


class SameTrainer(RuleBroken):
    """Two people look at what is released."""

    code = "same_trainer"
    words = N_("You proposed this release yourself. Another trainer confirms or refuses it.")


def propose(
    db: Session,
    subject: Subject,
    goes: Mapping[int, str],
    *,
    reason: str,
    by: Person,
    now: datetime,
) -> HoldDecision:
    """Propose that a held subject runs on unchanged.

    `goes` says for each citation that is hit where it goes: citations, several or none.
    Raises NotHeld, LawRepealed, ReleaseWaits, or Invalid with all faults.
    """
    today = local_date(now)
    case = case_of(db, subject, today)
    if case is None:
        raise NotHeld()
    if case.repealed:
        raise LawRepealed()
    if open_proposal(db, subject, today=today):
        raise ReleaseWaits()
    to = require_sound(db, case, goes, reason, today)
    return _decide(db, "propose", subject, to, reason, by=by, answers=None, now=now)


def confirm(
    db: Session, proposal: HoldDecision, *, reason: str, by: Person, now: datetime
) -> HoldDecision:
    """The second trainer agrees: citations go where the proposal says, and the hold ends."""
    subject = _require_answerable(db, proposal, by, local_date(now))
    to = [Going.of(entry) for entry in proposal.cites]
    decision = _decide(db, "confirm", subject, to, reason, by=by, answers=proposal, now=now)
    if not replace_citations(db, subject, to, decision, now=now):
        raise ProposalStale()
    return decision


def refuse(
    db: Session, proposal: HoldDecision, *, reason: str, by: Person, now: datetime
) -> HoldDecision:
    """The second trainer does not agree, and says why; it stays held."""
    if not reason.strip():
        raise Invalid([Fault("reason", N_("say why not"))])
    subject = _require_answerable(db, proposal, by, local_date(now))
    to = [Going.of(entry) for entry in proposal.cites]
    return _decide(db, "refuse", subject, to, reason, by=by, answers=proposal, now=now)


def _require_answerable(db: Session, proposal: HoldDecision, by: Person, today: date) -> Subject:
    if proposal.user_id == by.id:
        raise SameTrainer()
    if db.scalar(select(HoldDecision.id).where(HoldDecision.answers == proposal.id)):
        raise ReleaseSettled()
    subject = subject_of(db, revision_id=proposal.revision_id, section_id=proposal.section_id)
    if subject is None or not fits(db, proposal, today=today):
        raise ProposalStale()
    return subject


_EVENTS = {
    "propose": Event.HOLD_PROPOSED,
    "confirm": Event.HOLD_CONFIRMED,
    "refuse": Event.HOLD_REFUSED,
}


def _decide(
    db: Session,
    kind: str,
    subject: Subject,
    to: Sequence[Going],
    reason: str,
    *,
    by: Person,
    answers: HoldDecision | None,
    now: datetime,
) -> HoldDecision:
    """Write a trainer's word; the unique key on what it answers decides between two."""
    decision = HoldDecision(
        kind=kind,
        cites=[going.data() for going in to],
        reason=reason.strip(),
        user_id=by.id,
        answers=answers.id if answers else None,
        decided_at=now,
        **{subject.column: subject.id},
    )
    try:
        with db.begin_nested():
            db.add(decision)
    except IntegrityError as taken:
        raise ReleaseSettled() from taken
    facts = {
        "decision": decision.public_id,
        "of": subject.said,
        "answers": answers.public_id if answers else None,
        "cites": decision.cites,
        "reason": decision.reason,
    }
    record(db, _EVENTS[kind], subject.code, facts, actor=by.public_id, now=now)
    return decision
