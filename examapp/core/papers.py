"""What a lottery draws from and what it gives: pool items, papers, their digests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from examapp.core.canonical import digest
from examapp.core.items import Difficulty, Kind
from examapp.core.refusals import N_, RuleBroken
from examapp.core.spec import Cell, ExamSpec, SpecLine
from examapp.core.stream import Stream

# Of public bundles: drawn plainly; levelled; levelled from a pool that items left before the exam.
PLAIN_FORMAT, LEVELLED_FORMAT, REDUCED_FORMAT = (f"examapp-lottery-{n}" for n in (1, 2, 3))


@dataclass(frozen=True)
class PoolItem:
    """An item revision as the draw sees it; `digest` stands for its content.

    `ease` is the expected share of right answers in ten-thousandths, frozen with the pool;
    None in pools of exams that are drawn plainly.
    """

    code: str
    digest: str
    topic: str
    kind: Kind
    difficulty: Difficulty
    option_ids: tuple[str, ...]
    enemies: frozenset[str] = frozenset()
    ease: int | None = None

    @property
    def cell(self) -> Cell:
        return self.topic, self.kind, self.difficulty

    def clashes(self, other: PoolItem) -> bool:
        """Whether the two may not stand on one paper."""
        return self.code == other.code or other.code in self.enemies or self.code in other.enemies


@dataclass(frozen=True)
class PaperItem:
    """One place on a paper: which revision, in which order its options, for how many points."""

    position: int
    digest: str
    option_order: tuple[str, ...]
    points: Fraction


Paper = tuple[PaperItem, ...]
Chosen = list[tuple[PoolItem, SpecLine]]


class PoolTooSmall(RuleBroken):
    """The frozen pool cannot fill a paper (enemies count against each other)."""

    code = "pool_too_small"
    words = N_("The question pool is too small for a paper of this exam.")


def pool_digest(pool: Iterable[PoolItem]) -> str:
    """The digest that is published before the exam: contents (and eases) in order of code."""
    ordered = sorted(pool, key=lambda item: item.code)
    return digest(
        [[i.code, i.digest] if i.ease is None else [i.code, i.digest, i.ease] for i in ordered]
    )


def roster_digest(pseudonyms: Sequence[str]) -> str:
    """The digest of who has which number, in order."""
    return digest(list(pseudonyms))


def paper_digest(paper: Paper) -> str:
    """The digest of a paper: contents, option order and points, place by place."""
    return digest([as_data(item) for item in paper])


def as_data(item: PaperItem) -> dict[str, Any]:
    """A place of a paper in JSON's types."""
    return {
        "position": item.position,
        "item": item.digest,
        "options": list(item.option_order),
        "points": str(item.points),
    }


def from_data(data: dict[str, Any]) -> PaperItem:
    """Read what `as_data` wrote."""
    return PaperItem(
        data["position"], data["item"], tuple(data["options"]), Fraction(data["points"])
    )


def paper_stream(seed: bytes, candidate: str, try_no: int) -> Stream:
    """The stream of one candidate's paper; `candidate` is the pseudonym in the public bundle."""
    return Stream.of(seed, "paper", candidate, str(try_no))


def laid_out(spec: ExamSpec, chosen: Chosen, stream: Stream) -> Paper:
    """Shuffle the chosen items within their kind, then the options of each.

    Kinds come in the order in which the spec first names them, as printed papers have it.
    """
    kinds = list(dict.fromkeys(line.kind for line in spec.lines))
    placed = [
        pair for kind in kinds for pair in stream.shuffle([c for c in chosen if c[0].kind == kind])
    ]
    return tuple(
        PaperItem(position, item.digest, _option_order(item, stream), line.points)
        for position, (item, line) in enumerate(placed, 1)
    )


def _option_order(item: PoolItem, stream: Stream) -> tuple[str, ...]:
    """True and false keep their order; options of a choice are shuffled."""
    if item.kind is Kind.JUDGEMENT:
        return item.option_ids
    return tuple(stream.shuffle(item.option_ids))


def cell_counts(pool: Iterable[PoolItem]) -> Counter[Cell]:
    """How many items a pool holds of each topic, kind and difficulty."""
    return Counter(item.cell for item in pool)
