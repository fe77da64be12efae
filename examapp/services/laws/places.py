"""Where citations stand: as their author wrote them, and today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.core.citations import Citation, parse
from examapp.services.laws.moving import ITEM
from examapp.store.bank import ItemCitation, ItemRevision
from examapp.store.held import CitationMove
from examapp.store.laws import Edition


@dataclass(frozen=True)
class Place:
    """A citation: `authored` under the edition adopted on the day `under`, and `now`.

    `authored` is None for one that trainers added, `now` for one that they left out.
    """

    authored: Citation | None
    under: date | None
    now: Citation | None

    @property
    def moved(self) -> bool:
        """Whether it names another place than its author did."""
        return self.authored != self.now


def places_of(db: Session, revision: ItemRevision) -> list[Place]:
    """The citations of one revision."""
    return places(db, [revision.id]).get(revision.id, [])


def places(db: Session, revision_ids: Collection[int]) -> dict[int, list[Place]]:
    """The citations of revisions, in their order."""
    authored = db.execute(
        select(ItemRevision.id, ItemRevision.content["cites"]).where(
            ItemRevision.id.in_(revision_ids)
        )
    )
    now = _now(db, revision_ids)
    began = _began(db, revision_ids)
    found: dict[int, list[Place]] = {}
    for revision_id, cites in authored:
        here, before = now.get(revision_id, {}), began.get(revision_id, {})
        wrote = {position: parse(cite) for position, cite in enumerate(cites, 1)}
        found[revision_id] = [
            _place(wrote.get(position), before.get(position), here.get(position))
            for position in sorted(wrote.keys() | here.keys())
        ]
    return found


def _place(wrote: Citation | None, began: date | None, here: tuple[Citation, date] | None) -> Place:
    cite, day = here if here else (None, None)
    return Place(wrote, began or day, cite)


def _now(db: Session, ids: Collection[int]) -> dict[int, dict[int, tuple[Citation, date]]]:
    rows = db.execute(
        select(ItemCitation, Edition.adopted)
        .join(Edition, Edition.id == ItemCitation.edition_id)
        .where(ItemCitation.revision_id.in_(ids))
    )
    found: dict[int, dict[int, tuple[Citation, date]]] = defaultdict(dict)
    for row, adopted in rows:
        cite = Citation(row.law, row.article, row.paragraph, row.item)
        found[row.revision_id][row.position] = cite, adopted
    return found


def _began(db: Session, ids: Collection[int]) -> dict[int, dict[int, date]]:
    """Under which edition a citation that moved stood at first."""
    rows = db.execute(
        select(CitationMove.revision_id, CitationMove.position, Edition.adopted)
        .join(Edition, Edition.id == CitationMove.from_edition_id)
        .where(getattr(CitationMove, ITEM).in_(ids))
        .order_by(CitationMove.id.desc())
    )
    found: dict[int, dict[int, date]] = defaultdict(dict)
    for revision_id, position, adopted in rows:
        found[revision_id or 0][position] = adopted  # the earliest comes last
    return found
