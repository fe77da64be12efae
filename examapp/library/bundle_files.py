"""A lottery bundle as a file: read it, and draw its papers again with no database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from examapp.core.draw import Candidate, Lottery, PlainLottery, lottery
from examapp.core.items import Difficulty, Kind
from examapp.core.papers import (
    LEVELLED_FORMAT,
    PLAIN_FORMAT,
    REDUCED_FORMAT,
    PoolItem,
    PoolTooSmall,
    as_data,
    paper_digest,
    pool_digest,
    roster_digest,
)
from examapp.core.plan import plan
from examapp.core.spec import ExamSpec, from_data

FORMATS = (PLAIN_FORMAT, LEVELLED_FORMAT, REDUCED_FORMAT)


class BadBundleError(Exception):
    """The file is not a bundle, or contradicts the digests published before the exam."""


@dataclass(frozen=True)
class Issued:
    """A paper that the bundle says was issued; older bundles give its digest alone."""

    who: Candidate
    digest: str
    items: Any = None


@dataclass(frozen=True)
class Withdrawn:
    """Items that left the pool together, and what the pool was then."""

    items: tuple[str, ...]
    pool_digest: str
    target: str | None


@dataclass(frozen=True)
class Bundle:
    """What a bundle file says; `pool` and `target` as announced, `withdrawn` what left the pool."""

    spec: ExamSpec
    seed: bytes
    pool: tuple[PoolItem, ...]
    target: Fraction | None
    papers: tuple[Issued, ...]
    withdrawn: tuple[Withdrawn, ...] = ()

    @property
    def lottery(self) -> Lottery | PlainLottery:
        """What its papers are drawn from: where items left the pool, by what is left."""
        if not self.withdrawn:
            return lottery(self.spec, self.pool, self.seed, self.target)
        return lottery(self.spec, self.left(len(self.withdrawn)), self.seed, None)

    def left(self, steps: int) -> tuple[PoolItem, ...]:
        """The pool after so many withdrawals."""
        gone = {digest for step in self.withdrawn[:steps] for digest in step.items}
        return tuple(item for item in self.pool if item.digest not in gone)


def read(path: Path) -> Bundle:
    """Read a bundle and check it against its own commitments; raises BadBundleError."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["format"] not in FORMATS:
            raise BadBundleError(f"{path}: unknown format {data['format']!r}")
        bundle = _bundle(data)
        broken = _contradiction(bundle, data)
    except (OSError, ValueError, KeyError, TypeError, ZeroDivisionError) as error:
        raise BadBundleError(f"{path} is not a lottery bundle: {error!r}") from error
    if broken:
        raise BadBundleError(f"{path}: {broken}")
    return bundle


def _bundle(data: dict[str, Any]) -> Bundle:
    levelled = data["format"] != PLAIN_FORMAT
    withdrawn = data["withdrawn"] if data["format"] == REDUCED_FORMAT else []
    return Bundle(
        spec=from_data(data["spec"]),
        seed=bytes.fromhex(data["seed"]),
        pool=tuple(_item(item, levelled) for item in data["pool"]),
        target=Fraction(data["target"]) if levelled else None,
        papers=tuple(_issued(paper, levelled) for paper in data["papers"]),
        withdrawn=tuple(
            Withdrawn(tuple(step["items"]), step["pool_digest"], step["target"])
            for step in withdrawn
        ),
    )


def _issued(paper: dict[str, Any], levelled: bool) -> Issued:
    number = int(paper["number"]) if levelled else 1
    who = Candidate(number, paper["candidate"], int(paper["try"]))
    return Issued(who, paper["digest"], paper.get("items"))


def _item(data: dict[str, Any], levelled: bool) -> PoolItem:
    return PoolItem(
        code=data["code"],
        digest=data["digest"],
        topic=data["topic"],
        kind=Kind(data["kind"]),
        difficulty=Difficulty(data["difficulty"]),
        option_ids=tuple(data["options"]),
        enemies=frozenset(data["enemies"]),
        ease=int(data["ease"]) if levelled else None,
    )


def _contradiction(bundle: Bundle, data: dict[str, Any]) -> str:
    """What does not fit the digests that were published before the exam; empty if all does."""
    said = data["pool_digest"], data["seed_commitment"]
    if said != (pool_digest(bundle.pool), hashlib.sha256(bundle.seed).hexdigest()):
        return "pool or seed do not fit the published digests"
    if data["format"] == PLAIN_FORMAT:
        return ""
    try:
        if bundle.target != plan(bundle.spec, bundle.pool).target:
            return "the target does not follow from spec and pool"
    except PoolTooSmall:
        return "the pool is too small for the spec"
    roster = data["roster"]
    if roster_digest(roster[: data["roster_published"]]) != data["roster_digest"]:
        return "the roster does not fit the published digest"
    for issued in bundle.papers:
        if roster[issued.who.number - 1 : issued.who.number] != [issued.who.pseudonym]:
            return f"{issued.who.pseudonym} does not have the number {issued.who.number}"
    return _withdrawn_wrongly(bundle, data)


def _withdrawn_wrongly(bundle: Bundle, data: dict[str, Any]) -> str:
    """What does not fit about the items that left the pool; empty if all does."""
    if data["format"] == REDUCED_FORMAT and not bundle.withdrawn:
        return "nothing is withdrawn, although the format says so"
    known = {item.digest for item in bundle.pool}
    for number, step in enumerate(bundle.withdrawn, 1):
        if not step.items or not known.issuperset(step.items):
            return "what was withdrawn did not stand in the pool"
        known -= set(step.items)
        if step.pool_digest != pool_digest(bundle.left(number)):
            return "the pool without what was withdrawn does not fit its digest"
        if step.target != _target(bundle, number):
            return "the target does not follow from the pool without what was withdrawn"
    if bundle.withdrawn and bundle.papers and bundle.withdrawn[-1].target is None:
        return "papers were drawn although too few items were left"
    return ""


def _target(bundle: Bundle, steps: int) -> str | None:
    try:
        return str(plan(bundle.spec, bundle.left(steps)).target)
    except PoolTooSmall:
        return None


def redraw(bundle: Bundle, candidate: str | None = None) -> Iterator[dict[str, Any]]:
    """Each paper drawn again: items, option order, points, and whether the digest fits."""
    drawn_from = bundle.lottery if bundle.papers else None
    for issued in bundle.papers:
        who = issued.who
        if candidate not in (None, who.pseudonym):
            continue
        try:
            paper = drawn_from.draw(who).paper if drawn_from else ()
        except PoolTooSmall:
            paper = ()
        again, items = paper_digest(paper), [as_data(item) for item in paper]
        yield {
            "candidate": who.pseudonym,
            "number": who.number,
            "try": who.try_no,
            "digest": again,
            "fits": again == issued.digest and issued.items in (None, items),
            "items": items,
        }
