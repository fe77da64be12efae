"""Are credited study, confirmed declarations and second readings what the ledger says?"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.core.canonical import digest
from examapp.services.verification.findings import Finding, differing, recorded
from examapp.store.assessments import OfflineStudy
from examapp.store.bank import Item, ItemReading, ItemRevision
from examapp.store.ledger import LedgerEntry
from examapp.store.people import User
from examapp.store.study import Check, Guide, Section, StudyCredit


def check_credits(db: Session) -> Iterator[Finding]:
    """Every credited section against its entry, every entry against a credit."""
    said = recorded(db, "study.credited")
    rows = db.execute(
        select(StudyCredit, Check.public_id, User.public_id, Guide.code, Section.code)
        .join(Check, Check.id == StudyCredit.check_id)
        .join(User, User.id == StudyCredit.user_id)
        .join(Section, Section.id == StudyCredit.section_id)
        .join(Guide, Guide.id == Section.guide_id)
        .order_by(StudyCredit.id)
    )
    for credit, check, person, guide, section in rows:
        found = {
            "person": person,
            "section": f"{guide}/{section}",
            "year": credit.year,
            "minutes": credit.minutes,
        }
        yield from differing(f"study credit of check {check}", found, said.pop(check, None))
    for check in said:
        yield Finding(f"study credit of check {check}", "it was credited but is gone")


def check_declarations(db: Session) -> Iterator[Finding]:
    """Every declared study against its declaration and the officer's word."""
    declared = recorded(db, "evidence.declared")
    decided = {True: recorded(db, "evidence.confirmed"), False: recorded(db, "evidence.refused")}
    rows = db.execute(
        select(OfflineStudy, User.public_id)
        .join(User, User.id == OfflineStudy.user_id)
        .order_by(OfflineStudy.id)
    )
    for study, person in rows:
        where = f"declared study {study.public_id}"
        found = {
            "user": person,
            "on": study.on.isoformat(),
            "minutes": study.minutes,
            "what": digest(study.what),
        }
        yield from differing(where, found, declared.get(study.public_id))
        for confirmed, entries in decided.items():
            if (study.confirmed is confirmed) != (study.public_id in entries):
                yield Finding(where, "the officer's word is not as the ledger has it")


def check_readings(db: Session) -> Iterator[Finding]:
    """Every second reading, which puts an item in force, against its entry."""
    entries = db.execute(
        select(LedgerEntry.subject, LedgerEntry.facts).where(LedgerEntry.event == "item.read")
    )
    said = {
        (code, facts["digest"], facts["reader"], ",".join(facts["choice"]), facts["agreed"])
        for code, facts in entries
    }
    rows = db.execute(
        select(Item.code, ItemRevision.number, ItemRevision.digest, ItemReading)
        .join(ItemRevision, ItemRevision.item_id == Item.id)
        .join(ItemReading, ItemReading.revision_id == ItemRevision.id)
        .order_by(ItemReading.id)
    )
    for code, number, content, reading in rows:
        if (code, content, reading.reader, reading.choice, reading.agreed) not in said:
            why = f"the reading by {reading.reader} is not as the ledger has it"
            yield Finding(f"item {code}, revision {number}", why)
