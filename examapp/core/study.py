"""Study that counts: the check at the end of a section, and the hours it credits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from examapp.core.citations import Citation
from examapp.core.refusals import N_, RuleBroken
from examapp.core.stream import Stream

CHECK_PASS = Fraction(2, 3)


class CheckNotPossible(RuleBroken):
    """No item that cites this section's articles may be shown now."""

    code = "check_not_possible"
    words = N_(
        "There are no questions for this section that may be shown now. Questions of an exam "
        "that is running are kept back until its results are released."
    )


class CheckHandedIn(RuleBroken):
    """A check is handed in once."""

    code = "check_handed_in"
    words = N_("This check has already been handed in.")


@dataclass(frozen=True)
class CheckItem:
    """A place of a check: the revision, its options' order, its key."""

    code: str
    option_order: tuple[str, ...]
    key: frozenset[str]


def fits(section: Iterable[Citation], item: Iterable[Citation]) -> bool:
    """Whether an item belongs to a section's check: they cite an article in common."""
    return bool({cite.article_key for cite in section} & {cite.article_key for cite in item})


def choose(codes: Sequence[str], unseen: Iterable[str], count: int, stream: Stream) -> list[str]:
    """Items for a check: those not met in earlier checks first, each group at random.

    Raises CheckNotPossible where there is none at all; fewer than `count` are enough.
    """
    fresh = set(unseen)
    new = stream.shuffle(sorted(code for code in codes if code in fresh))
    met = stream.shuffle(sorted(code for code in codes if code not in fresh))
    if not (new or met):
        raise CheckNotPossible()
    return (new + met)[:count]


def right_count(items: Sequence[CheckItem], chosen: Mapping[int, frozenset[str]]) -> int:
    """How many places (from 1) were answered with the whole key."""
    return sum(chosen.get(place) == item.key for place, item in enumerate(items, 1))


def passed(right: int, asked: int) -> bool:
    """Two thirds right pass a check."""
    return asked > 0 and Fraction(right, asked) >= CHECK_PASS
