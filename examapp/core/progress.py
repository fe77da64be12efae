"""How far a person has come with an exam, whatever the score."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from examapp.core.sittings import SittingState


class Progress(StrEnum):
    """Not begun, at it now, handed in, ended by the deadline, or let off it."""

    NOT_YET = "not-yet"
    SITTING = "sitting"
    HANDED_IN = "handed-in"
    LAPSED = "lapsed"
    EXEMPTED = "exempted"


_BY_STATE = {
    SittingState.OPEN: Progress.SITTING,
    SittingState.SUBMITTED: Progress.HANDED_IN,
    SittingState.LAPSED: Progress.LAPSED,
}


def progress(tries: Sequence[SittingState], *, exempted: bool = False) -> Progress:
    """The last of the tries, in order, decides; who never began may have been exempted."""
    if tries:
        return _BY_STATE[tries[-1]]
    return Progress.EXEMPTED if exempted else Progress.NOT_YET
