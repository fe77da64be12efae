"""Compare two editions of a law: what became of every article."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from examapp.core.law.alignment import Alignment, align
from examapp.core.law.changes import Change, Comparison
from examapp.core.law.compare_citing import Citing
from examapp.core.law.compare_kinds import Kinds
from examapp.core.law.compare_parting import Parting, Pieces
from examapp.core.law.compare_words import fold, skeleton
from examapp.core.law.text import Heading, LawText, ProvisionKind

Group = tuple[tuple[int, ...], tuple[int, ...]]


def compare(old: LawText, new: LawText) -> Comparison:
    """What became of each article, and which other provisions say something else."""
    keys = [[p.key for p in law.articles] for law in (old, new)]
    found, split, merged = _belonging(old, new)
    groups = sorted(_groups(found, split, merged), key=lambda group: _place(found, group))
    kinds = Kinds(old, new, groups)
    changes = tuple(
        Change(kinds.of(olds, news), _pick(keys[0], olds), _pick(keys[1], news))
        for olds, news in groups
    )
    return Comparison(changes, tuple(_others(old, new)))


def _pick(keys: Sequence[str], places: Iterable[int]) -> tuple[str, ...]:
    return tuple(keys[at] for at in places)


def _belonging(old: LawText, new: LawText) -> tuple[Alignment, Pieces, Pieces]:
    """The pairs, the pieces of old articles that were split, and those of new, merged ones."""
    folded = [[fold(p.text) for p in law.articles] for law in (old, new)]
    left, right = ([skeleton(text) for text in side] for side in folded)
    parting = Parting(left, right)

    def set_aside(found: Alignment) -> None:
        for at in list(parting.elsewhere(found)):
            found.part(at)
        split, merged = parting.pieces(found)
        found.reserved_new.update(part for pieces in split.values() for part in pieces)
        found.reserved_old.update(part for pieces in merged.values() for part in pieces)

    keys = [[p.key for p in law.articles] for law in (old, new)]
    citing = Citing((keys[0], folded[0]), (keys[1], folded[1]))
    found = align(left, right, (_under(old), _under(new)), citing, set_aside)
    return found, *parting.pieces(found)


def _under(law: LawText) -> list[str]:
    """For each article the heading next above it."""
    found, heading = [], ""
    for entry in law.body:
        if isinstance(entry, Heading):
            heading = f"{entry.label} {entry.title}"
        elif entry.kind is ProvisionKind.ARTICLE:
            found.append(heading)
    return found


def _groups(found: Alignment, split: Pieces, merged: Pieces) -> Iterator[Group]:
    """Which old and which new articles belong together; every one in one group."""
    pieces = {part for one in split.values() for part in one}
    parts = {part for one in merged.values() for part in one}
    for a, b in found.forth.items():
        yield tuple(sorted({a, *merged.get(b, ())})), tuple(sorted({b, *split.get(a, ())}))
    for a in range(len(found.old)):
        if a not in found.forth and a not in parts:
            yield (a,), ()
    for b in range(len(found.new)):
        if b not in found.back and b not in pieces:
            yield (), (b,)


def _place(found: Alignment, group: Group) -> tuple[float, int]:
    """Where a change stands in the new edition; a removed article after its old neighbour."""
    if group[1]:
        return group[1][0], -1
    before = next((at for at in range(group[0][0], -1, -1) if at in found.forth), None)
    return (-1 if before is None else found.forth[before]) + 0.5, group[0][0]


def _others(old: LawText, new: LawText) -> Iterator[tuple[str | None, str | None]]:
    """Preamble, points and annexes whose words differ; the same words elsewhere do not."""
    left, right = _no_articles(old), _no_articles(new)
    gone = [key for key in left if left[key] != right.get(key)]
    come = [key for key in right if right[key] != left.get(key)]
    for key in list(gone):
        if twin := next((other for other in come if right[other] == left[key]), None):
            gone.remove(key)
            come.remove(twin)
    yield from ((key, key if key in come else None) for key in gone)
    yield from ((None, key) for key in come if key not in gone)


def _no_articles(law: LawText) -> dict[str, str]:
    """The folded words of preamble, points and annexes by their keys."""
    others = (p for p in law.provisions if p.kind is not ProvisionKind.ARTICLE)
    return {p.key: fold(p.title + p.text) for p in others}
