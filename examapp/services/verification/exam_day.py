"""Are pauses, extra time and every deadline what the ledger says, to the microsecond?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from examapp.core.canonical import instant
from examapp.services.exams.extra_time import reason_digest
from examapp.services.exams.pausing import exact_seconds
from examapp.services.verification.findings import Finding, differing, recorded
from examapp.store.exam_days import ExtraTime, Pause
from examapp.store.exams import Exam
from examapp.store.ledger import LedgerEntry
from examapp.store.people import Unit, User
from examapp.store.sittings import Sitting


def check_pauses(db: Session) -> Iterator[Finding]:
    """Every pause against the entries of its beginning and its end."""
    begun, ended = _by_pause(db, "exam.paused"), _by_pause(db, "exam.resumed")
    paused_by, resumed_by = aliased(User), aliased(User)
    rows = db.execute(
        select(Pause, Exam.public_id, Unit.public_id, paused_by.public_id, resumed_by.public_id)
        .join(Exam, Exam.id == Pause.exam_id)
        .join(paused_by, paused_by.id == Pause.paused_by)
        .outerjoin(resumed_by, resumed_by.id == Pause.resumed_by)
        .outerjoin(Unit, Unit.id == Pause.unit_id)
        .order_by(Pause.id)
    )
    for pause, exam, unit, first, last in rows:
        where = f"pause {pause.public_id}"
        found = {
            "exam": exam,
            "unit": unit,
            "because": pause.reason,
            "by": first,
            "at": instant(pause.paused_at),
        }
        yield from differing(where, found, begun.pop(pause.public_id, None))
        end = ended.pop(pause.public_id, None)
        if pause.resumed_at is None:
            if end:
                yield Finding(where, "it goes on, on the ledger it is over")
            continue
        found = {
            "exam": exam,
            "seconds": exact_seconds(pause.resumed_at - pause.paused_at),
            "by": last,
            "at": instant(pause.resumed_at),
        }
        yield from differing(where, found, end)
    for gone in begun.keys() | ended.keys():
        yield Finding(f"pause {gone}", "it is on the ledger but is gone")


def _by_pause(db: Session, event: str) -> dict[str, dict[str, Any]]:
    return {
        entry.facts["pause"]: entry.facts
        | {"exam": entry.subject, "by": entry.actor, "at": instant(entry.at)}
        for entry in _entries(db, event)
    }


def _entries(db: Session, *events: str) -> Iterator[LedgerEntry]:
    yield from db.scalars(
        select(LedgerEntry).where(LedgerEntry.event.in_(events)).order_by(LedgerEntry.number)
    )


def check_extra_time(db: Session) -> Iterator[Finding]:
    """Every grant of extra time against its entry, one after the other for each person."""
    said: dict[tuple[str, str], list[LedgerEntry]] = {}
    for entry in _entries(db, "exam.extra-time"):
        said.setdefault((entry.facts["exam"], entry.subject), []).append(entry)
    officer = aliased(User)
    rows = db.execute(
        select(ExtraTime, Exam.public_id, User.public_id, officer.public_id)
        .join(Exam, Exam.id == ExtraTime.exam_id)
        .join(User, User.id == ExtraTime.user_id)
        .join(officer, officer.id == ExtraTime.granted_by)
        .order_by(ExtraTime.id)
    )
    before: dict[tuple[str, str], int] = {}
    for row, exam, user, by in rows:
        where = f"extra time of {user} in exam {exam}"
        left = said.get((exam, user), [])
        if not left:
            yield Finding(where, "the ledger has no entry for it")
            continue
        entry = left.pop(0)
        found = {
            "minutes": row.minutes,
            "before": before.get((exam, user), 0),
            "reason": reason_digest(row.reason, entry.facts["salt"]),
            "by": by,
            "at": instant(row.granted_at),
        }
        before[exam, user] = row.minutes
        yield from differing(
            where, found, entry.facts | {"by": entry.actor, "at": instant(entry.at)}
        )
    for (exam, user), left in said.items():
        if left:
            yield Finding(f"extra time of {user} in exam {exam}", "it was granted but is gone")


def check_leases(db: Session) -> Iterator[Finding]:
    """Every sitting's lease against the last take-over or freeing on the record."""
    said = recorded(db, "sitting.taken-over", "sitting.freed")
    for sitting, lease in db.execute(select(Sitting.public_id, Sitting.lease_no)):
        known = said[sitting]["lease"] if sitting in said else 1
        if lease != known:
            why = f"its device number is {lease}, the ledger has {known}"
            yield Finding(f"sitting {sitting}", why)


@dataclass
class _Clock:
    """A sitting's deadline as the ledger moved it."""

    exam: str
    started_at: datetime
    deadline: datetime
    faults: list[str] = field(default_factory=list)


def check_deadlines(db: Session) -> Iterator[Finding]:
    """Every deadline: as the paper's entry has it, moved by each pause and each grant since."""
    clocks = _clocks(db)
    rows = db.execute(select(Sitting, Exam.grace_seconds).join(Exam, Exam.id == Sitting.exam_id))
    for sitting, grace in rows:
        where = f"sitting {sitting.public_id}"
        clock = clocks.get(sitting.public_id)
        if clock is None:
            continue  # that its paper has no entry is said where papers are checked
        for fault in clock.faults:
            yield Finding(where, fault)
        if sitting.deadline != clock.deadline:
            why = f"its deadline is {instant(sitting.deadline)}, by the ledger it is "
            yield Finding(where, why + instant(clock.deadline))
        if sitting.accepts_until != sitting.deadline + timedelta(seconds=grace):
            yield Finding(where, "its grace is not the exam's")


def _clocks(db: Session) -> dict[str, _Clock]:
    clocks: dict[str, _Clock] = {}
    pauses: dict[str, list[datetime]] = {}
    for entry in _entries(db, "paper.drawn", "exam.paused", "exam.resumed", "exam.extra-time"):
        facts = entry.facts
        if entry.event == "paper.drawn":
            clocks[entry.subject] = _Clock(
                facts["exam"], _moment(facts["started_at"]), _moment(facts["deadline"])
            )
        elif entry.event == "exam.paused":
            pauses.setdefault(entry.subject, []).append(entry.at)
        elif entry.event == "exam.resumed":
            _go_on(clocks, pauses.get(entry.subject, []), entry)
        elif facts["sitting"] in clocks:
            _extend(clocks[facts["sitting"]], facts)
    return clocks


def _go_on(clocks: dict[str, _Clock], begun: list[datetime], entry: LedgerEntry) -> None:
    """What was given back must reach to the beginning of a pause, or of the sitting itself."""
    for sitting, deadline in entry.facts["sittings"]:
        clock, ends = clocks.get(sitting), _moment(deadline)
        if clock is None:
            continue
        since = entry.at - (ends - clock.deadline)
        if clock.exam != entry.subject or since not in (*begun, clock.started_at, entry.at):
            clock.faults.append(f"entry {entry.number} gave it time that no pause took")
        clock.deadline = ends


def _extend(clock: _Clock, facts: dict[str, Any]) -> None:
    ends = _moment(facts["deadline"])
    if ends - clock.deadline != timedelta(minutes=facts["minutes"] - facts["before"]):
        clock.faults.append("its extra time is not what was granted")
    clock.deadline = ends


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
