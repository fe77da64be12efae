"""What makes an article one of the pieces of another, and not an echo of its phrases."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Share:
    """What a part adds to the pieces known so far of a whole; runs are four letters long.

    All but `runs` and `beside` lie between 0 and 1.
    """

    runs: int  # of the whole, that this part has and the known pieces lack
    gained: float  # the same by the whole's size
    kept: float  # what of the whole the known pieces have and this part lacks
    together: float  # what of the whole they all have
    inside: float  # how much of the part stands in the whole
    clauses: float  # how much of the whole's clauses this part says and the known pieces do not
    moved: float  # how much of the whole's sentences have their nearest one in this part
    beside: bool = False  # the part stands next to a known piece

    @property
    def holds(self) -> bool:
        """Whether the part is a piece of the whole."""
        return any(_reaches(self, least) for least in _ENOUGH)


_ENOUGH = (
    # a substantial piece; together they are most of the whole
    Share(12, gained=0.14, kept=0.1, together=0.45, inside=0.2, clauses=0, moved=0),
    Share(12, gained=0.14, kept=0.1, together=0.45, inside=0.15, clauses=0, moved=0, beside=True),
    # whole sentences or clauses went over
    Share(12, gained=0.1, kept=0.1, together=0, inside=0.15, clauses=0, moved=0.3),
    Share(5, gained=0.05, kept=0.1, together=0, inside=0.55, clauses=0, moved=0.2),
    Share(0, gained=0, kept=0.1, together=0, inside=0.4, clauses=0.15, moved=0),
    # the part stands in the whole almost as it is
    Share(12, gained=0.1, kept=0.08, together=0, inside=0.45, clauses=0, moved=0),
    Share(8, gained=0.05, kept=0.1, together=0, inside=0.6, clauses=0, moved=0),
    # a sentence of a whole that fell into its parts
    Share(8, gained=0.08, kept=0.1, together=0.45, inside=0, clauses=0.1, moved=0.2, beside=True),
    # a short part that stands in the whole, sentence by sentence
    Share(4, gained=0, kept=0.1, together=0, inside=0.4, clauses=0, moved=0.3),
    # twins that stood side by side: the second has little that the first does not say too
    Share(0, gained=0, kept=0.05, together=0, inside=0.33, clauses=0.08, moved=0, beside=True),
)
"""Any of these rows is enough; determined on editions of real laws that were read by hand."""


def _reaches(share: Share, least: Share) -> bool:
    return (
        share.runs >= least.runs
        and share.gained >= least.gained
        and share.kept >= least.kept
        and share.together >= least.together
        and share.inside >= least.inside
        and share.clauses >= least.clauses
        and share.moved >= least.moved
        and share.beside >= least.beside
    )
