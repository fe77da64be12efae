"""Does every score follow from the responses on record, and every certificate from a score?"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.core import scoring
from examapp.core.canonical import plain
from examapp.core.sittings import responses_digest
from examapp.core.spec import from_data
from examapp.services.sittings.closing import responses_of, scored_items
from examapp.services.verification.findings import Finding, differing, recorded
from examapp.store.certificates import Certificate
from examapp.store.exams import Exam
from examapp.store.people import User
from examapp.store.sittings import Score, Sitting


def check_sittings(db: Session) -> Iterator[Finding]:
    """Every closed sitting: its responses and its score against the ledger and computed again."""
    closed = recorded(db, "sitting.submitted", "sitting.lapsed")
    scored = recorded(db, "sitting.scored")
    rows = db.execute(
        select(Sitting, Exam.spec)
        .join(Exam, Exam.id == Sitting.exam_id)
        .where(Sitting.closed_at.is_not(None))
        .order_by(Sitting.id)
    ).tuples()
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
        yield from differing(where, found, said)
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
        yield from _check_score(db, sitting, computed, scored.get(sitting.public_id))
    for gone in closed.keys() - seen:
        yield Finding(f"sitting {gone}", "it was closed on the ledger but is open or gone")


def _check_score(
    db: Session, sitting: Sitting, computed: dict[str, object], said: dict[str, object] | None
) -> Iterator[Finding]:
    where = f"score of sitting {sitting.public_id}"
    score = db.scalar(select(Score).where(Score.sitting_id == sitting.id, Score.number == 1))
    if score is None:
        yield Finding(where, "it is missing")
        return
    for name, value in computed.items():
        if getattr(score, name) != value:
            yield Finding(
                where, f"{name} is {getattr(score, name)!s}, computed again it is {value!s}"
            )
    yield from differing(where, plain(computed), said)


def check_certificates(db: Session) -> Iterator[Finding]:
    """Every certificate against its entry, every entry against a certificate."""
    issued, revoked = recorded(db, "certificate.issued"), recorded(db, "certificate.revoked")
    rows = db.execute(
        select(Certificate, User.public_id, Exam.public_id, Sitting.public_id)
        .join(User, User.id == Certificate.user_id)
        .join(Exam, Exam.id == Certificate.exam_id)
        .join(Sitting, Sitting.id == Certificate.sitting_id)
    ).tuples()
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
