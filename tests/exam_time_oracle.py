"""The rules of docs/exam-time.md once more, from that page alone; the services are held against it.

Moments are whole microseconds of one clock. Every answer is worked out anew from all that
happened before, never from a deadline that was moved. At one moment pauses end first, then
pauses begin, then acts follow as they are listed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

MINUTE, MILLISECOND = 60_000_000, 1_000


class Pause(NamedTuple):
    """`end` is None for one that never ends, `unit` where it is for all."""

    start: int
    end: int | None
    unit: str | None = None


class Slot(NamedTuple):
    """A window for units, or for whoever booked it."""

    opens: int
    closes: int
    units: tuple[str, ...] = ()


class Act(NamedTuple):
    """What is tried: start, save, hand in, grant (extra minutes), or the caretaker's round."""

    at: int
    does: str
    left_ms: int | None = None
    minutes: int = 0


@dataclass(frozen=True)
class Case:
    """One person and one exam; `units` are the person's, their own first.

    Minutes are minutes, all else microseconds.
    """

    opens: int
    closes: int
    minutes: int
    grace: int
    units: tuple[str, ...] = ()
    slots: tuple[Slot, ...] = ()
    booked: Slot | None = None
    entry_minutes: int | None = None
    tries: int = 1
    wait_minutes: int = 0
    exempted: bool = False
    pauses: tuple[Pause, ...] = ()
    acts: tuple[Act, ...] = ()

    @property
    def slot(self) -> Slot | None:
        """Of the nearest unit that has one, else the one they booked."""
        of_units = (slot for unit in self.units for slot in self.slots if unit in slot.units)
        return next(of_units, self.booked)

    @property
    def window(self) -> tuple[int, int]:
        opens, closes = self.slot[:2] if self.slot else (self.opens, self.closes)
        return max(opens, self.opens), min(closes, self.closes)

    def pauses_at(self, now: int, *, over: bool = False) -> list[tuple[int, int | None]]:
        """Those of the person that have begun, as their union; None is the end of one that runs."""
        union: list[tuple[int, int | None]] = []
        for start, end, unit in sorted(self.pauses, key=lambda pause: pause.start):
            known = end if end is not None and end <= now else None
            concerns = unit is None or unit in self.units
            if not concerns or start > now or (over and known is None):
                continue
            if union and (union[-1][1] is None or start < union[-1][1]):
                start, before = union.pop()
                known = None if before is None or known is None else max(before, known)
            union.append((start, known))
        return union

    def given_back(self, now: int) -> int:
        """By how much the close of the window has moved, and the latest entry."""
        over = self.pauses_at(now, over=True)
        return sum(max(0, end - max(start, self.window[0])) for start, end in over if end)


@dataclass
class Person:
    """What a person has done so far, and what they were granted."""

    case: Case
    started: list[int] = field(default_factory=list)
    submitted: int | None = None
    grants: list[tuple[int, int]] = field(default_factory=list)

    def clock(self, now: int) -> tuple[int, int | None]:
        """The deadline of the last try as known now; since when its clock stands still, or None."""
        case, started = self.case, self.started[-1]
        extra = ([0] + [minutes for at, minutes in self.grants if at <= started])[-1]
        close = case.window[1] + case.given_back(started)
        end, still = min(started + case.minutes * MINUTE, close) + extra * MINUTE, None
        pauses = case.pauses_at(now)
        facts = [(start, 1, 0) for start, _ in pauses if start >= started]
        facts += [(over, 0, 0) for _, over in pauses if over is not None and over > started]
        facts += [(at, 2, minutes) for at, minutes in self.grants if at > started]
        for at, what, minutes in sorted(facts, key=lambda fact: fact[:2]):
            if still is None and end <= at:
                break  # A sitting that is over is not opened again.
            if what == 0 and still is not None:
                end, still = end + at - still, None
            elif what == 1:
                still = at
            elif what == 2:
                end, extra = end + (minutes - extra) * MINUTE, minutes
        return end, still

    def left(self, now: int) -> int:
        """How much time the last try has; it does not shrink during a pause."""
        end, still = self.clock(now)
        return end - (now if still is None else still)

    def closed(self, now: int) -> int | None:
        """When the last try was closed; None while it is not."""
        if self.submitted is not None:
            return self.submitted
        end = self.clock(now)[0] + self.case.grace
        return end if self.left(now) + self.case.grace <= 0 else None

    def in_time(self, act: Act) -> bool:
        left, made_before = self.left(act.at), act.left_ms is not None and act.left_ms > 0
        return left > 0 or (made_before and left + self.case.grace > 0)


def answers(case: Case) -> list[str]:
    """What each act comes to, in the order of time."""
    person = Person(case)
    return [ACTS[act.does](person, act) for act in case.acts]


def start(person: Person, act: Act) -> str:
    case, now, tries = person.case, act.at, len(person.started)
    closed = person.closed(now) if tries else None
    if tries and closed is None and person.left(now) > 0:
        return f"goes on until {person.clock(now)[0]}"
    (opens, close), moved = case.window, case.given_back(now)
    entry = None if case.entry_minutes is None else opens + case.entry_minutes * MINUTE + moved
    refusals = {
        "exempted": case.exempted,
        "no slot": bool(case.slots) and case.slot is None,
        "not open": not opens <= now < close + moved,
        "paused": any(end is None for _, end in case.pauses_at(now)),
        "too late to enter": entry is not None and now >= entry,
        "no try left": tries >= case.tries,
        "too soon": closed is not None and now < closed + case.wait_minutes * MINUTE,
        "last try not closed": tries > 0 and closed is None,
    }
    refused = next((words for words, holds in refusals.items() if holds), None)
    if refused:
        return refused
    person.started.append(now)
    person.submitted = None
    return f"started until {person.clock(now)[0]}"


def save(person: Person, act: Act) -> str:
    if person.submitted is None and person.in_time(act):
        return f"counts, {person.left(act.at) // MILLISECOND} ms left"
    ended = person.submitted is not None or person.closed(act.at) is not None
    left_then = person.left(person.submitted) if person.submitted is not None else 0
    said = act.left_ms or 0
    return "late" if ended and said > 0 and said >= left_then // MILLISECOND else "refused"


def hand_in(person: Person, act: Act) -> str:
    if person.submitted is None and not person.in_time(act):
        return "refused"
    person.submitted = act.at if person.submitted is None else person.submitted
    return f"submitted {person.submitted}"


def grant(person: Person, act: Act) -> str:
    """Before or during a sitting, and not so that its deadline would lie in the past."""
    running = person.started and person.submitted is None and person.left(act.at) > 0
    with_it = Person(person.case, person.started, None, [*person.grants, (act.at, act.minutes)])
    if running and with_it.left(act.at) <= 0:
        return "refused"
    if not running and len(person.started) >= person.case.tries:
        return "refused"
    person.grants.append((act.at, act.minutes))
    return "granted"


def caretaker(person: Person, act: Act) -> str:
    closed = person.closed(act.at)
    if closed is None:
        return f"open until {person.clock(act.at)[0]}"
    return f"{'lapsed' if person.submitted is None else 'submitted'} {closed}"


ACTS = {"start": start, "save": save, "hand in": hand_in, "grant": grant, "round": caretaker}
