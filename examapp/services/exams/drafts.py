"""What an exam is set with, and what cannot be right in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
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


@dataclass(frozen=True)
class ExamDraft:
    """What an exam is set with; times are aware."""

    title: dict[str, str]
    spec: ExamSpec
    opens_at: datetime
    closes_at: datetime
    unit_ids: tuple[int, ...]
    audiences: tuple[str, ...]
    release_on_close: bool
    certificate_years: int


def draft_of(exam: Exam) -> ExamDraft:
    """What an exam was set with, as a value."""
    return ExamDraft(
        title=exam.title,
        spec=specs.from_data(exam.spec),
        opens_at=exam.opens_at,
        closes_at=exam.closes_at,
        unit_ids=tuple(sorted(unit.unit_id for unit in exam.units)),
        audiences=tuple(exam.audiences),
        release_on_close=exam.release_on_close,
        certificate_years=exam.certificate_years,
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
    yield from specs.faults(draft.spec)
    yield from _band_faults(draft.spec)
    yield from _topic_faults(db, draft.spec)


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
