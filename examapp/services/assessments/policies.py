"""Policy packs: loaded from files, and the one under which a year is assessed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.clock import local_date
from examapp.core.assessment import Indicator, indicator_from_data
from examapp.store.assessments import PolicyPack
from examapp.store.upsert import insert_unless_there


@dataclass(frozen=True)
class PackFacts:
    """A pack as its file gives it: from which year on it holds, and its content as data."""

    code: str
    year: int
    digest: str
    content: dict[str, Any]


@dataclass(frozen=True)
class Policy:
    """The rules of a place as they stood in one edition."""

    code: str
    number: int
    digest: str
    loaded_at: datetime
    title: dict[str, str]
    indicators: tuple[Indicator, ...]


def load_policies(db: Session, packs: Iterable[PackFacts], *, now: datetime) -> int:
    """Keep the packs that came with the files; how many were new editions.

    A pack that is the newest edition of its place already is left alone; any other, also one
    that goes back to an earlier wording, becomes the next edition. Nothing is overwritten.
    """
    new = 0
    for pack in packs:
        newest = db.execute(
            select(PolicyPack.number, PolicyPack.digest)
            .where(PolicyPack.code == pack.code)
            .order_by(PolicyPack.number.desc())
            .limit(1)
        ).first()
        if newest and newest.digest == pack.digest:
            continue
        # Two hosts that start at once load the same edition: its number lets one of them in.
        made = db.execute(
            insert_unless_there(db, PolicyPack)
            .values(
                code=pack.code,
                number=newest.number + 1 if newest else 1,
                digest=pack.digest,
                year=pack.year,
                content=pack.content,
                loaded_at=now,
            )
            .returning(PolicyPack.id)
        ).first()
        new += made is not None
    return new


def in_force(db: Session, code: str, year: int) -> Policy | None:
    """The rules of a place for a year, or None where it has none that reach back so far.

    A pack without indicators says how a place examines, and assesses nobody.

    Of the editions whose first year is not after the year, the one with the latest first
    year is in force, and of several such the newest. A past year keeps the pack it had:
    editions loaded after the year's last day do not touch it. Only where none had been
    loaded by then (the platform came later) the first that came holds, and goes on to.
    """
    rows = db.scalars(
        select(PolicyPack)
        .where(PolicyPack.code == code, PolicyPack.year <= year)
        .order_by(PolicyPack.number)
    ).all()
    in_time = [row for row in rows if local_date(row.loaded_at).year <= year]
    if in_time:
        return _policy(max(in_time, key=lambda row: (row.year, row.number)))
    return _policy(rows[0]) if rows else None


def years(db: Session, code: str, *, now: datetime) -> list[int]:
    """The years that can be assessed, this year first."""
    first = db.scalar(
        select(PolicyPack.year).where(PolicyPack.code == code).order_by(PolicyPack.year).limit(1)
    )
    this = local_date(now).year
    return list(range(this, min(first or this, this) - 1, -1))


def _policy(row: PolicyPack) -> Policy | None:
    if not row.content.get("indicators"):
        return None
    return Policy(
        code=row.code,
        number=row.number,
        digest=row.digest,
        loaded_at=row.loaded_at,
        title=row.content["title"],
        indicators=tuple(indicator_from_data(data) for data in row.content["indicators"]),
    )
