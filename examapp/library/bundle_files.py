"""A lottery bundle as a file: read it, and draw its papers again with no database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from examapp.core.draw import PoolItem, as_data, draw, paper_digest, paper_stream, pool_digest
from examapp.core.items import Difficulty, Kind
from examapp.core.spec import ExamSpec, from_data

FORMAT = "examapp-lottery-1"


class BadBundleError(Exception):
    """The file is not a bundle, or contradicts the digests published before the exam."""


@dataclass(frozen=True)
class Bundle:
    """What a bundle file says."""

    spec: ExamSpec
    seed: bytes
    pool: tuple[PoolItem, ...]
    papers: tuple[tuple[str, int, str], ...]


def read(path: Path) -> Bundle:
    """Read a bundle and check it against its own commitments; raises BadBundleError."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["format"] != FORMAT:
            raise BadBundleError(f"{path}: unknown format {data['format']!r}")
        bundle = Bundle(
            from_data(data["spec"]),
            bytes.fromhex(data["seed"]),
            tuple(_item(item) for item in data["pool"]),
            tuple((p["candidate"], int(p["try"]), p["digest"]) for p in data["papers"]),
        )
        said = data["pool_digest"], data["seed_commitment"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadBundleError(f"{path} is not a lottery bundle: {error!r}") from error
    if said != (pool_digest(bundle.pool), hashlib.sha256(bundle.seed).hexdigest()):
        raise BadBundleError(f"{path}: pool or seed do not fit the published digests")
    return bundle


def _item(data: dict[str, Any]) -> PoolItem:
    return PoolItem(
        code=data["code"],
        digest=data["digest"],
        topic=data["topic"],
        kind=Kind(data["kind"]),
        difficulty=Difficulty(data["difficulty"]),
        option_ids=tuple(data["options"]),
        enemies=frozenset(data["enemies"]),
    )


def redraw(bundle: Bundle, candidate: str | None = None) -> Iterator[dict[str, Any]]:
    """Each paper drawn again: items, option order, points, and whether the digest fits."""
    for name, try_no, digest in bundle.papers:
        if candidate in (None, name):
            paper = draw(bundle.spec, bundle.pool, paper_stream(bundle.seed, name, try_no))
            again = paper_digest(paper)
            yield {
                "candidate": name,
                "try": try_no,
                "digest": again,
                "fits": again == digest,
                "items": [as_data(item) for item in paper],
            }
