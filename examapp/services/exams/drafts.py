"""What an exam is set with, and what cannot be right in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from examapp.core import spec as specs
from examapp.core.refusals import N_, Fault
from examapp.core.spec import ExamSpec
from examapp.store.bank import Topic
from examapp.store.exams import Exam
from examapp.store.people import Unit

BANDS = ("pass", "good", "excellent")
MOST_GRACE = 600  # seconds
MOST_WAIT = 30 * 24 * 60  # minutes


@dataclass(frozen=True)
class ExamDraft:
    """What an exam is set with; times are aware, `make_up_of` is an exam's public id."""

    title: dict[str, str]
    spec: ExamSpec
    opens_at: datetime
    closes_at: datetime
    unit_ids: tuple[int, ...]
    audiences: tuple[str, ...]
    release_on_close: bool
    certificate_years: int
    grace_seconds: int = 60
    entry_minutes: int | None = None
    wait_minutes: int = 0
    make_up_of: str | None = None
    make_up_failed: bool = False


def spec_as_set(exam: Exam) -> ExamSpec:
    """The spec; drafts from before papers were levelled get the usual tolerance."""
    spec = specs.from_data(exam.spec)
    if spec.tolerance is None and not exam.published_at:
        return replace(spec, tolerance=specs.TOLERANCE)
    return spec


def draft_of(exam: Exam) -> ExamDraft:
    """What an exam was set with, as a value."""
    return ExamDraft(
        title=exam.title,
        spec=spec_as_set(exam),
        opens_at=exam.opens_at,
        closes_at=exam.closes_at,
        unit_ids=tuple(sorted(unit.unit_id for unit in exam.units)),
        audiences=tuple(exam.audiences),
        release_on_close=exam.release_on_close,
        certificate_years=exam.certificate_years,
        grace_seconds=exam.grace_seconds,
        entry_minutes=exam.entry_minutes,
        wait_minutes=exam.wait_minutes,
        make_up_of=exam.original.public_id if exam.original else None,
        make_up_failed=exam.make_up_failed,
    )


def faults(db: Session, draft: ExamDraft) -> Iterator[Fault]:
    """What cannot be right in a draft, the bank's size apart."""
    if not any(draft.title.values()):
        yield Fault("title", N_("give the exam a title"))
    if draft.opens_at >= draft.closes_at:
        yield Fault("closes_at", N_("the exam closes after it opens"))
    if not draft.unit_ids:
        yield Fault("units", N_("choose at least one unit"))
    elif len(draft.unit_ids) != db.scalar(select(func.count()).where(Unit.id.in_(draft.unit_ids))):
        yield Fault("units", N_("one of the units does not exist"))
    if not 0 <= draft.certificate_years <= 10:
        yield Fault("certificate_years", N_("a certificate holds for 0 (none) to 10 years"))
    yield from _time_faults(draft)
    yield from _make_up_faults(db, draft)
    yield from specs.faults(draft.spec)
    yield from _band_faults(draft.spec)
    yield from _topic_faults(db, draft.spec)


def _time_faults(draft: ExamDraft) -> Iterator[Fault]:
    if not 0 <= draft.grace_seconds <= MOST_GRACE:
        yield Fault("grace_seconds", N_("give 0 to 600 seconds"))
    if draft.entry_minutes is not None:
        if draft.entry_minutes < 1:
            yield Fault("entry_minutes", N_("give at least one minute, or leave it empty"))
        elif draft.opens_at + timedelta(minutes=draft.entry_minutes) > draft.closes_at:
            yield Fault("entry_minutes", N_("the latest entry lies after the close of the exam"))
    if not 0 <= draft.wait_minutes <= MOST_WAIT:
        yield Fault("wait_minutes", N_("give 0 to 43200 minutes (30 days)"))
    elif draft.wait_minutes and draft.spec.tries == 1:
        yield Fault("wait_minutes", N_("there is only one try, so nobody waits for the next"))


def _make_up_faults(db: Session, draft: ExamDraft) -> Iterator[Fault]:
    if draft.make_up_of is None:
        if draft.make_up_failed:
            yield Fault("make_up_of", N_("choose the exam that people may have failed"))
        return
    original = db.scalar(select(Exam).where(Exam.public_id == draft.make_up_of))
    if original is None or not original.published_at or original.cancelled_at:
        yield Fault("make_up_of", N_("choose an exam that was published and not cancelled"))
    elif original.make_up_of is not None:
        yield Fault("make_up_of", N_("that is a make-up exam itself; choose the first one"))


def _band_faults(spec: ExamSpec) -> Iterator[Fault]:
    least = {band.code: band.least for band in spec.bands}
    rising = [least[code] for code in BANDS if code in least]
    if any(above <= below for below, above in pairwise(rising)):
        yield Fault("bands", N_("each band begins above the one before it"))
    if rising and min(rising, default=Fraction(0)) < spec.cut_score:
        yield Fault("bands", N_("no band begins below the cut score"))


def _topic_faults(db: Session, spec: ExamSpec) -> Iterator[Fault]:
    wanted = {line.topic for line in spec.lines}
    known = set(db.scalars(select(Topic.code).where(Topic.code.in_(wanted))))
    for number, line in enumerate(spec.lines, 1):
        if line.topic not in known:
            facts = {"topic": line.topic}
            yield Fault(f"line {number}", N_('there is no topic "%(topic)s"'), facts)
