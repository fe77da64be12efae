"""Does every score follow from the responses on record, and every certificate from a score?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.core import scoring
from examapp.core.canonical import instant, plain
from examapp.core.sittings import responses_digest
from examapp.core.spec import from_data
from examapp.services.sittings.closing import responses_of, scored_items
from examapp.services.verification.findings import Finding, differing, recorded
from examapp.store.certificates import Certificate
from examapp.store.exams import Exam
from examapp.store.ledger import LedgerEntry
from examapp.store.people import User
from examapp.store.sittings import Score, Sitting


def check_sittings(db: Session) -> Iterator[Finding]:
    """Every closed sitting: its responses and its score against the ledger and computed again."""
    closed, scored = _closings(db), _scorings(db)
    rows = db.execute(
        select(Sitting, Exam.spec)
        .join(Exam, Exam.id == Sitting.exam_id)
        .where(Sitting.closed_at.is_not(None))
        .order_by(Sitting.id)
    )
    seen = set()
    for sitting, spec in rows:
        seen.add(sitting.public_id)
        where = f"sitting {sitting.public_id}"
        chosen, history = responses_of(db, sitting.id)
        said = closed.get(sitting.public_id)
        if said is not None and said["history"] != history:
            yield Finding(where, "its saved responses were altered")
        found = {
            "responses": responses_digest(sitting.public_id, chosen),
            "answered": len(chosen),
        }
        times = {
            "submitted_at": _instant(sitting.submitted_at),
            "closed_at": _instant(sitting.closed_at),
        }
        yield from differing(where, found | times, said)
        if (sitting.responses_digest, sitting.answered) != tuple(found.values()):
            yield Finding(where, "its receipt was altered")
        again = scoring.score(scored_items(db, sitting.paper_id), chosen)
        rules = from_data(spec)
        computed = {
            "points": again.points,
            "most": again.most,
            "outcome": str(scoring.outcome(again.points, rules.cut_score)),
            "band": scoring.band(again.points, rules.bands),
            "earned": plain(dict(again.earned)),
        }
        yield from _check_score(db, sitting, computed, scored.get(sitting.public_id, {}))
    for gone in closed.keys() - seen:
        yield Finding(f"sitting {gone}", "it was closed on the ledger but is open or gone")


def _instant(moment: datetime | None) -> str | None:
    return instant(moment) if moment else None


def _closings(db: Session) -> dict[str, dict[str, Any]]:
    """What the ledger says of the end of each sitting, with the moment of the entry."""
    rows = db.execute(
        select(LedgerEntry.subject, LedgerEntry.event, LedgerEntry.at, LedgerEntry.facts).where(
            LedgerEntry.event.in_(["sitting.submitted", "sitting.lapsed"])
        )
    )
    return {
        subject: facts
        | {
            "submitted_at": instant(at) if event == "sitting.submitted" else None,
            "closed_at": facts.get("closed_at") or instant(at),
        }
        for subject, event, at, facts in rows
    }


def _scorings(db: Session) -> dict[str, dict[int, dict[str, Any]]]:
    """What the ledger says of the scores of each sitting, by their numbers."""
    rows = db.execute(
        select(LedgerEntry.subject, LedgerEntry.facts).where(LedgerEntry.event == "sitting.scored")
    )
    said: dict[str, dict[int, dict[str, Any]]] = {}
    for subject, facts in rows:
        said.setdefault(subject, {})[facts["number"]] = facts
    return said


def _check_score(
    db: Session, sitting: Sitting, computed: dict[str, object], said: dict[int, dict[str, Any]]
) -> Iterator[Finding]:
    """The first score follows from the responses; the newest is in force, so each has its entry."""
    where = f"score of sitting {sitting.public_id}"
    scores = db.scalars(select(Score).where(Score.sitting_id == sitting.id)).all()
    by_number = {score.number: score for score in scores}
    for _ in (said.keys() | {1}) - by_number.keys():
        yield Finding(where, "it is missing")
    for number, score in sorted(by_number.items()):
        found = {name: getattr(score, name) for name in computed}
        if number not in said:
            yield Finding(where, f"number {number} is not on the ledger")
        if number == 1:
            for name, value in computed.items():
                if found[name] != value:
                    yield Finding(
                        where, f"{name} is {found[name]!s}, computed again it is {value!s}"
                    )
        yield from differing(where, plain(found), said.get(number, plain(found)))


def check_certificates(db: Session) -> Iterator[Finding]:
    """Every certificate against its entry, every entry against a certificate."""
    issued, revoked = recorded(db, "certificate.issued"), recorded(db, "certificate.revoked")
    rows = db.execute(
        select(Certificate, User.public_id, Exam.public_id, Sitting.public_id)
        .join(User, User.id == Certificate.user_id)
        .join(Exam, Exam.id == Certificate.exam_id)
        .join(Sitting, Sitting.id == Certificate.sitting_id)
    )
    for certificate, user, exam, sitting in rows:
        where = f"certificate {certificate.serial}"
        found = {
            "user": user,
            "exam": exam,
            "sitting": sitting,
            "valid_from": certificate.valid_from.isoformat(),
            "valid_until": certificate.valid_until.isoformat(),
        }
        yield from differing(where, found, issued.pop(certificate.serial, None))
        if (certificate.revoked_at is not None) != (certificate.serial in revoked):
            yield Finding(where, "its revocation is not as the ledger has it")
    for serial in issued:
        yield Finding(f"certificate {serial}", "it was issued but is gone")
