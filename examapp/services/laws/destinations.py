"""Where the citations of something held may go: every fault, all at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.core.citations import Citation, parse_all
from examapp.core.refusals import N_, Fault, Invalid
from examapp.services.laws.citing import CitedEdition, editions_on
from examapp.services.laws.held import gone_by
from examapp.services.laws.replacing import Going, goings
from examapp.services.laws.subjects import CITATIONS, Case, Subject
from examapp.store.laws import Article


def require_sound(
    db: Session, case: Case, goes: Mapping[int, str], reason: str, today: date
) -> list[Going]:
    """Where the citations of a case go, as typed for each position; Invalid with all faults."""
    unsaid = [] if reason.strip() else [Fault("reason", N_("say why it still is right"))]
    faults: list[Fault] = []
    typed: dict[int, tuple[Citation, ...]] = {}
    for hit in case.hits:
        cites, wrong = parse_all(goes.get(hit.position, "").split())
        typed[hit.position] = cites
        faults += [Fault(f"goes-{hit.position}", fault.words, fault.facts) for fault in wrong]
        if not cites and not wrong and not case.subject.is_item:
            words = N_("name the article; to leave a citation out, change the guide's file")
            faults.append(Fault(f"goes-{hit.position}", words))
    editions = editions_on(db, (cite for cites in typed.values() for cite in cites), today)
    for position, cites in typed.items():
        faults += [f for cite in cites for f in _unknown(db, position, cite, editions)]
    faults += _of_the_whole(db, case, typed, today) if not faults else []
    if faults or unsaid:
        raise Invalid(faults + unsaid)
    return goings(db, case, typed, editions)


def _unknown(
    db: Session, position: int, cite: Citation, editions: Mapping[str, CitedEdition]
) -> list[Fault]:
    """What is wrong with an article that a citation is to go to."""
    place, edition = f"goes-{position}", editions.get(cite.law)
    if edition is None:
        return [Fault(place, N_('the register of laws knows no "%(law)s"'), {"law": cite.law})]
    keys = select(Article.key).where(Article.edition_id == edition.id)
    has_text = db.scalar(keys.limit(1)) is not None
    if has_text:
        there = db.scalar(keys.where(Article.key == cite.article)) is not None
    else:
        number = cite.article.partition("-")[0]
        there = not number.isdigit() or int(number) <= edition.articles
    words = N_("%(cite)s: the edition in force has no such article")
    return [] if there else [Fault(place, words, {"cite": str(cite)})]


def _of_the_whole(
    db: Session, case: Case, typed: Mapping[int, tuple[Citation, ...]], today: date
) -> list[Fault]:
    """Something must be cited in the end, nothing twice, and not repealed law alone."""
    cites = [c for p, c in standing(db, case.subject) if p not in typed]
    cites += [cite for position in typed for cite in typed[position]]
    place = f"goes-{case.hits[0].position}"
    if not cites:
        return [Fault(place, N_("name at least one article that decides it"))]
    if len(set(cites)) < len(cites):
        return [Fault(place, N_("the same article stands here twice"))]
    gone = {code for code, _, _ in db.execute(gone_by(today))}
    if {cite.law for cite in cites} <= gone:
        return [Fault(place, N_("name an article of a law that is in force"))]
    return []


def standing(db: Session, subject: Subject) -> list[tuple[int, Citation]]:
    """The citations of a subject as they stand now, by position."""
    table = CITATIONS[subject.column]
    rows = db.execute(
        select(table.position, table.law, table.article, table.paragraph, table.item)
        .where(getattr(table, subject.column) == subject.id)
        .order_by(table.position)
    )
    return [(position, Citation(*cite)) for position, *cite in rows]
