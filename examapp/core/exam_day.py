"""An exam while it runs, as its officers see it: states of people, and what officers may not do."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from examapp.core.refusals import N_, RuleBroken

SILENT_AFTER = timedelta(seconds=90)
REASON_LEAST, REASON_MOST = 2, 300


class DayState(StrEnum):
    """Where somebody stands on an exam day, by their last try; in the order of the page."""

    NOT_BEGUN = "not-begun"
    CONNECTED = "connected"
    SILENT = "silent"
    PAUSED = "paused"
    HANDED_IN = "handed-in"
    LAPSED = "lapsed"
    EXEMPTED = "exempted"


class DayRefusal(RuleBroken):
    """What does not go just now; the officer stays on the page and reads why."""


class NothingToPause(DayRefusal):
    """The exam is not open, and nobody sits any more."""

    code = "nothing_to_pause"
    words = N_("Nobody can sit this exam now; there is nothing to pause.")


class AlreadyPaused(DayRefusal):
    """The same people cannot be paused twice by the same pause."""

    code = "already_paused"
    words = N_("This exam is paused already for these people.")


class PauseOver(DayRefusal):
    """Somebody else resumed it."""

    code = "pause_over"
    words = N_("This pause is over already; the exam goes on.")


class NotForOneself(RuleBroken):
    """Whoever sits an exam decides nothing about their own paper."""

    code = "not_for_oneself"
    words = N_("You cannot do this for yourself. Ask another officer.")


class PaperClosed(DayRefusal):
    """What is over is not opened again."""

    code = "paper_closed"
    words = N_("This paper is closed already and is not opened again.")


class StillSitting(DayRefusal):
    """Late choices are decided on when the paper is closed."""

    code = "still_sitting"
    words = N_("This person still sits. Decide when the paper is closed.")


class NoTimeLeft(DayRefusal):
    """Fewer minutes would end the sitting in the past."""

    code = "no_time_left"
    words = N_("With so few minutes their time would be over already. Give more minutes.")


class NothingLate(DayRefusal):
    """There is no late choice that waits for a decision."""

    code = "nothing_late"
    words = N_("No late choices of this person wait for a decision.")


class AlreadyProposed(DayRefusal):
    """One proposal at a time."""

    code = "already_proposed"
    words = N_("Another officer has proposed a decision already. Confirm it or withdraw it first.")


class ProposalOver(DayRefusal):
    """It was confirmed or withdrawn meanwhile."""

    code = "proposal_over"
    words = N_("This proposal was confirmed or withdrawn meanwhile.")


class SameOfficer(RuleBroken):
    """Two officers decide, not one twice."""

    code = "same_officer"
    words = N_("You proposed this yourself. Another officer must confirm it.")


class ExamSettled(DayRefusal):
    """After the release, or after it was called off, nothing of the day is changed."""

    code = "exam_settled"
    words = N_("The results of this exam have been released, or it has been cancelled.")
