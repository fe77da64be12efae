"""The facts of a year that may count: credited sections, confirmed offline study, passed exams."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.clock import local_date, zone
from examapp.core.assessment import Evidence, Measure
from examapp.core.exams import TryResult, counting
from examapp.core.scoring import Outcome
from examapp.core.spec import Counts, from_data
from examapp.store.assessments import OfflineStudy
from examapp.store.exam_days import Excuse
from examapp.store.exams import Exam
from examapp.store.sittings import Score, Sitting
from examapp.store.study import Guide, Section, StudyCredit

Facts = dict[int, list[Evidence]]
_AT_ONCE = 5000  # people in one statement: well below what either database takes


def of_year(db: Session, user_ids: Sequence[int], year: int) -> Facts:
    """Every fact of the year that may count, by person and in order of days.

    A handful of queries, however many people. Time online is in none of them: no table
    of the platform holds it.
    """
    facts: Facts = {user_id: [] for user_id in user_ids}
    for start in range(0, len(user_ids), _AT_ONCE):
        some = user_ids[start : start + _AT_ONCE]
        for user_id, fact in (
            *_credits(db, some, year),
            *_offline(db, some, year),
            *_exams(db, some, year),
            *_exemptions(db, some, year),
        ):
            facts[user_id].append(fact)
    for found in facts.values():
        found.sort(key=lambda fact: (fact.on, fact.reference))
    return facts


def _credits(db: Session, users: Sequence[int], year: int) -> Iterator[tuple[int, Evidence]]:
    sections = {
        row.id: (_joined(row.guide_title, row.title), _section(row))
        for row in db.execute(
            select(
                Section.id,
                Section.code,
                Section.title,
                Section.withdrawn_at,
                Guide.withdrawn_at.label("guide_withdrawn_at"),
                Guide.code.label("guide"),
                Guide.title.label("guide_title"),
            ).join(Guide, Guide.id == Section.guide_id)
        )
    }
    rows = db.execute(
        select(
            StudyCredit.user_id,
            StudyCredit.section_id,
            StudyCredit.minutes,
            StudyCredit.credited_at,
        ).where(StudyCredit.user_id.in_(users), StudyCredit.year == year)
    )
    for row in rows:
        what, reference = sections[row.section_id]
        on = local_date(row.credited_at)
        yield row.user_id, Evidence(Measure.STUDY_MINUTES, on, row.minutes, what, reference)


def _section(row: Any) -> str:
    """What was withdrawn since still counts, but there is nothing to open any more."""
    gone = row.withdrawn_at or row.guide_withdrawn_at
    return f"{'withdrawn' if gone else 'section'}:{row.guide}:{row.code}"


def _joined(guide: Mapping[str, str], section: Mapping[str, str]) -> dict[str, str]:
    marks = {"zh": "《{}》：{}", "en": "{}: {}"}
    return {
        language: mark.format(guide[language], section[language])
        for language, mark in marks.items()
        if guide.get(language) and section.get(language)
    }


def _offline(db: Session, users: Sequence[int], year: int) -> Iterator[tuple[int, Evidence]]:
    first, last = days_of(year)
    rows = db.execute(
        select(
            OfflineStudy.user_id,
            OfflineStudy.on,
            OfflineStudy.minutes,
            OfflineStudy.what,
            OfflineStudy.public_id,
        ).where(
            OfflineStudy.user_id.in_(users),
            OfflineStudy.confirmed.is_(True),
            OfflineStudy.on.between(first, last),
        )
    )
    for row in rows:
        what = {"zh": row.what, "en": row.what}  # in the person's own words, whatever the language
        reference = f"offline:{row.public_id}"
        yield row.user_id, Evidence(Measure.STUDY_MINUTES, row.on, row.minutes, what, reference)


def _exams(db: Session, users: Sequence[int], year: int) -> Iterator[tuple[int, Evidence]]:
    """Exams released in the year whose counting try passed, under the score now in force."""
    begins, ends = (datetime(y, 1, 1, tzinfo=zone()) for y in (year, year + 1))
    exams = db.execute(
        select(Exam.id, Exam.title, Exam.spec, Exam.released_at).where(
            Exam.released_at >= begins, Exam.released_at < ends, Exam.cancelled_at.is_(None)
        )
    ).all()
    for exam in exams:
        on, counts = local_date(exam.released_at), from_data(exam.spec).counts
        for user_id, sitting in _passed(db, exam.id, users, counts):
            reference = f"sitting:{sitting}"
            yield user_id, Evidence(Measure.EXAMS_PASSED, on, 1, exam.title, reference)


def _exemptions(db: Session, users: Sequence[int], year: int) -> Iterator[tuple[int, Evidence]]:
    """Whoever was exempted owes that exam no more: it counts on the day that the exam closes."""
    begins, ends = (datetime(y, 1, 1, tzinfo=zone()) for y in (year, year + 1))
    rows = db.execute(
        select(Excuse.user_id, Excuse.public_id, Exam.title, Exam.closes_at)
        .join(Exam, Exam.id == Excuse.exam_id)
        .where(
            Excuse.user_id.in_(users),
            Excuse.kind == "exemption",
            Excuse.approved.is_(True),
            Excuse.withdrawn_at.is_(None),
            Exam.closes_at >= begins,
            Exam.closes_at < ends,
            Exam.cancelled_at.is_(None),
        )
    )
    for row in rows:
        reference = f"exempted:{row.public_id}"
        on = local_date(row.closes_at)
        yield row.user_id, Evidence(Measure.EXAMS_PASSED, on, 1, row.title, reference)


def _passed(
    db: Session, exam_id: int, users: Sequence[int], counts: Counts
) -> Iterator[tuple[int, str]]:
    tries: dict[int, dict[int, Any]] = {}
    rows = db.execute(
        select(Sitting.user_id, Sitting.public_id, Sitting.try_no, Score.points, Score.outcome)
        .join(Score, Score.sitting_id == Sitting.id)
        .where(Sitting.exam_id == exam_id, Sitting.user_id.in_(users))
        .order_by(Score.number)
    )
    for row in rows:  # a later number overwrites an earlier score
        tries.setdefault(row.user_id, {})[row.try_no] = row
    for user_id, by_no in tries.items():
        best = counting((TryResult(no, row.points) for no, row in by_no.items()), counts)
        if best and by_no[best.try_no].outcome == Outcome.PASSED:
            yield user_id, by_no[best.try_no].public_id


def days_of(year: int) -> tuple[date, date]:
    """First and last day of a calendar year."""
    return date(year, 1, 1), date(year, 12, 31)
