"""Made-up exam days, lived through on the services: each act comes to what the oracle says."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from operator import itemgetter

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from examapp.core.exam_day import NothingToPause, NoTimeLeft, PaperClosed
from examapp.core.people import Role
from examapp.core.refusals import RuleBroken
from examapp.core.sittings import SittingClosed
from examapp.services.exams import extra_time, pausing
from examapp.services.sittings import closing, saving, starting
from examapp.store.exam_days import Excuse, Pause, Slot, SlotBooking, SlotUnit
from examapp.store.exams import Exam
from examapp.store.people import Unit, User
from examapp.store.sittings import LateResponse, Response, Sitting
from tests import exam_time_oracle as oracle
from tests.bureau import NOW, make_bank, make_exam, make_person, make_spec, make_unit
from tests.exam_time_oracle import MILLISECOND, MINUTE, Act, Case

OWN, ABOVE, TOP, OTHER = "own", "above", "top", "other"
# Some in every run of the suite, all of them where CI=true: a start is what takes the time.
CASES, PARTS = (1_000 if os.environ.get("CI") == "true" else 200), 5
SECOND = 1_000 * MILLISECOND
# What the services call the refusals of a start.
WORDS = {
    "exempted": "exempted",
    "no_slot": "no slot",
    "not_open": "not open",
    "paused": "paused",
    "entry_over": "too late to enter",
    "no_try_left": "no try left",
    "too_soon": "too soon",
    "try_ending": "last try not closed",
}


def moment(microseconds: int) -> datetime:
    return NOW + timedelta(microseconds=microseconds)


def microseconds(at: datetime) -> int:
    return (at - NOW) // timedelta(microseconds=1)


# --- Making up a day ---


class Maker:
    """Makes up a case act by act, and often hits what lies on a boundary exactly."""

    def __init__(self, number: int) -> None:
        self.chance = random.Random(number)
        self.now = 0

    def case(self) -> Case:
        bare = replace(self._exam(), pauses=tuple(self._pauses()))
        person, acts = oracle.Person(bare), []
        for number in range(self.chance.randint(4, 9)):
            if number >= 2 and not person.started:
                break  # they were refused often enough
            self.now = self._next_moment(person)
            act = self._act(person)
            oracle.ACTS[act.does](person, act)
            acts.append(act)
        return replace(bare, acts=tuple(acts))

    def _exam(self) -> Case:
        chance = self.chance
        closes = chance.choice([20, 40, 60, 90]) * MINUTE
        slots = self._slots(closes) if chance.random() < 0.3 else ()
        return Case(
            opens=0,
            closes=closes,
            minutes=chance.choice([10, 20, 30, 120]),
            grace=chance.choice([0, 1, 60, 300]) * SECOND,
            units=(OWN, ABOVE, TOP),
            slots=slots,
            booked=chance.choice([None, *slots]),
            entry_minutes=chance.choice([None, None, 5, 15]),
            tries=chance.choice([1, 2]),
            wait_minutes=chance.choice([0, 0, 1, 7]),
            exempted=chance.random() < 0.03,
        )

    def _slots(self, closes: int) -> tuple[oracle.Slot, ...]:
        """One to three; no unit has two."""
        units = self.chance.sample([OWN, ABOVE, TOP, OTHER], 4)
        return tuple(
            oracle.Slot(
                self.chance.randint(-5, 10) * MINUTE,
                closes - self.chance.randint(-5, 9) * MINUTE,
                tuple(units.pop() for _ in range(self.chance.choice([0, 1, 1]))),
            )
            for _ in range(self.chance.randint(1, 3))
        )

    def _pauses(self) -> Iterator[oracle.Pause]:
        """Of all, of the person's unit and those above, and of others; of one unit never two."""
        for unit in self.chance.sample([None, OWN, ABOVE, OTHER], self.chance.choice([0, 1, 1, 2])):
            at = max(0, self._odd(self.chance.randint(0, 40) * MINUTE))
            for _ in range(self.chance.choice([1, 1, 2])):
                end = at + max(1, self._odd(self.chance.choice([1, 3, 10]) * MINUTE))
                goes_on = self.chance.random() < 0.1
                yield oracle.Pause(at, None if goes_on else end, unit)
                if goes_on:
                    break
                at = end + self.chance.choice([0, 1, 5 * MINUTE])

    def _odd(self, at: int) -> int:
        return at + self.chance.choice([0, 0, 0, 1, -1, self.chance.randint(0, MINUTE)])

    def _next_moment(self, person: oracle.Person) -> int:
        """On a boundary, or a hair's breadth beside it; sometimes anywhere."""
        chance = self.chance
        marks = [mark for mark in self._marks(person) if mark >= self.now]
        if not marks or chance.random() < 0.2:
            return self.now + chance.randint(0, 10 * MINUTE)
        near = chance.choice([0, 0, 0, 1, -1, 1, -1, MILLISECOND, -MILLISECOND, SECOND])
        return max(self.now, chance.choice(marks) + near)

    def _marks(self, person: oracle.Person) -> list[int]:
        case, moved = person.case, person.case.given_back(self.now)
        opens, closes = case.window
        edges = [edge for pause in case.pauses for edge in pause[:2] if edge is not None]
        edges += [pause.start + 2 * MINUTE for pause in case.pauses]
        if not person.started:
            entry = case.entry_minutes and opens + case.entry_minutes * MINUTE
            latest = (entry or closes) + moved
            return [opens, opens, opens + 5 * MINUTE, latest, *edges]
        ends = person.clock(self.now)[0]
        over = ends + case.grace if person.submitted is None else person.submitted
        minutes_before = ends - self.chance.randint(1, 5) * MINUTE
        again = over + case.wait_minutes * MINUTE
        return [ends, ends, ends + case.grace, minutes_before, again, *edges]

    def _act(self, person: oracle.Person) -> Act:
        """Mostly a start until there is a sitting, or again one; then what one does in it."""
        does = self.chance.choice([*4 * ["save"], *2 * ["grant"], "hand in", "round", "start"])
        if not person.started and (does != "grant" or self.chance.random() < 0.5):
            does = "start"
        if person.started and self._may_begin_again(person) and self.chance.random() < 0.4:
            does = "start"
        if does == "grant":
            return Act(self.now, "grant", minutes=self._minutes(person))
        if does in ("start", "round"):
            return Act(self.now, does)
        return Act(self.now, does, left_ms=self._left_ms(person))

    def _may_begin_again(self, person: oracle.Person) -> bool:
        over = person.submitted is not None or person.left(self.now) <= 0
        return over and len(person.started) < person.case.tries

    def _left_ms(self, person: oracle.Person) -> int | None:
        """What the device says; most often what makes the difference."""
        likely = [None, 0, 1, -1, 5_000, 60_000_000]
        if person.submitted is None:
            exact = person.left(self.now) // MILLISECOND
            return self.chance.choice([*likely, exact - 1, exact, exact + 1])
        exact = person.left(person.submitted) // MILLISECOND
        before = [] if person.clock(person.submitted)[1] is not None else [exact - 1]
        # Not exact itself, and nothing before it in a pause: see the tests at the end.
        return self.chance.choice([None, 0, -1, 60_000_000, exact + 1, *before])

    def _minutes(self, person: oracle.Person) -> int:
        """Never as many as the person has: that is refused for its shape."""
        before = person.grants[-1][1] if person.grants else 0
        wanted = [0, 1, 5, 10, 45]
        if person.started:
            wanted.append(before - person.left(self.now) // MINUTE)
        return self.chance.choice([m for m in wanted if m != before and 0 <= m <= 600])


# --- Living through it ---


@pytest.fixture
def bureau(db: Session) -> Bureau:
    return Bureau(db)


class Bureau:
    """One exam, one candidate, one officer; every case changes the exam's row and undoes it."""

    def __init__(self, db: Session) -> None:
        self.units: dict[str | None, Unit | None] = {None: None}
        for code, above in ((TOP, None), (ABOVE, TOP), (OWN, ABOVE), (OTHER, ABOVE)):
            self.units[code] = make_unit(db, code, self.units[above])
        make_bank(db)
        trainer = make_person(db, "trainer", Role.TRAINER)
        whole = {"spec": make_spec(tries=2), "unit_ids": (self.units[TOP].id,)}
        self.exam_id = make_exam(db, trainer, **whole).id
        self.cadre = make_person(db, "cadre", unit=self.units[OWN])
        self.admin = make_person(db, "admin", Role.ADMIN)


class Day:
    """A case, lived through on the services in the order of time."""

    def __init__(self, db: Session, bureau: Bureau, case: Case, *, punctual: bool) -> None:
        self.punctual = punctual  # whether the caretaker comes by at every moment
        self.db, self.case, self.cadre, self.admin = db, case, bureau.cadre, bureau.admin
        self.units = bureau.units
        self.exam = db.get_one(Exam, bureau.exam_id)
        self.sittings: list[Sitting] = []
        self.seq = 0
        self._set_up()

    def _set_up(self) -> None:
        exam, case = self.exam, self.case
        exam.opens_at, exam.closes_at = moment(case.opens), moment(case.closes)
        exam.spec = {**exam.spec, "minutes": case.minutes, "tries": case.tries}
        exam.grace_seconds = case.grace // SECOND
        exam.entry_minutes, exam.wait_minutes = case.entry_minutes, case.wait_minutes
        for slot in case.slots:
            self._add(slot)
        if case.exempted:
            self._exempt()
        self.db.flush()

    def _add(self, slot: oracle.Slot) -> None:
        window = {"opens_at": moment(slot.opens), "closes_at": moment(slot.closes)}
        adding = insert(Slot).values(exam_id=self.exam.id, **window).returning(Slot.id)
        slot_id = self.db.execute(adding).scalar_one()  # no entity: the next case has its number
        for unit in slot.units:
            self.db.add(SlotUnit(slot_id=slot_id, unit_id=self.units[unit].id))
        if slot is self.case.booked:
            booking = {"exam_id": self.exam.id, "user_id": self.cadre.id, "slot_id": slot_id}
            self.db.add(SlotBooking(**booking, booked_at=NOW))

    def _exempt(self) -> None:
        decided = {"decided_by": self.admin.id, "decided_at": NOW, "approved": True}
        about = {"exam_id": self.exam.id, "user_id": self.cadre.id, "kind": "exemption"}
        filed = {"ground": "leave", "reason": "r", "filed_by": self.cadre.id, "filed_at": NOW}
        self.db.add(Excuse(**about, **filed, **decided))

    def live(self) -> list[str]:
        """What each act came to."""
        happens: list[tuple[int, int, Callable[[], str | None]]] = []
        for pause in self.case.pauses:
            rows: list[Pause] = []
            happens.append((pause.start, 1, partial(self._pause, pause, rows)))
            if pause.end is not None:
                happens.append((pause.end, 0, partial(self._resume, pause.end, rows)))
        for act in self.case.acts:
            happens.append((act.at, 2, partial(self._act, act)))
        last = self.case.acts[-1].at
        told = [does() for at, _, does in sorted(happens, key=itemgetter(0, 1)) if at <= last]
        return [words for words in told if words is not None]

    def _pause(self, pause: oracle.Pause, rows: list[Pause]) -> None:
        """Where nobody can begin or sit any more it is refused, and would change nothing."""
        now, unit = moment(pause.start), self.units[pause.unit]
        with suppress(NothingToPause):
            rows.append(
                pausing.pause(self.db, self.exam, unit, because="停电了", by=self.admin, now=now)
            )

    def _resume(self, end: int, rows: list[Pause]) -> None:
        for row in rows:
            pausing.resume(self.db, row, by=self.admin, now=moment(end))

    def _act(self, act: Act) -> str:
        if self.case.wait_minutes and self.punctual:
            self._sweep_punctually(act.at)
        return getattr(self, "_" + act.does.replace(" ", "_"))(act, moment(act.at))

    def _sweep_punctually(self, at: int) -> None:
        """Waiting counts from the closing; what is said of the caretaker is at the end."""
        for sitting in self.sittings[-1:]:
            self.db.refresh(sitting)
            due = sitting.accepts_until
            if sitting.closed_at is None and not sitting.paused_at and due <= moment(at):
                closing.close_lapsed(self.db, sitting, now=due)

    def _start(self, act: Act, now: datetime) -> str:
        try:
            sitting = starting.start(self.db, self.cadre, self.exam.public_id, device="pc", now=now)
        except RuleBroken as refused:
            return WORDS[refused.code]
        until = microseconds(sitting.deadline)
        if sitting in self.sittings:
            return f"goes on until {until}"
        self.sittings.append(sitting)
        return f"started until {until}"

    def _save(self, act: Act, now: datetime) -> str:
        sitting = self.sittings[-1]
        self.seq += 1
        try:
            saved = saving.save(
                self.db, self.cadre, sitting.public_id, lease_no=1, seq=self.seq,
                position=1, choice=frozenset("A"), now=now, left=act.left_ms,
            )  # fmt: skip
        except SittingClosed:
            return "refused"
        return "late" if saved.late else f"counts, {saved.left_ms} ms left"

    def _hand_in(self, act: Act, now: datetime) -> str:
        sitting = self.sittings[-1]
        try:
            receipt = closing.submit(
                self.db, self.cadre, sitting.public_id, now=now, left=act.left_ms
            )
        except SittingClosed:
            return "refused"
        return f"submitted {microseconds(receipt.submitted_at)}"

    def _grant(self, act: Act, now: datetime) -> str:
        user = self.db.get_one(User, self.cadre.id)
        try:
            extra_time.grant(
                self.db, self.exam, user, act.minutes, because="伤了手", by=self.admin, now=now
            )
        except (NoTimeLeft, PaperClosed):
            return "refused"
        return "granted"

    def _round(self, act: Act, now: datetime) -> str:
        for sitting_id in closing.lapsed(self.db, now):
            closing.close_lapsed(self.db, self.db.get_one(Sitting, sitting_id), now=now)
        sitting = self.sittings[-1]
        self.db.refresh(sitting)
        if sitting.closed_at is None:
            return f"open until {microseconds(sitting.deadline)}"
        if sitting.submitted_at is None:
            return f"lapsed {microseconds(sitting.accepts_until)}"
        return f"submitted {microseconds(sitting.submitted_at)}"

    def kept(self) -> tuple[int, int]:
        """How many choices stand in the sittings, and how many beside them."""
        return self._count(Response), self._count(LateResponse)

    def _count(self, table: type[Response | LateResponse]) -> int:
        mine = (
            select(func.count())
            .select_from(table)
            .join(Sitting)
            .where(Sitting.exam_id == self.exam.id)
        )
        return self.db.scalar(mine) or 0


@pytest.mark.parametrize("part", range(PARTS))
def test_the_services_do_what_the_document_says(db: Session, bureau: Bureau, part: int) -> None:
    for number in range(part * CASES // PARTS, (part + 1) * CASES // PARTS):
        differs_nowhere(db, bureau, Maker(number).case(), f"case {number}")


def differs_nowhere(
    db: Session, bureau: Bureau, case: Case, name: str = "", *, punctual: bool = True
) -> None:
    told = oracle.answers(case)
    undone = db.begin_nested()
    day = Day(db, bureau, case, punctual=punctual)
    came, kept = day.live(), day.kept()
    undone.rollback()
    db.expire_all()  # SQLite gives the next case the same numbers
    assert came == told, in_words(name, case, came, told)
    saves = Counter(words.split(",")[0] for words in told)
    assert kept == (saves["counts"], saves["late"]), in_words(name, case, came, told)


# --- Where the services once did not follow the document; the made-up days go round these ---

OPEN = Case(opens=0, closes=60 * MINUTE, minutes=30, grace=60 * SECOND, units=(OWN, ABOVE, TOP))
START = Act(0, "start")
AFTER = 35 * MINUTE


def test_a_choice_of_the_millisecond_of_the_hand_in_is_not_made_after_it(db, bureau) -> None:
    left_ms = 20 * 60_000
    acts = (START, Act(10 * MINUTE, "hand in"), Act(AFTER, "save", left_ms))
    differs_nowhere(db, bureau, replace(OPEN, acts=acts))


def test_a_choice_made_after_a_hand_in_during_a_pause_is_refused(db, bureau) -> None:
    """Ten minutes were left all the time; by its own word it was made when nine were."""
    pauses = (oracle.Pause(20 * MINUTE, 40 * MINUTE),)
    acts = (START, Act(25 * MINUTE, "hand in"), Act(50 * MINUTE, "save", 9 * 60_000))
    differs_nowhere(db, bureau, replace(OPEN, acts=acts, pauses=pauses))


def test_who_waits_for_the_next_try_does_not_wait_for_the_caretaker(db, bureau) -> None:
    """Closed at 31 minutes by the document, so that the next try may begin at 41."""
    twice = replace(OPEN, tries=2, wait_minutes=10, acts=(START, Act(45 * MINUTE, "start")))
    differs_nowhere(db, bureau, twice, punctual=False)


def in_words(name: str, case: Case, came: list[str], told: list[str]) -> str:
    """The case as it can be read: what came, and what the oracle had told."""
    head = replace(case, pauses=(), acts=())
    lines = [f"{name}: {head}", *map(str, case.pauses)]
    for act, one, other in zip(case.acts, came, told, strict=True):
        lines.append(f"{act}: {one}" + (f" - but the oracle: {other}" if one != other else ""))
    return "\n".join(lines)
