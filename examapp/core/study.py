"""Study that counts: the check at the end of a section, and the hours it credits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from examapp.core.citations import Citation
from examapp.core.refusals import N_, RuleBroken
from examapp.core.stream import Stream

LEVELS = ("first-duty", "general", "post")  # the three "must know" lists, in their order
CHECK_PASS = Fraction(2, 3)


class CheckNotPossible(RuleBroken):
    """No item that cites this section's articles may be shown now."""

    code = "check_not_possible"
    words = N_(
        "There are no questions for this section that may be shown now. Questions of an exam "
        "that is running are kept back until its results are released."
    )


class SectionHeld(CheckNotPossible):
    """The law on which the section rests has changed, and nobody has looked at its text since."""

    code = "section_held"
    words = N_(
        "The law on which this section rests has changed. Its check comes back when trainers "
        "have looked the text over. What you were credited for stays."
    )


@dataclass(frozen=True)
class CheckItem:
    """A place of a check: its content's digest, its options' order, its key."""

    digest: str
    option_order: tuple[str, ...]
    key: frozenset[str]


def fits(section: Iterable[Citation], item: Iterable[Citation]) -> bool:
    """Whether an item belongs to a section's check: they cite an article in common."""
    return bool({cite.article_key for cite in section} & {cite.article_key for cite in item})


def meant_for(posts: Collection[str], audiences: Collection[str], post: str, of: str) -> bool:
    """Whether a guide is for a person of this post and audience; empty means everybody."""
    return (not posts or post in posts) and (not audiences or of in audiences)


def choose(
    codes: Iterable[str],
    unseen: Iterable[str],
    count: int,
    stream: Stream,
    enemies: Mapping[str, frozenset[str]] | None = None,
) -> list[str]:
    """Items for a check: those not met in earlier checks first, each group at random.

    Enemies (items that give each other away) never stand in one check. Raises
    CheckNotPossible where there is no item at all; fewer than `count` are enough.
    """
    known, fresh = sorted(set(codes)), set(unseen)
    new = stream.shuffle([code for code in known if code in fresh])
    met = stream.shuffle([code for code in known if code not in fresh])
    if not (new or met):
        raise CheckNotPossible()
    of = enemies or {}
    chosen: list[str] = []
    for code in new + met:
        barred = any(code in of.get(other, ()) or other in of.get(code, ()) for other in chosen)
        if not barred and len(chosen) < count:
            chosen.append(code)
    return chosen


def right_count(items: Sequence[CheckItem], chosen: Mapping[int, frozenset[str]]) -> int:
    """How many places (from 1) were answered with the whole key."""
    return sum(chosen.get(place) == item.key for place, item in enumerate(items, 1))


def passed(right: int, asked: int) -> bool:
    """Two thirds right pass a check."""
    return asked > 0 and Fraction(right, asked) >= CHECK_PASS
