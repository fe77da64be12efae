"""Does every citation stand where its author put it, or where the law or trainers moved it?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.core.citations import Citation
from examapp.services.laws.moving import ITEM, SECTION, moves_digest
from examapp.services.verification.findings import Finding
from examapp.store.bank import Item, ItemCitation, ItemRevision
from examapp.store.held import CitationMove, HoldDecision
from examapp.store.laws import Edition, Law
from examapp.store.ledger import LedgerEntry
from examapp.store.study import Guide, Section, SectionCitation

Places = dict[tuple[str, int], dict[int, CitationMove]]  # the last move of each position


def check_citations(db: Session) -> Iterator[Finding]:
    """Moves against the ledger, then every citation against its author and its moves."""
    moves = db.scalars(select(CitationMove).order_by(CitationMove.id)).all()
    laws = {law.id: law for law in db.scalars(select(Law))}
    law_of = {e.id: laws[e.law_id] for e in db.scalars(select(Edition))}
    yield from _check_batches(db, moves, law_of)
    yield from _check_releases(db, moves)
    places: Places = defaultdict(dict)
    for move in moves:
        column = ITEM if move.revision_id is not None else SECTION
        places[column, move.revision_id or move.section_id or 0][move.position] = move
    codes = {code: law.code for law in laws.values() for code in (law.code, *law.former_codes)}
    yield from _check_items(db, places, codes)
    yield from _check_sections(db, places, codes)


def _check_batches(
    db: Session, moves: Sequence[CitationMove], law_of: dict[int, Law]
) -> Iterator[Finding]:
    """What moved by itself, law by law: each entry has the next so many moves of its law."""
    waiting: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for move in moves:
        if move.decision_id is None:
            waiting[law_of[move.from_edition_id].id].append(_data(move))
    by_code = {code: law for law in law_of.values() for code in (law.code, *law.former_codes)}
    entries = db.execute(
        select(LedgerEntry.subject, LedgerEntry.facts)
        .where(LedgerEntry.event == "citation.moved")
        .order_by(LedgerEntry.number)
    )
    for code, facts in entries:
        law = by_code.get(code)
        rows = waiting[law.id] if law else []
        batch, rows[:] = rows[: facts["moves"]], rows[facts["moves"] :]
        if moves_digest(db, batch) != facts["digest"]:
            yield Finding(f"citations of {code}", "what moved by itself is not on the ledger so")
    for law_id, rows in waiting.items():
        if rows:
            code = next(law.code for law in law_of.values() if law.id == law_id)
            yield Finding(f"citations of {code}", f"{len(rows)} moves are not on the ledger")


def _data(move: CitationMove) -> dict[str, Any]:
    return {column.name: getattr(move, column.name) for column in CitationMove.__table__.columns}


def _check_releases(db: Session, moves: Sequence[CitationMove]) -> Iterator[Finding]:
    """What trainers moved: as the confirmed decision says, which the ledger keeps."""
    found: dict[int, set[tuple[str, str | None]]] = defaultdict(set)
    for move in moves:
        if move.decision_id is not None:
            article = move.from_cite.partition(":")[2].partition(".")[0].partition("(")[0]
            found[move.decision_id].add((article, move.to_cite))
    for decision in db.scalars(select(HoldDecision).order_by(HoldDecision.id)):
        said: set[tuple[str, str | None]] = set()
        if decision.kind == "confirm":
            for entry in decision.cites:
                said |= {(entry["article"], cite) for cite, _ in entry["to"]}
                said |= set() if entry["to"] else {(entry["article"], None)}
        if found.pop(decision.id, set()) != said:
            where = f"word {decision.public_id} on what is held"
            yield Finding(where, "its citations did not go where it says")


def _check_items(db: Session, places: Places, codes: dict[str, str]) -> Iterator[Finding]:
    rows: dict[int, dict[int, ItemCitation]] = defaultdict(dict)
    for row in db.scalars(select(ItemCitation)):
        rows[row.revision_id][row.position] = row
    revisions = db.execute(
        select(ItemRevision.id, Item.code, ItemRevision.number, ItemRevision.content["cites"])
        .join(Item, Item.id == ItemRevision.item_id)
        .order_by(ItemRevision.id)
    )
    for revision_id, code, number, cites in revisions:
        began = dict(enumerate(cites, 1))
        there = {p: _spelled(row) for p, row in rows.get(revision_id, {}).items()}
        if _said(ITEM, revision_id, began, places, codes) != there:
            where = f"item {code}, revision {number}"
            yield Finding(where, "a citation stands where nothing on the ledger moved it")


def _check_sections(db: Session, places: Places, codes: dict[str, str]) -> Iterator[Finding]:
    """A section written anew is where its author puts it; else where it was moved."""
    rows = db.execute(
        select(SectionCitation, Guide.code, Section.code)
        .join(Section, Section.id == SectionCitation.section_id)
        .join(Guide, Guide.id == Section.guide_id)
    )
    for row, guide, section in rows:
        moved = _said(SECTION, row.section_id, {row.position: row.authored}, places, codes)
        authored = {row.position: _now(row.authored, codes)}
        if {row.position: _spelled(row)} not in (moved, authored):
            where = f"section {guide}/{section}"
            yield Finding(where, "a citation stands where nothing on the ledger moved it")


def _said(
    column: str, subject: int, began: dict[int, str], places: Places, codes: dict[str, str]
) -> dict[int, str]:
    """Where the citations of a subject stand by their author and all moves."""
    stands = {position: _now(cite, codes) for position, cite in began.items() if cite}
    for position, last in places.get((column, subject), {}).items():
        if column == SECTION and position not in began:
            continue
        stands.pop(position, None)
        if last.to_cite is not None:
            stands[position] = _now(last.to_cite, codes)
    return stands


def _now(cite: str, codes: dict[str, str]) -> str:
    """A citation under the code that its law has now."""
    law, colon, rest = cite.partition(":")
    return codes.get(law, law) + colon + rest


def _spelled(row: Any) -> str:
    return str(Citation(row.law, row.article, row.paragraph, row.item))
