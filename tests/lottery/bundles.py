"""Bundles of every shape: large and tight pools, lines that overlap, enemies, odd points."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from examapp.core.draw import Candidate, lottery
from examapp.core.items import Difficulty, Kind
from examapp.core.papers import PoolItem, as_data, paper_digest, pool_digest, roster_digest
from examapp.core.plan import plan
from examapp.core.spec import ExamSpec, SpecLine

BANDS = {Difficulty.EASY: 8500, Difficulty.MEDIUM: 6500, Difficulty.HARD: 4500}
OPTIONS = {
    Kind.SINGLE: ("A", "B", "C", "D"),
    Kind.MULTIPLE: ("A", "B", "C", "D", "E"),
    Kind.JUDGEMENT: ("true", "false"),
}


def make_pool(
    size: int, *, topics: int = 6, spread: int = 0, enemies: int = 0, chance: random.Random
) -> list[PoolItem]:
    """Items of all kinds and bands; `spread` is how far eases lie around their band's."""
    codes = [f"item-{number:05d}" for number in range(size)]
    foes: dict[str, set[str]] = {code: set() for code in codes}
    for _ in range(enemies):
        one, other = chance.sample(codes, 2)
        foes[one].add(other)
    return [_item(code, frozenset(foes[code]), topics, spread, chance) for code in codes]


def _item(
    code: str, foes: frozenset[str], topics: int, spread: int, chance: random.Random
) -> PoolItem:
    kind = chance.choices(list(Kind), [45, 30, 25])[0]
    band = chance.choices(list(Difficulty), [40, 40, 20])[0]
    return PoolItem(
        code=code,
        digest=hashlib.sha256(code.encode()).hexdigest(),
        topic=f"law.t{chance.randrange(topics)}",
        kind=kind,
        difficulty=band,
        option_ids=OPTIONS[kind],
        enemies=foes,
        ease=min(9999, max(1, BANDS[band] + round(chance.gauss(0, 1) * spread))),
    )


def make_spec(*lines: tuple[str, Kind, Difficulty | None, int, str], tries: int = 1) -> ExamSpec:
    """A levelled spec; points are written as texts."""
    made = tuple(
        SpecLine(topic, kind, band, count, Fraction(p)) for topic, kind, band, count, p in lines
    )
    points = sum((line.count * line.points for line in made), Fraction(0))
    return ExamSpec(made, 60, points * 4 / 5, tries=tries, tolerance=Fraction(1, 4))


CITY = make_spec(
    ("law", Kind.SINGLE, None, 40, "1"),
    ("law", Kind.MULTIPLE, None, 20, "2"),
    ("law", Kind.JUDGEMENT, None, 20, "1"),
)
OVERLAPPING = make_spec(
    ("law.t0", Kind.SINGLE, None, 3, "3/2"),
    ("law", Kind.SINGLE, Difficulty.HARD, 4, "2"),
    ("law", Kind.SINGLE, None, 8, "1"),
    ("law", Kind.JUDGEMENT, None, 5, "1/3"),
    tries=3,
)


def make_bundle(
    spec: ExamSpec,
    pool: list[PoolItem],
    candidates: int,
    *,
    seed: bytes,
    leave: tuple[list[PoolItem], ...] = (),
) -> dict[str, Any]:
    """The public bundle of an exam in which everybody used all tries.

    `leave` are the items that left the pool before the exam, one list a withdrawal.
    """
    roster = [
        hashlib.sha256(f"{seed.hex()}{n}".encode()).hexdigest()[:16] for n in range(candidates)
    ]
    made = plan(spec, pool)
    steps = list(after_each(spec, pool, leave))
    left = [item for item in pool if not any(item in gone for gone in leave)]
    drawn_from = lottery(spec, left, seed, plan(spec, left).target)
    papers = []
    for number, pseudonym in enumerate(roster, 1):
        for try_no in range(1, spec.tries + 1):
            paper = drawn_from.draw(Candidate(number, pseudonym, try_no)).paper
            papers.append(
                {
                    "candidate": pseudonym,
                    "number": number,
                    "try": try_no,
                    "digest": paper_digest(paper),
                    "items": [as_data(item) for item in paper],
                }
            )
    return ({"withdrawn": steps} if steps else {}) | {
        "format": "examapp-lottery-3" if steps else "examapp-lottery-2",
        "exam": "an-exam",
        "spec": spec.as_data(),
        "target": str(made.target),
        "pool": [item_data(item) for item in sorted(pool, key=lambda item: item.code)],
        "pool_digest": pool_digest(pool),
        "seed": seed.hex(),
        "seed_commitment": hashlib.sha256(seed).hexdigest(),
        "roster": roster,
        "roster_published": candidates,
        "roster_digest": roster_digest(roster),
        "papers": papers,
    }


def after_each(
    spec: ExamSpec, pool: list[PoolItem], leave: tuple[list[PoolItem], ...]
) -> Iterator[dict[str, Any]]:
    """The withdrawals as the bundle has them."""
    left = pool
    for gone in leave:
        left = [item for item in left if item not in gone]
        yield {
            "at": "2026-05-01T00:00:00.000000Z",
            "law": "a-law",
            "edition": "2026-04-01",
            "items": sorted(item.digest for item in gone),
            "pool_digest": pool_digest(left),
            "target": str(plan(spec, left).target),
        }


def item_data(item: PoolItem) -> dict[str, Any]:
    """A pool item as the bundle has it."""
    return {
        "code": item.code,
        "digest": item.digest,
        "topic": item.topic,
        "kind": str(item.kind),
        "difficulty": str(item.difficulty),
        "ease": item.ease,
        "options": list(item.option_ids),
        "enemies": sorted(item.enemies),
    }
