"""Take a check: draw it, hand it in once, be credited for the section once a year."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from examapp.clock import local_date
from examapp.core.canonical import digest
from examapp.core.items import Kind
from examapp.core.ledger import Event
from examapp.core.refusals import N_, Fault, Invalid, NotFound
from examapp.core.sittings import require_choice
from examapp.core.stream import Stream
from examapp.core.study import (
    CheckItem,
    CheckNotPossible,
    SectionHeld,
    choose,
    passed,
    right_count,
)
from examapp.services.laws.held import is_held
from examapp.services.ledger import record
from examapp.services.people.persons import Person
from examapp.services.study.check_pages import revisions_of, section_of
from examapp.services.study.eligible import candidates, met
from examapp.store.bank import ItemRevision
from examapp.store.study import Check, Section, StudyCredit
from examapp.store.upsert import insert_unless_there

__all__ = ["CheckNotPossible", "draw", "hand_in", "mine"]


def draw(db: Session, person: Person, section: Section, *, now: datetime) -> Check:
    """A check to take now: the one left open, or a new one; raises CheckNotPossible.

    SectionHeld while the law has changed under the section's text.
    """
    if is_held(db, section.id, local_date(now)):
        raise SectionHeld()
    rows = candidates(db, section, local_date(now))
    waiting = _left_open(db, person, section, {row.id for row in rows})
    if waiting:
        return waiting
    if not rows:
        raise CheckNotPossible()
    check = Check(
        user_id=person.id,
        section_id=section.id,
        items=_places(rows, met(db, person), section.check_items, secrets.token_bytes(32)),
        drawn_at=now,
    )
    db.add(check)
    db.flush()
    return check


def _left_open(db: Session, person: Person, section: Section, allowed: set[int]) -> Check | None:
    """The newest check not handed in, as long as all its items may still be shown.

    Without it one could draw again and again until the items are easy.
    """
    check = db.scalar(
        select(Check)
        .where(
            Check.user_id == person.id,
            Check.section_id == section.id,
            Check.handed_in_at.is_(None),
        )
        .order_by(Check.id.desc())
        .limit(1)
    )
    usable = check is not None and {revision_id for revision_id, _ in check.items} <= allowed
    return check if usable else None


def _places(rows: Sequence[Row[Any]], met: set[str], count: int, seed: bytes) -> list[list[Any]]:
    by_code = {row.code: row for row in rows}
    enemies = {row.code: frozenset(row.content["enemies"]) for row in rows}
    stream = Stream.of(seed, "check")
    chosen = choose(by_code, by_code.keys() - met, count, stream, enemies)
    return [_place(by_code[code], stream) for code in chosen]


def _place(row: Row[Any], stream: Stream) -> list[Any]:
    """The revision and its options' order: true and false keep theirs, others are shuffled."""
    options = [option_id for option_id, _ in row.content["options"]]
    shown = options if row.kind == Kind.JUDGEMENT else stream.shuffle(options)
    return [row.id, shown]


def mine(db: Session, person: Person, public_id: str) -> Check:
    """The person's own check; else NotFound."""
    check = db.scalar(select(Check).where(Check.public_id == public_id, Check.user_id == person.id))
    if check is None:
        raise NotFound()
    return check


def hand_in(
    db: Session,
    person: Person,
    public_id: str,
    chosen: Mapping[int, frozenset[str]],
    *,
    now: datetime,
) -> Check:
    """Hand a check in; a second time changes nothing. A passed one credits the section.

    Raises NotFound, NotOnPaper, or Invalid where places are not answered yet.
    """
    check = mine(db, person, public_id)
    if check.handed_in_at:
        return check
    revisions = revisions_of(db, check)
    asked = [_asked(drawn, rev) for drawn, rev in zip(check.items, revisions, strict=True)]
    chosen = {place: chosen.get(place, frozenset()) for place in range(1, len(asked) + 1)}
    _require_answers(asked, revisions, chosen)
    right = right_count(asked, chosen)
    won = db.execute(
        update(Check)
        .where(Check.id == check.id, Check.handed_in_at.is_(None))
        .values(
            handed_in_at=now,
            choices={str(place): sorted(choice) for place, choice in chosen.items()},
            right=right,
            passed=passed(right, len(asked)),
        )
        .returning(Check.id)
    ).scalar()
    db.refresh(check)
    if won is not None and check.passed:
        _credit(db, person, check, revisions, now=now)
    return check


def _asked(drawn: list[Any], revision: ItemRevision) -> CheckItem:
    _, order = drawn
    return CheckItem(revision.digest, tuple(order), frozenset(revision.content["key"]))


def _require_answers(
    asked: Sequence[CheckItem],
    revisions: Sequence[ItemRevision],
    chosen: Mapping[int, frozenset[str]],
) -> None:
    wrong = []
    for place, (item, revision) in enumerate(zip(asked, revisions, strict=True), 1):
        require_choice(chosen[place], Kind(revision.kind), item.option_order)
        if not chosen[place]:
            wrong.append(Fault(str(place), N_("Question %(n)s has no answer yet."), {"n": place}))
    if wrong:
        raise Invalid(wrong)


def _credit(
    db: Session, person: Person, check: Check, revisions: Sequence[ItemRevision], *, now: datetime
) -> None:
    """Credit the section once a year: the unique key decides between two checks."""
    section = section_of(db, check)
    year = local_date(now).year
    made = db.execute(
        insert_unless_there(db, StudyCredit)
        .values(
            user_id=person.id,
            section_id=section.id,
            year=year,
            minutes=section.minutes,
            check_id=check.id,
            credited_at=now,
        )
        .returning(StudyCredit.id)
    ).scalar()
    if made is None:
        return
    facts = {
        "person": person.public_id,
        "section": f"{section.guide.code}/{section.code}",
        "year": year,
        "minutes": section.minutes,
        "asked": len(revisions),
        "right": check.right,
        "items": [revision.digest for revision in revisions],
        "choices": digest({"check": check.public_id, "choices": check.choices}),
    }
    record(db, Event.STUDY_CREDITED, check.public_id, facts, actor=person.public_id, now=now)
