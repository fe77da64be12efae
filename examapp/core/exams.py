"""An exam in time: when it can be entered, when it ends, when its results may be seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from examapp.core.refusals import N_, RuleBroken
from examapp.core.spec import Counts


class ExamState(StrEnum):
    """Where an exam stands; always derived from its timestamps."""

    DRAFT = "draft"
    ANNOUNCED = "announced"
    OPEN = "open"
    CLOSED = "closed"
    RELEASED = "released"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class ExamTimes:
    """The timestamps from which an exam's state follows."""

    opens_at: datetime
    closes_at: datetime
    published_at: datetime | None = None
    released_at: datetime | None = None
    cancelled_at: datetime | None = None


def state(exam: ExamTimes, now: datetime) -> ExamState:
    """The state at `now`; published means: pool frozen, seed committed to."""
    if exam.cancelled_at:
        return ExamState.CANCELLED
    if not exam.published_at:
        return ExamState.DRAFT
    if exam.released_at:
        return ExamState.RELEASED
    if now < exam.opens_at:
        return ExamState.ANNOUNCED
    return ExamState.OPEN if now < exam.closes_at else ExamState.CLOSED


class NoTryLeft(RuleBroken):
    """All tries are used."""

    code = "no_try_left"
    words = N_("You have used all your tries in this exam.")


class NotReleased(RuleBroken):
    """Results are shown only once the exam releases them."""

    code = "not_released"
    words = N_("The results of this exam have not been released yet.")


@dataclass(frozen=True)
class TryResult:
    """One scored try of a person in an exam."""

    try_no: int
    points: Fraction


def counting(tries: Iterable[TryResult], counts: Counts) -> TryResult | None:
    """The try that counts; of equal bests the earlier one."""
    ordered = sorted(tries, key=lambda result: result.try_no)
    if not ordered:
        return None
    if counts is Counts.BEST:
        return max(ordered, key=lambda result: (result.points, -result.try_no))
    return ordered[-1] if counts is Counts.LAST else ordered[0]
