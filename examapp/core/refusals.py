"""What the rules answer when they say no: a code for machines, words for people."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "translate later"
    """Mark an English text for translation; the web floor translates it."""
    return text


class RuleBroken(Exception):
    """Something was asked for that a rule forbids; nothing was changed.

    `code` names the refusal for machines (JSON answers, tests); `words` is the English
    sentence, translated by the web floor and filled with `facts`.
    """

    code = "refused"
    words = N_("This is not possible.")

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(f"{self.code} {facts}" if facts else self.code)


class NotFound(RuleBroken):
    """There is no such thing, or it is not yours: the two are not told apart."""

    code = "not_found"
    words = N_("This page does not exist, or it is not yours to see.")


class Conflict(RuleBroken):
    """Somebody else changed it meanwhile; look at theirs before you save yours."""

    code = "conflict"
    words = N_("Somebody else changed this in the meantime. Nothing of yours was saved over it.")


@dataclass(frozen=True)
class Fault:
    """One thing to mend: where it stands, and what is wrong in words an author can act on."""

    place: str
    words: str
    facts: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        said = self.words % self.facts if self.facts else self.words
        return f"{self.place}: {said}" if self.place else said


class Invalid(RuleBroken):
    """What was sent cannot be right; `faults` lists everything to mend, all at once."""

    code = "invalid"
    words = N_("Some entries need to be mended first.")

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__(faults=[str(fault) for fault in faults])
