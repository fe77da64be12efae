"""What the lobby counts down to, and when it looks again: by the server's clock alone."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from examapp.core.exam_time import TooSoon, TryEnding, deadline
from examapp.services.exams.candidates import Phase, Standing

NEAR = timedelta(minutes=10)
OFTEN, SELDOM = 60, 300  # seconds between two looks: near the opening or paused, and else
SPREAD = 5.0  # seconds over which those who wait come in


@dataclass(frozen=True)
class Wait:
    """Until when somebody waits (None: nobody can say), and how often the page looks again."""

    until: datetime | None
    seconds: float | None
    spread: float
    every: int


def wait(standing: Standing, person: str, now: datetime) -> Wait | None:
    """What to count down to; None where waiting changes nothing."""
    if standing.open_sitting or standing.exempted or standing.phase(now) is Phase.OVER:
        return None
    until = _until(standing, now)
    paused = standing.admission.paused_since is not None
    if until is None and not paused:
        return None
    often = paused or until is None or until - now <= NEAR
    return Wait(
        until=until,
        seconds=max(0.0, (until - now).total_seconds()) if until else None,
        spread=spread(standing.exam.public_id, person),
        every=OFTEN if often else SELDOM,
    )


def _until(standing: Standing, now: datetime) -> datetime | None:
    entry, refusal = standing.admission.entry, standing.refusal
    if entry is not None and now < entry.window.opens_at:
        return entry.window.opens_at
    if isinstance(refusal, TooSoon):
        when = refusal.facts["when"]
        return when if isinstance(when, datetime) else None
    if isinstance(refusal, TryEnding):
        return standing.sittings[-1].accepts_until
    return None


def spread(exam: str, person: str) -> float:
    """Seconds of one's own after the opening, always the same: not all ask at once."""
    digest = hashlib.sha256(f"{exam}:{person}".encode()).digest()
    return round(int.from_bytes(digest[:4], "big") / 2**32 * SPREAD, 3)


@dataclass(frozen=True)
class End:
    """When it would end, and what of the person's minutes the close of the window takes."""

    at: datetime
    minutes: int
    shortened: bool


def end(standing: Standing, now: datetime) -> End | None:
    """When a sitting that began now would end; None where there is no window."""
    entry = standing.admission.entry
    if entry is None:
        return None
    minutes, extra = standing.spec.minutes, standing.admission.extra_minutes
    at = deadline(now, minutes, extra, entry.window.closes_at)
    whole = now + timedelta(minutes=minutes + extra)
    return End(at, minutes + extra, shortened=at < whole)
