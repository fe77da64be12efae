"""What is going on around the sample's exams: people sitting now, slots to book, excuses."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from examapp.sample.answering import answer_paper
from examapp.sample.people import Bureau
from examapp.services.exams import booking, excuses, slots
from examapp.services.exams.publishing import publish
from examapp.services.exams.setting import ExamDraft, create
from examapp.services.exams.slots import SlotDraft
from examapp.services.people.persons import Person
from examapp.services.sittings.presence import pulse
from examapp.services.sittings.starting import start
from examapp.store.exams import Exam

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
Happening = tuple[datetime, Callable[[datetime], object]]
DEVICE = "sample"


@dataclass
class ExamDays:
    """The last hour and the next days of the sample."""

    db: Session
    bureau: Bureau
    chance: random.Random
    now: datetime

    def sitting_now(self, exam: Exam, people: Sequence[Person]) -> Iterator[Happening]:
        """Some began within the last half hour and are still at it; one was not heard of since."""
        for number, person in enumerate(people):
            began = self.now - self.chance.randrange(6, 30) * MINUTE
            yield began, self._begins(exam, person, silent=number == 0)

    def _begins(self, exam: Exam, person: Person, *, silent: bool) -> Callable[[datetime], object]:
        def begin(at: datetime) -> None:
            sitting = start(self.db, person, exam.public_id, device=DEVICE, now=at)
            minutes = int((self.now - at) / MINUTE)
            answer_paper(self.db, person, sitting, self.chance, at=at, minutes=minutes)
            heard = at + 2 * MINUTE if silent else self.now
            pulse(self.db, person, sitting.public_id, device=DEVICE, now=heard)

        return begin

    def coming(self, template: ExamDraft, booked: Sequence[Person]) -> Iterator[Happening]:
        """An exam in three days, held in slots that people book."""
        trainer = self.bureau.by_account["trainer"]
        morning = (self.now + 3 * DAY).replace(hour=1, minute=0, second=0, microsecond=0)
        draft = ExamDraft(
            title={"zh": "宪法宣传周专题考试", "en": "Exam of the Constitution week"},
            spec=template.spec,
            opens_at=morning,
            closes_at=morning + 8 * HOUR,
            unit_ids=template.unit_ids,
            audiences=(),
            release_on_close=True,
            certificate_years=0,
            entry_minutes=15,
        )
        exam = create(self.db, draft, by=trainer, now=self.now - 9 * DAY)
        made = [
            slots.add(self.db, exam, SlotDraft(opens, opens + 2 * HOUR, capacity=places),
                      by=trainer, now=self.now - 9 * DAY)
            for opens, places in (
                (morning, 12), (morning + 2 * HOUR, 40), (morning + 6 * HOUR, 40),
            )
        ]  # fmt: skip
        yield self.now - 8 * DAY, lambda at: publish(self.db, exam, by=trainer, now=at)
        for number, person in enumerate(booked):
            slot = made[0 if number < 12 else self.chance.choice((1, 2))]
            at = self.now - self.chance.uniform(1, 7) * DAY
            yield at, self._books(exam, person, slot.public_id)

    def _books(self, exam: Exam, person: Person, slot_id: str) -> Callable[[datetime], object]:
        return lambda at: booking.book(self.db, person, exam.public_id, slot_id, now=at)

    def excuses(self, exam: Exam, absent: Sequence[Person]) -> Iterator[Happening]:
        """Two who did not come ask for a make-up exam or an exemption; nobody has decided yet."""
        for person, (kind, ground, reason) in zip(absent, ASKED, strict=False):
            yield (
                self.now - self.chance.uniform(1, 3) * DAY,
                self._asks(exam, person, kind, ground, reason),
            )

    def _asks(
        self, exam: Exam, person: Person, kind: str, ground: str, reason: str
    ) -> Callable[[datetime], object]:
        return lambda at: excuses.file(
            self.db, person, exam.public_id, kind=kind, ground=ground, reason=reason, now=at
        )


ASKED = (
    ("make_up", "duty", "考试期间在外地执行水上交通安全检查任务。"),
    ("exemption", "retiring", "明年八月到龄退休，申请免考。"),
)
