"""Excuses: what they ask for, on which grounds, and when they can still be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from examapp.core.refusals import N_, Fault, RuleBroken

REASON_MAX = 500
NOTE_MAX = 300


class ExcuseKind(StrEnum):
    """Sit the make-up exam instead, or be let off altogether."""

    MAKE_UP = "make_up"
    EXEMPTION = "exemption"


class Ground(StrEnum):
    """Why; the places' rules name the first three for an exemption."""

    RETIRING = "retiring"
    MATERNITY = "maternity"
    ILLNESS = "illness"
    DUTY = "duty"
    OTHER = "other"


class ExcuseStanding(StrEnum):
    """Where an excuse stands, from its moments."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


def standing(*, withdrawn: bool, approved: bool | None) -> ExcuseStanding:
    """What became of an excuse; one that was taken back counts no more, whatever was decided."""
    if withdrawn:
        return ExcuseStanding.WITHDRAWN
    if approved is None:
        return ExcuseStanding.WAITING
    return ExcuseStanding.APPROVED if approved else ExcuseStanding.REFUSED


def faults(kind: str, ground: str, reason: str) -> Iterator[Fault]:
    """What cannot be right in what is asked."""
    if kind not in set(ExcuseKind):
        yield Fault("kind", N_("choose what you ask for"))
    if ground not in set(Ground):
        yield Fault("ground", N_("choose the ground"))
    if not 2 <= len(reason) <= REASON_MAX:
        yield Fault("reason", N_("say why, in 2 to %(most)s characters"), {"most": REASON_MAX})


def note_faults(note: str) -> Iterator[Fault]:
    """A decision says why, whichever way it goes."""
    if not 2 <= len(note) <= NOTE_MAX:
        facts = {"most": NOTE_MAX}
        yield Fault("note", N_("say why you decide so, in 2 to %(most)s characters"), facts)


class AlreadyAsked(RuleBroken):
    """One excuse at a time."""

    code = "already_asked"
    words = N_("There is an excuse for this exam already: it waits, or it has been approved.")


class ExcuseSettled(RuleBroken):
    """Decided on, or taken back, meanwhile."""

    code = "excuse_settled"
    words = N_("This excuse no longer waits: it was decided on or withdrawn meanwhile.")


class NotOnOneself(RuleBroken):
    """Nobody excuses themselves."""

    code = "not_on_oneself"
    words = N_("You cannot decide on an excuse of your own. Another officer must do it.")


class NothingToExcuse(RuleBroken):
    """Called off, released, or sat already."""

    code = "nothing_to_excuse"
    words = N_(
        "For this exam nothing can be asked any more: it was cancelled, or you sat it, or its "
        "results have been released."
    )
