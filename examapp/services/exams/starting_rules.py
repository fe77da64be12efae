"""Whether a person may begin an exam now, and if not, why: docs/exam-time.md in its order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from examapp.core.exam_time import (
    Entry,
    EntryOver,
    Exempted,
    NoSlot,
    NotOpen,
    Paused,
    TooSoon,
    TryEnding,
)
from examapp.core.exams import NoTryLeft
from examapp.core.refusals import N_, RuleBroken
from examapp.core.spec import ExamSpec
from examapp.services.exams.entering import Admission
from examapp.store.exams import Exam
from examapp.store.sittings import Sitting

REFUSALS = (NotOpen, Exempted, NoSlot, Paused, EntryOver, NoTryLeft, TooSoon, TryEnding)


class PoolReduced(RuleBroken):
    """So many items left the pool because their law changed that no paper can be drawn."""

    code = "pool_reduced"
    words = N_(
        "This exam cannot begin: a law that it asks about changes, its questions were taken out, "
        "and too few remain. No try of yours is used. Those who set the exam will announce "
        "what happens next."
    )


def running(sittings: Sequence[Sitting], now: datetime) -> Sitting | None:
    """The person's sitting whose time is not over: while it stands still it never is."""
    for sitting in sittings:
        if sitting.closed_at is None and (sitting.paused_at or now < sitting.deadline):
            return sitting
    return None


def refusal(
    admission: Admission, sittings: Sequence[Sitting], spec: ExamSpec, exam: Exam, now: datetime
) -> RuleBroken | None:
    """Why the person may not begin, or go on, now; None where they may.

    `sittings` are all of theirs in this exam, by number of the try.
    """
    if running(sittings, now):
        return None
    if not exam.published_at or exam.cancelled_at or exam.released_at:
        return NotOpen()
    if admission.exempted:
        return Exempted()
    if admission.entry is None:
        return NoSlot()
    return _too_late_or_early(admission.entry, admission, now) or _of_tries(
        sittings, spec, exam, now
    )


def _too_late_or_early(entry: Entry, admission: Admission, now: datetime) -> RuleBroken | None:
    if not entry.window.opens_at <= now < entry.window.closes_at:
        return NotOpen()
    if admission.paused_since:
        return Paused()
    return EntryOver(latest=entry.latest) if now >= entry.latest else None


def _of_tries(
    sittings: Sequence[Sitting], spec: ExamSpec, exam: Exam, now: datetime
) -> RuleBroken | None:
    if len(sittings) >= spec.tries:
        return NoTryLeft()
    last = sittings[-1] if sittings else None
    if last is None:
        return None
    if last.closed_at is None:
        return TryEnding()
    again = last.closed_at + timedelta(minutes=exam.wait_minutes)
    return TooSoon(when=again) if now < again else None
