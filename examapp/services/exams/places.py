"""Rules of places, as their policy packs have them, to set an exam by."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.core import place_rules
from examapp.core.place_rules import PlaceRules
from examapp.core.refusals import NotFound
from examapp.store.assessments import PolicyPack


@dataclass(frozen=True)
class Place:
    """A place by its pack's code, the first year its rules hold for, and the rules."""

    code: str
    year: int
    rules: PlaceRules


def places(db: Session) -> list[Place]:
    """The newest edition of every pack that has an exam, in order of code."""
    newest = {row.code: row for row in db.scalars(select(PolicyPack).order_by(PolicyPack.number))}
    found = [
        Place(code, row.year, place_rules.from_data(row.content))
        for code, row in sorted(newest.items())
    ]
    return [place for place in found if place.rules.exam]


def place(db: Session, code: str) -> Place:
    """The place of that code; NotFound where no pack with an exam has it."""
    found = next((one for one in places(db) if one.code == code), None)
    if found is None:
        raise NotFound()
    return found
