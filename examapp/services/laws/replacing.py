"""Where the citations of something released go, and how they get there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from examapp.core.citations import Citation, parse
from examapp.services.laws.citing import CitedEdition, editions_on
from examapp.services.laws.moving import ITEM, SECTION
from examapp.services.laws.subjects import CITATIONS, Case, Subject
from examapp.store.held import CitationMove, HoldDecision
from examapp.store.laws import Edition, Law


@dataclass(frozen=True)
class Going:
    """One citation: from which article of which edition (day of adoption), to which ones."""

    position: int
    law: str
    article: str
    edition: str
    to: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Going:
        """Read what `data` wrote."""
        to = tuple((cite, edition) for cite, edition in data["to"])
        return cls(data["position"], data["law"], data["article"], data["edition"], to)

    def data(self) -> dict[str, Any]:
        """JSON, as the decision and the record keep it."""
        return {**vars(self), "to": [list(pair) for pair in self.to]}

    @property
    def at(self) -> tuple[int, str, str, str]:
        """Where it stood: position, law, edition, article."""
        return self.position, self.law, self.edition, self.article

    def current(self, db: Session, today: date) -> bool:
        """Whether the editions that it goes to are those in force."""
        cites = [parse(cite) for cite, _ in self.to]
        there = editions_on(db, cites, today)
        days = {code: _adopted(db, edition.id) for code, edition in there.items()}
        return all(
            days.get(cite.law) == edition for cite, (_, edition) in zip(cites, self.to, strict=True)
        )


def goings(
    db: Session,
    case: Case,
    typed: Mapping[int, Sequence[Citation]],
    editions: Mapping[str, CitedEdition],
) -> list[Going]:
    """What a proposal keeps of where the citations of a case go."""
    return [
        Going(
            position=hit.position,
            law=hit.law.code,
            article=hit.article,
            edition=hit.edition.adopted.isoformat(),
            to=tuple(
                (str(cite), _adopted(db, editions[cite.law].id)) for cite in typed[hit.position]
            ),
        )
        for hit in case.hits
    ]


def _adopted(db: Session, edition_id: int) -> str:
    return db.scalars(select(Edition.adopted).where(Edition.id == edition_id)).one().isoformat()


def replace_citations(
    db: Session, subject: Subject, to: Sequence[Going], decision: HoldDecision, *, now: datetime
) -> bool:
    """Send the citations where they go; False where one of them moved meanwhile."""
    return all(_replace(db, subject, going, decision, now) for going in to)


def _replace(
    db: Session, subject: Subject, going: Going, decision: HoldDecision, now: datetime
) -> bool:
    table = CITATIONS[subject.column]
    came_from = _edition(db, going.law, going.edition)
    row = db.execute(
        select(table.law, table.article, table.paragraph, table.item).where(
            getattr(table, subject.column) == subject.id,
            table.position == going.position,
            table.edition_id == came_from,
            table.article == going.article,
        )
    ).one_or_none()
    if row is None:
        return False
    before = Citation(*row)
    places = [going.position, *_free_places(db, subject, len(going.to) - 1)]
    for place, (cite, edition) in zip(places, going.to, strict=False):
        _put(db, subject, place, parse(cite), _edition(db, parse(cite).law, edition))
    if not going.to:
        _drop(db, subject, going.position)
    moves = [
        {
            ITEM: None,
            SECTION: None,
            subject.column: subject.id,
            "position": place,
            "from_edition_id": came_from,
            "from_cite": str(before),
            "to_edition_id": _edition(db, parse(cite).law, edition) if cite else came_from,
            "to_cite": cite,
            "decision_id": decision.id,
            "moved_at": now,
        }
        for place, (cite, edition) in zip(places, going.to or ((None, ""),), strict=False)
    ]
    db.execute(insert(CitationMove), moves)
    return True


def _edition(db: Session, law: str, adopted: str) -> int:
    return db.scalars(
        select(Edition.id)
        .join(Law, Law.id == Edition.law_id)
        .where(Law.code == law, Edition.adopted == date.fromisoformat(adopted))
    ).one()


def _free_places(db: Session, subject: Subject, count: int) -> range:
    table = CITATIONS[subject.column]
    own = getattr(table, subject.column) == subject.id
    last = db.scalar(select(func.max(table.position)).where(own)) or 0
    return range(last + 1, last + 1 + max(count, 0))


def _put(db: Session, subject: Subject, place: int, cite: Citation, edition_id: int) -> None:
    """Change the citation at a place, or add one there; an added one has no author's spelling."""
    table = CITATIONS[subject.column]
    values = {
        "law": cite.law,
        "article": cite.article,
        "paragraph": cite.paragraph,
        "item": cite.item,
        "edition_id": edition_id,
    }
    own = getattr(table, subject.column) == subject.id, table.position == place
    changed: Any = db.execute(update(table).where(*own).values(**values))
    if not changed.rowcount:
        new = {} if subject.is_item else {"authored": ""}
        keys = {subject.column: subject.id, "position": place}
        db.execute(insert(table).values(**keys, **values, **new))


def _drop(db: Session, subject: Subject, place: int) -> None:
    table = CITATIONS[subject.column]
    own = getattr(table, subject.column) == subject.id, table.position == place
    db.execute(delete(table).where(*own))
