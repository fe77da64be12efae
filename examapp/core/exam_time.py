"""Whose exam opens, closes and ends when: slots, pauses, latest entry, extra time, grace."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from examapp.core.refusals import N_, RuleBroken


@dataclass(frozen=True)
class Window:
    """From `opens_at`, and before `closes_at`."""

    opens_at: datetime
    closes_at: datetime

    def cut_to(self, other: Window) -> Window:
        """The part that lies in both; empty (opening at its close) where there is none."""
        opens_at = max(self.opens_at, other.opens_at)
        return Window(opens_at, max(opens_at, min(self.closes_at, other.closes_at)))


@dataclass(frozen=True)
class Span:
    """A pause: from `since` until `until`, or still going on."""

    since: datetime
    until: datetime | None


def paused(spans: Iterable[Span], since: datetime, now: datetime) -> timedelta:
    """How long, between `since` and `now`, one pause or more held; overlaps count once."""
    total, reached = timedelta(0), since
    for span in sorted(spans, key=lambda span: span.since):
        begins, ends = max(span.since, reached), min(span.until or now, now)
        if ends > begins:
            total += ends - begins
            reached = ends
    return total


def finished(spans: Iterable[Span], now: datetime) -> list[Span]:
    """The pauses that are over at `now`."""
    return [span for span in spans if span.until is not None and span.until <= now]


@dataclass(frozen=True)
class Entry:
    """When a person may begin: their window as pauses moved it, and the latest entry."""

    window: Window
    latest: datetime

    def open_at(self, now: datetime) -> bool:
        """Whether one may begin at `now`, as far as the clock goes."""
        return self.window.opens_at <= now < min(self.window.closes_at, self.latest)


def entry(window: Window, spans: Iterable[Span], entry_minutes: int | None, now: datetime) -> Entry:
    """A person's window with its close and its latest entry moved by the pauses that are over."""
    moved = paused(finished(spans, now), window.opens_at, now)
    closes_at = window.closes_at + moved
    if entry_minutes is None:
        return Entry(Window(window.opens_at, closes_at), closes_at)
    latest = window.opens_at + timedelta(minutes=entry_minutes) + moved
    return Entry(Window(window.opens_at, closes_at), min(latest, closes_at))


def deadline(
    started_at: datetime, minutes: int, extra_minutes: int, closes_at: datetime
) -> datetime:
    """The smaller of start plus minutes and the window's close; extra time moves both."""
    extra = timedelta(minutes=extra_minutes)
    return min(started_at + timedelta(minutes=minutes), closes_at) + extra


def in_time(now: datetime, ends: datetime, accepts_until: datetime, left_ms: int | None) -> bool:
    """Whether a choice or a hand-in that arrives at `now` counts.

    `left_ms` is what the device says was left of the time; None where it says nothing.
    """
    if now < ends:
        return True
    return now < accepts_until and left_ms is not None and left_ms > 0


class NotOpen(RuleBroken):
    """Before the window or after it."""

    code = "not_open"
    words = N_("This exam is not open now.")


class Paused(RuleBroken):
    """The exam stands still for this person."""

    code = "paused"
    words = N_("This exam is paused. Your time stands still; wait here until it goes on.")


class EntryOver(RuleBroken):
    """Later than the latest entry."""

    code = "entry_over"
    words = N_("It is too late to begin this exam: nobody enters after %(latest)s.")


class TooSoon(RuleBroken):
    """The waiting time since the last try is not over."""

    code = "too_soon"
    words = N_("You may begin the next try from %(when)s on.")


class TryEnding(RuleBroken):
    """The time of the last try is over, but choices on their way may still come in."""

    code = "try_ending"
    words = N_("Your last try is just being closed. You may begin the next one in a minute.")


class NoSlot(RuleBroken):
    """The exam is held in slots, and the person has none."""

    code = "no_slot"
    words = N_("This exam is held in several time slots. Book one first.")


class Exempted(RuleBroken):
    """The person was exempted from the exam."""

    code = "exempted"
    words = N_("You have been exempted from this exam.")
