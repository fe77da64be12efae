"""Which articles were split and which were merged, given who belongs to whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from examapp.core.law.alignment import Alignment
from examapp.core.law.compare_carried import Carried, Clausewise
from examapp.core.law.compare_share import Share
from examapp.core.law.compare_shares import Shares

Names = Callable[[int, int], frozenset[int]]
Pieces = dict[int, dict[int, Share]]

LOOSE = 0.7  # likeness of a pair below which either may be a piece of something else
NAMED = 0.1  # of a part that names what its whole names
MORE = 2  # times the words that it has of its partner
MOST = 0.4  # of a split article stands in its pieces; to a merged one much may have been added


# Clauses that went over, their wording changed: enough where the part stands near a known piece,
# and elsewhere. Determined on editions of real laws that were read by hand.
_NEAR = (
    Carried(said=0.1, weight=18, most=0, within=0.17, kept=0.1, together=0),
    Carried(said=0.04, weight=0, most=10, within=0.4, kept=0.04, together=0),
)
_FAR = (
    Carried(said=0.12, weight=18, most=0, within=0.4, kept=0.1, together=0),
    Carried(said=0.04, weight=0, most=10, within=0.5, kept=0.04, together=0),
)


class _Pieces:
    """One edition's articles as wholes, the other's as their parts."""

    def __init__(
        self, wholes: Sequence[str], parts: Sequence[str], said: Clausewise, names: Names
    ) -> None:
        self.shares, self._said, self._names = Shares(wholes, parts), said, names

    def share(
        self, whole: int, known: Sequence[int], part: int, together: float = 0
    ) -> Share | None:
        """What the part has of the whole, if that makes it a piece."""
        share = self.shares.share(whole, known, part)
        if share.holds and share.together >= together:
            return share
        what = self._said.carried(whole, known, part)
        near = any(abs(part - one) <= 2 for one in known)
        enough = any(what.reaches(least) for least in (_NEAR if near else _FAR))
        enough |= near and what.within >= NAMED and self._names_more(whole, known, part)
        return share if enough and what.together >= together else None

    def _names_more(self, whole: int, known: Iterable[int], part: int) -> bool:
        """Whether the part names a provision that the whole names too and the known pieces lack."""
        before = frozenset().union(*(self._names(whole, one) for one in known))
        return bool(self._names(whole, part) - before)


class Parting:
    """Finds the pieces of split and merged articles; the words are looked through once."""

    def __init__(self, old: Sequence[str], new: Sequence[str]) -> None:
        self._texts = old, new
        self._both: tuple[_Pieces, _Pieces] | None = None

    def _sides(self, found: Alignment) -> tuple[_Pieces, _Pieces]:
        if self._both is None:
            old, new = self._texts
            like = found.like
            self._both = (
                _Pieces(old, new, Clausewise(like.old, like.new, like.count), found.names),
                _Pieces(
                    new,
                    old,
                    Clausewise(like.new, like.old, like.count),
                    lambda whole, part: found.names(part, whole),
                ),
            )
        return self._both

    def elsewhere(self, found: Alignment) -> list[int]:
        """Old articles whose pair is loose while one of the two is a piece of something else."""
        old, new = self._texts
        loose = [
            (a, b) for a, b in found.forth.items()
            if old[a] != new[b] and found.like(a, b) < LOOSE
        ]  # fmt: skip
        if not loose:
            return []
        split, merged = self._sides(found)
        return [
            a for a, b in loose
            if _belongs(split, found.forth, a, b) or _belongs(merged, found.back, b, a)
        ]  # fmt: skip

    def pieces(self, found: Alignment) -> tuple[Pieces, Pieces]:
        """Old articles with the free new ones that are pieces of them, and the reverse."""
        old, new = self._texts
        free_old = [at for at in range(len(old)) if at not in found.forth]
        free_new = [at for at in range(len(new)) if at not in found.back]
        if not free_old and not free_new:
            return {}, {}
        sides = self._sides(found)
        split = parted(sides[0], found.forth, free_new, together=MOST)
        merged = parted(sides[1], found.back, free_old)
        _not_both(split, merged, found.forth)
        return split, merged


def _belongs(side: _Pieces, pairs: Mapping[int, int], partner: int, part: int) -> bool:
    """Whether the part is a piece of another whole, and much more of it stands there."""
    here = side.shares.common(partner, part)
    return any(
        side.shares.common(whole, part) > MORE * here
        and side.share(whole, [pairs[whole]], part) is not None
        for whole in side.shares.sources(part)
        if whole != partner and whole in pairs
    )


def _not_both(split: Pieces, merged: Pieces, forth: Mapping[int, int]) -> None:
    """Where an article was split and its partner merged, the larger pieces decide."""
    for whole in list(split):
        other = forth[whole]
        if other in merged:
            if _size(split[whole]) < _size(merged[other]):
                del split[whole]
            else:
                del merged[other]


def _size(pieces: Mapping[int, Share]) -> int:
    return sum(share.runs for share in pieces.values())


def parted(
    side: _Pieces, pairs: Mapping[int, int], free: Iterable[int], *, together: float = 0
) -> Pieces:
    """For each whole that was parted its pieces beside the partner that `pairs` gives it."""
    found: Pieces = defaultdict(dict)
    home = {known: whole for whole, known in pairs.items()}
    for part in free:
        beside = [home[part + by] for by in (-2, -1, 1, 2) if part + by in home]
        beside = [whole for whole in beside if side.shares.common(whole, part)]
        wholes = dict.fromkeys([*side.shares.sources(part), *beside])
        pieces = list(_wholes_of(part, wholes, side, pairs, found, together))
        pieces.sort(key=lambda piece: -piece[1].runs)
        # A sentence that two articles had, and that now stands alone, comes from neither.
        if pieces and (len(pieces) == 1 or pieces[0][1].runs > 1.3 * pieces[1][1].runs):
            whole, share = pieces[0]
            found[whole][part] = share
    return dict(found)


def _wholes_of(
    part: int,
    wholes: Iterable[int],
    side: _Pieces,
    pairs: Mapping[int, int],
    found: Pieces,
    together: float,
) -> Iterator[tuple[int, Share]]:
    for whole in wholes:
        if whole in pairs:
            known = [pairs[whole], *found.get(whole, ())]
            if (share := side.share(whole, known, part, together)) is not None:
                yield whole, share
