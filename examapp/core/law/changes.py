"""What became of each article from one edition of a law to the next."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ChangeKind(StrEnum):
    """What happened to an article.

    `typographical`: width, spaces, dashes or quotation marks alone. `cross-reference`: only the
    numbers of other articles that it names moved. `renumbered`: same words, another number.
    """

    UNCHANGED = "unchanged"
    RENUMBERED = "renumbered"
    TYPOGRAPHICAL = "typographical"
    CROSS_REFERENCE = "cross-reference"
    MODIFIED = "modified"
    ADDED = "added"
    REMOVED = "removed"
    SPLIT = "split"
    MERGED = "merged"


HOLDS = frozenset({ChangeKind.MODIFIED, ChangeKind.REMOVED, ChangeKind.SPLIT, ChangeKind.MERGED})
"""What rests on an article that changed so is held; through every other change it keeps running."""


@dataclass(frozen=True)
class Change:
    """Keys of the articles of both editions that belong together.

    One old and one new key for unchanged, renumbered, typographical, cross-reference and
    modified; none and one for added; one and none for removed; one and several for split;
    several and one for merged.
    """

    kind: ChangeKind
    old: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """Every article of both editions in exactly one change, in the order of the new edition.

    A removed article stands where it stood between its neighbours. `other` names provisions
    that are no articles (preamble, annexes, points) whose words differ: keys of the old and the
    new edition, either of which may be None.
    """

    changes: tuple[Change, ...]
    other: tuple[tuple[str | None, str | None], ...]

    def of(self, kind: ChangeKind) -> tuple[Change, ...]:
        """The changes of one kind, in order."""
        return tuple(change for change in self.changes if change.kind is kind)
