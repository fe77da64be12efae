"""One go at one paper: its state, its newest responses, its receipt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from examapp.core.canonical import digest
from examapp.core.items import Kind
from examapp.core.refusals import N_, RuleBroken


class SittingState(StrEnum):
    """Open, handed in, or ended by the deadline."""

    OPEN = "open"
    SUBMITTED = "submitted"
    LAPSED = "lapsed"


def state(
    submitted_at: datetime | None,
    deadline: datetime,
    now: datetime,
    paused_at: datetime | None = None,
) -> SittingState:
    """The state at `now`, from the timestamps; while a sitting is paused its time is not over."""
    if submitted_at:
        return SittingState.SUBMITTED
    over = paused_at is None and now >= deadline
    return SittingState.LAPSED if over else SittingState.OPEN


def left_ms(deadline: datetime, paused_at: datetime | None, now: datetime) -> int:
    """Whole milliseconds until the deadline, negative after it; in a pause they stand still."""
    return (deadline - (paused_at or now)) // _MILLISECOND


def made_before(
    left: int | None,
    deadline: datetime,
    submitted_at: datetime | None,
    paused_at: datetime | None,
) -> bool:
    """Whether the device says that a choice was made before the time was up and the hand-in.

    A paper that was handed in during a pause has `paused_at`: its clock stood still since then.
    """
    at_the_end = left_ms(deadline, paused_at, submitted_at) if submitted_at else 0
    return left is not None and left > 0 and left >= at_the_end


_MILLISECOND = timedelta(milliseconds=1)
MOST_LATE = 5  # late choices kept for each place of a paper: enough for a changed mind, no more


class SittingClosed(RuleBroken):
    """The time is up, or the paper has been handed in."""

    code = "sitting_closed"
    words = N_("The time is up, or the paper has been handed in. This choice was not counted.")


class TakenOver(RuleBroken):
    """Another device continues this sitting; this one may only watch."""

    code = "taken_over"
    words = N_("This exam is now open on another device. Choices made here are not saved.")


class NotOnPaper(RuleBroken):
    """The place is not on the paper, or the option is not one of the item's."""

    code = "not_on_paper"
    words = N_("This choice does not belong to your paper and was not saved.")


class OutOfOrder(RuleBroken):
    """The same sequence number came before with another choice."""

    code = "out_of_order"
    words = N_(
        "This save repeats a number already used for another choice. Please reload the page."
    )


@dataclass(frozen=True)
class Response:
    """One saved choice; an empty choice takes an earlier one back."""

    position: int
    lease_no: int
    seq: int
    choice: frozenset[str]

    @property
    def age(self) -> tuple[int, int]:
        """Later devices come after earlier ones, higher numbers after lower ones."""
        return self.lease_no, self.seq


def require_choice(choice: frozenset[str], kind: Kind, option_ids: Iterable[str]) -> None:
    """Raise NotOnPaper unless the choice could be made at a place with these options."""
    too_many = kind is not Kind.MULTIPLE and len(choice) > 1
    if too_many or not choice <= set(option_ids):
        raise NotOnPaper()


def current(responses: Iterable[Response]) -> dict[int, frozenset[str]]:
    """The newest choice at every place; places taken back are left out."""
    newest: dict[int, Response] = {}
    for response in responses:
        known = newest.get(response.position)
        if known is None or response.age > known.age:
            newest[response.position] = response
    return {place: r.choice for place, r in sorted(newest.items()) if r.choice}


def responses_digest(sitting: str, chosen: Mapping[int, frozenset[str]]) -> str:
    """The digest on the receipt: the sitting and the choice at every answered place."""
    return digest({"sitting": sitting, "responses": {str(p): sorted(c) for p, c in chosen.items()}})


def spell(choice: Iterable[str]) -> str:
    """A choice as it is stored: option ids in order, joined by commas."""
    return ",".join(sorted(choice))


def read(spelled: str) -> frozenset[str]:
    """A stored choice as a set of option ids."""
    return frozenset(spelled.split(",")) if spelled else frozenset()
