"""A year of the sample bureau: exams really drawn and sat, checks really taken, by the code."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.clock import local_date
from examapp.core.items import Kind
from examapp.core.scoring import Band
from examapp.core.spec import Counts, ExamSpec, SpecLine
from examapp.sample.answering import answer_check, answer_paper
from examapp.sample.exam_days import ExamDays
from examapp.sample.people import Bureau
from examapp.services.assessments.offline import decide, declare
from examapp.services.exams.drafts import draft_of
from examapp.services.exams.publishing import publish
from examapp.services.exams.setting import ExamDraft, create, release
from examapp.services.people.persons import Person
from examapp.services.sittings.closing import close_lapsed, submit
from examapp.services.sittings.starting import start
from examapp.services.study.checks import CheckNotPossible
from examapp.store.exams import Exam
from examapp.store.sittings import Sitting
from examapp.store.study import Guide, Section

DAY = timedelta(days=1)
SECTIONS_OF_A_YEAR = 46  # some 33 hours: the yearly 30 and a little more
Happening = tuple[datetime, Callable[[datetime], object]]


@dataclass
class History:
    """What happens in the sample year, in order of time."""

    db: Session
    bureau: Bureau
    chance: random.Random
    now: datetime

    def happen(self) -> None:
        """Make the whole year happen, oldest first, each thing at its own moment."""
        happenings = [*self._exams(), *self._study(), *self._offline()]
        for at, act in sorted(happenings, key=lambda happening: happening[0]):
            act(at)
            self.db.flush()

    def _exams(self) -> Iterator[Happening]:
        yield from self._past_exam(
            {"zh": "2026年上半年法律知识考试", "en": "Legal-knowledge exam, first half of 2026"},
            opens=self.now - 170 * DAY, tries=1, sit=0.93,
        )  # fmt: skip
        yield from self._past_exam(
            {"zh": "宪法专题考试", "en": "Exam on the Constitution"},
            opens=self.now - 60 * DAY, tries=2, sit=0.88,
        )  # fmt: skip
        yield from self._open_exam()

    def _past_exam(
        self, title: dict[str, str], *, opens: datetime, tries: int, sit: float
    ) -> Iterator[Happening]:
        trainer = self.bureau.by_account["trainer"]
        closes = opens + 5 * DAY
        exam = self._create(title, opens, closes, tries)
        yield opens - 3 * DAY, lambda at: publish(self.db, exam, by=trainer, now=at)
        for person in self.bureau.cadres:
            if self.chance.random() < sit:
                began = opens + timedelta(minutes=self.chance.randrange(30, 4 * 24 * 60))
                yield from self._sit(exam, person, began)
        yield closes + 2 * DAY, lambda at: release(self.db, exam, by=trainer, now=at)

    def _open_exam(self) -> Iterator[Happening]:
        """Open now and for a week; some have sat, the demo's cadre has not."""
        trainer = self.bureau.by_account["trainer"]
        title = {"zh": "2026年度法律知识考试", "en": "Legal-knowledge exam 2026"}
        opens = self.now - 2 * DAY
        exam = self._create(title, opens, self.now + 7 * DAY, 2)
        yield opens - 3 * DAY, lambda at: publish(self.db, exam, by=trainer, now=at)
        named = {person.id for person in self.bureau.by_account.values()}
        others = [person for person in self.bureau.cadres if person.id not in named]
        absent = []
        for person in others:
            if self.chance.random() < 0.4:
                began = opens + timedelta(minutes=self.chance.randrange(20, 2 * 24 * 60 - 120))
                yield from self._sit(exam, person, began)
            else:
                absent.append(person)
        days = ExamDays(self.db, self.bureau, self.chance, self.now)
        yield from days.sitting_now(exam, absent[2:10])
        yield from days.excuses(exam, absent[:2])
        yield from days.coming(draft_of(exam), others[: len(others) // 2])

    def _create(self, title: dict[str, str], opens: datetime, closes: datetime, tries: int) -> Exam:
        draft = ExamDraft(
            title=title,
            spec=_constitution(tries) if "宪法" in title["zh"] else _yearly(tries),
            opens_at=opens.replace(minute=0, second=0, microsecond=0),
            closes_at=closes.replace(minute=0, second=0, microsecond=0),
            unit_ids=(self.bureau.top.id,),
            audiences=(),
            release_on_close=False,
            certificate_years=3,
        )
        trainer = self.bureau.by_account["trainer"]
        return create(self.db, draft, by=trainer, now=opens - 10 * DAY)

    def _sit(self, exam: Exam, person: Person, began: datetime) -> Iterator[Happening]:
        """One sitting: started, answered, and handed in - or left until the time runs out."""
        lapses = self.chance.random() < 0.04
        minutes = self.chance.randrange(18, 43)

        def sit(at: datetime) -> None:
            sitting = start(self.db, person, exam.public_id, device="sample", now=at)
            answer_paper(self.db, person, sitting, self.chance, at=at, minutes=minutes)
            if lapses:
                late = sitting.accepts_until + timedelta(seconds=5)
                close_lapsed(self.db, self.db.get_one(Sitting, sitting.id), now=late)
            else:
                submit(self.db, person, sitting.public_id, now=at + timedelta(minutes=minutes))

        yield began, sit

    def _study(self) -> Iterator[Happening]:
        sections = self._sections()
        named = self.bureau.by_account["cadre"].id
        for person in self.bureau.cadres:
            diligence = 0.5 if person.id == named else self.chance.uniform(0.2, 1.0)
            mine = [section for section, posts in sections if not posts or person.post in posts]
            for section in self._guide_by_guide(mine)[: round(diligence * SECTIONS_OF_A_YEAR)]:
                days = self.chance.uniform(1, self._days_of_year())
                yield self._working_hour(self.now - days * DAY), self._check(person, section)

    def _guide_by_guide(self, sections: list[Section]) -> list[Section]:
        guides = list(dict.fromkeys(section.guide_id for section in sections))
        self.chance.shuffle(guides)
        return sorted(sections, key=lambda section: guides.index(section.guide_id))

    def _check(self, person: Person, section: Section) -> Callable[[datetime], object]:
        def take(at: datetime) -> None:
            try:
                answer_check(self.db, person, section, self.chance, at=at)
            except CheckNotPossible:
                return

        return take

    def _sections(self) -> list[tuple[Section, list[str]]]:
        rows = self.db.execute(
            select(Section, Guide.posts)
            .join(Guide, Guide.id == Section.guide_id)
            .order_by(Guide.position, Section.position)
        )
        return [(section, posts) for section, posts in rows]

    def _offline(self) -> Iterator[Happening]:
        """Declared offline study: most confirmed, the last weeks' still waiting."""
        officer = self.bureau.by_account["personnel"]
        for person in self.bureau.cadres:
            for _ in range(self.chance.choice((0, 1, 1, 2, 3))):
                day = self.now - self.chance.uniform(3, self._days_of_year()) * DAY
                yield self._working_hour(day), self._declared(person, officer)

    def _declared(self, person: Person, officer: Person) -> Callable[[datetime], object]:
        what = self.chance.choice(READ)
        minutes = self.chance.choice((60, 90, 120, 180, 240))

        def act(at: datetime) -> None:
            made = declare(self.db, person, on=local_date(at), minutes=minutes, what=what, now=at)
            settled = at < self.now - 14 * DAY and person.id != officer.id
            if settled:
                right = self.chance.random() < 0.95
                remark = "" if right else "请补充学习内容"
                decide(
                    self.db, officer, made.public_id, confirm=right, remark=remark, now=at + 2 * DAY
                )

        return act

    def _days_of_year(self) -> int:
        return max(5, local_date(self.now).timetuple().tm_yday - 3)

    def _working_hour(self, at: datetime) -> datetime:
        """Between nine and five on the bureau's clock (UTC+8 in the sample)."""
        minutes = self.chance.randrange(0, 8 * 60)
        return at.replace(hour=1, minute=0, second=0, microsecond=0) + timedelta(minutes=minutes)


READ = (
    "阅读《领导干部法律知识读本》第三章",
    "阅读《公务员法律知识读本》第二章",
    "学习《民法典》总则编",
    "阅读法治宣传教育法并做笔记",
    "学习新修订的《海商法》",
    "旁听行政诉讼庭审并撰写体会",
)


def _line(topic: str, kind: Kind, count: int, points: int) -> SpecLine:
    return SpecLine(topic, kind, None, count, Fraction(points))


def _bands() -> tuple[Band, ...]:
    return (
        Band("pass", Fraction(60)),
        Band("good", Fraction(80)),
        Band("excellent", Fraction(90)),
    )


def _yearly(tries: int) -> ExamSpec:
    """40 items, 100 points, the Constitution first (R2)."""
    lines = (
        _line("constitution", Kind.SINGLE, 10, 2),
        _line("rule-of-law", Kind.SINGLE, 5, 2),
        _line("ports", Kind.SINGLE, 5, 2),
        _line("constitution", Kind.MULTIPLE, 5, 4),
        _line("rule-of-law", Kind.MULTIPLE, 3, 4),
        _line("ports", Kind.MULTIPLE, 2, 4),
        _line("constitution", Kind.JUDGEMENT, 5, 2),
        _line("rule-of-law", Kind.JUDGEMENT, 3, 2),
        _line("ports", Kind.JUDGEMENT, 2, 2),
    )
    return ExamSpec(lines, 60, Fraction(60), _bands(), tries, Counts.BEST)


def _constitution(tries: int) -> ExamSpec:
    """25 items, 100 points, on the Constitution alone."""
    lines = (
        _line("constitution", Kind.SINGLE, 10, 4),
        _line("constitution", Kind.MULTIPLE, 9, 5),
        _line("constitution", Kind.JUDGEMENT, 5, 3),
    )
    return ExamSpec(lines, 45, Fraction(60), _bands(), tries, Counts.BEST)
