"""Does every decision on late choices stand on the record, and every score made by one?"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.core import scoring
from examapp.core.canonical import plain
from examapp.core.spec import from_data
from examapp.services.sittings.closing import scored_items
from examapp.services.sittings.deciding import counted, facts_of
from examapp.services.verification.findings import Finding, differing
from examapp.store.exams import Exam
from examapp.store.ledger import LedgerEntry
from examapp.store.sittings import LateDecision, Score, Sitting


def check_late(db: Session) -> Iterator[Finding]:
    """Every decision in force against its entry, and its score computed again from all choices."""
    said = {
        entry.facts["decision"]: entry
        for entry in db.scalars(select(LedgerEntry).where(LedgerEntry.event == "late.decided"))
    }
    rows = db.execute(
        select(LateDecision, Sitting, Exam)
        .join(Sitting, Sitting.id == LateDecision.sitting_id)
        .join(Exam, Exam.id == Sitting.exam_id)
        .where(LateDecision.confirmed_at.is_not(None))
        .order_by(LateDecision.id)
    )
    scored: dict[str, set[int]] = {}
    for decision, sitting, exam in rows:
        where = f"decision on late choices of sitting {sitting.public_id}"
        entry = said.pop(decision.public_id, None)
        if entry is None or entry.subject != sitting.public_id or entry.at != decision.confirmed_at:
            yield Finding(where, "it is not as the ledger has it")
            continue
        yield from differing(where, facts_of(db, decision), entry.facts)
        number = entry.facts["score"]
        if number is not None:
            scored.setdefault(sitting.public_id, set()).add(number)
            yield from _check_score(db, decision, sitting, exam, number)
    for entry in said.values():
        yield Finding(
            f"decision on late choices of sitting {entry.subject}", "it was made but is gone"
        )
    yield from _unfounded(db, scored)


def _check_score(
    db: Session, decision: LateDecision, sitting: Sitting, exam: Exam, number: int
) -> Iterator[Finding]:
    where = f"score {number} of sitting {sitting.public_id}"
    score = db.scalar(select(Score).where(Score.sitting_id == sitting.id, Score.number == number))
    if score is None:
        yield Finding(where, "it is missing")
        return
    rules = from_data(exam.spec)
    again = scoring.score(scored_items(db, sitting.paper_id), counted(db, decision))
    computed = {
        "points": again.points,
        "most": again.most,
        "outcome": str(scoring.outcome(again.points, rules.cut_score)),
        "band": scoring.band(again.points, rules.bands),
        "earned": plain(dict(again.earned)),
        "reason": decision.reason,
    }
    for name, value in computed.items():
        if getattr(score, name) != value:
            why = f"{name} is {getattr(score, name)!s}, computed again it is {value!s}"
            yield Finding(where, why)


def _unfounded(db: Session, scored: dict[str, set[int]]) -> Iterator[Finding]:
    """Scores after the first that no decision made."""
    rows = db.execute(
        select(Sitting.public_id, Score.number)
        .join(Score, Score.sitting_id == Sitting.id)
        .where(Score.number > 1)
        .order_by(Score.id)
    )
    for sitting, number in rows:
        if number not in scored.get(sitting, set()):
            yield Finding(f"score {number} of sitting {sitting}", "no decision of officers made it")
