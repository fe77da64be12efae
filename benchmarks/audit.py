"""Compare the database with the ledger outside the server."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks.outer_ledger import Acknowledged, SaveKey, newest
from examapp.core.sittings import read
from examapp.services.sittings.closing import responses_of
from examapp.store.sittings import Response, Score, Sitting


@dataclass(frozen=True)
class Stored:
    """A response as the database has it."""

    place: int
    choice: str
    received_at: datetime


@dataclass
class Audit:
    """What does not fit; every list must be empty."""

    lost: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    two_scores: list[str] = field(default_factory=list)
    duplicates: int = 0  # arrived again after they had been stored; stored once all the same

    @property
    def faults(self) -> list[str]:
        return [*self.lost, *self.stale, *self.unknown, *self.two_scores]


def stored(db: Session) -> dict[SaveKey, Stored]:
    """Every response."""
    rows = db.execute(
        select(
            Sitting.public_id, Response.lease_no, Response.seq,
            Response.position, Response.choice, Response.received_at,
        ).join(Sitting, Sitting.id == Response.sitting_id)
    )  # fmt: skip
    return {(row[0], row[1], row[2]): Stored(*row[3:]) for row in rows}


def audit(db: Session, entries: Sequence[Acknowledged], *, quiet: bool) -> Audit:
    """What the database lacks of what was confirmed, or has otherwise.

    While people save, the database may be ahead of `entries`, never behind. When it is `quiet`
    nothing may be there that nobody was told of.
    """
    there, found = stored(db), Audit()
    for entry in entries:
        row = there.get(entry.key)
        if row is None or (row.place, row.choice) != (entry.place, entry.choice):
            found.lost.append(f"{entry} is stored as {row}")
        elif row.received_at.timestamp() < entry.sent_at:
            found.duplicates += 1
    found.stale = _stale(there, entries)
    if quiet:
        known = {entry.key for entry in entries}
        found.unknown = [f"{key}: {row}" for key, row in there.items() if key not in known]
    found.two_scores = _scores(db)
    return found


def _stale(there: dict[SaveKey, Stored], entries: Iterable[Acknowledged]) -> list[str]:
    """Places whose newest state in the database is older than, or not, the newest confirmed."""
    last: dict[tuple[str, int], tuple[int, int, str]] = {}
    for (sitting, lease, seq), row in there.items():
        place = sitting, row.place
        last[place] = max(last.get(place, (0, 0, "")), (lease, seq, row.choice))
    return [
        f"{place}: confirmed {entry}, the newest stored is {last.get(place)}"
        for place, entry in newest(entries).items()
        if last.get(place, (0, 0, "")) < (entry.lease, entry.seq, entry.choice)
    ]


def _scores(db: Session) -> list[str]:
    """People who have more than one score for a try."""
    rows = db.execute(
        select(Sitting.exam_id, Sitting.user_id, Sitting.try_no, func.count(Score.id))
        .join(Score, Score.sitting_id == Sitting.id)
        .group_by(Sitting.exam_id, Sitting.user_id, Sitting.try_no)
        .having(func.count(Score.id) > 1)
    )
    return [f"exam {row[0]}, user {row[1]}, try {row[2]}: {row[3]} scores" for row in rows]


def chosen(entries: Iterable[Acknowledged]) -> dict[str, dict[int, frozenset[str]]]:
    """What each sitting's paper must show: the newest choices, those taken back left out."""
    sittings: dict[str, dict[int, frozenset[str]]] = {}
    for (sitting, place), entry in newest(entries).items():
        if entry.choice:
            sittings.setdefault(sitting, {})[place] = read(entry.choice)
    return sittings


def misread(db: Session, entries: Sequence[Acknowledged]) -> list[str]:
    """Sittings of which the product itself reads other choices than were confirmed last."""
    wanted = chosen(entries)
    ids = db.execute(select(Sitting.id, Sitting.public_id).order_by(Sitting.id)).all()
    return [
        f"sitting {public_id} reads {found}, confirmed was {wanted.get(public_id, {})}"
        for row, public_id in ids
        if (found := responses_of(db, row)[0]) != wanted.get(public_id, {})
    ]


def closings(db: Session) -> dict[str, tuple[bool, str, int]]:
    """Every closed sitting: whether it was handed in, its digest, how many scores it has."""
    rows = db.execute(
        select(
            Sitting.public_id, Sitting.submitted_at, Sitting.responses_digest, func.count(Score.id)
        )
        .outerjoin(Score, Score.sitting_id == Sitting.id)
        .where(Sitting.closed_at.is_not(None))
        .group_by(Sitting.id)
    )
    return {row[0]: (row[1] is not None, row[2] or "", row[3]) for row in rows}
