"""Adding, renaming and moving units; the tree stays a tree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from examapp.core.ledger import Event
from examapp.core.people import is_code
from examapp.core.refusals import N_, Fault, Invalid, NotFound
from examapp.services.ledger import record
from examapp.services.people.persons import Person
from examapp.services.people.units import subtree
from examapp.store.people import Unit, User


@dataclass(frozen=True)
class UnitDraft:
    """What an administrator says about a unit; no parent for the top one."""

    code: str
    name: str
    name_en: str
    parent_id: int | None
    position: int = 0


def add_unit(db: Session, draft: UnitDraft, *, by: Person, now: datetime) -> Unit:
    """Add a unit under another one. Raises Invalid."""
    if draft.parent_id is None and db.scalar(select(exists().where(Unit.parent_id.is_(None)))):
        raise Invalid([Fault("parent", N_("Choose the unit it belongs to."))])
    _require_free_code(db, draft.code, but=None)
    unit = Unit(**_columns(draft), parent_id=draft.parent_id)
    try:
        with db.begin_nested():
            db.add(unit)
    except IntegrityError:  # somebody took the code in this very moment
        raise Invalid([Fault("code", _TAKEN)]) from None
    facts = {"code": unit.code, "parent": _code(db, unit.parent_id)}
    record(db, Event.UNIT_ADDED, unit.public_id, facts, actor=by.public_id, now=now)
    return unit


def edit_unit(db: Session, unit: Unit, draft: UnitDraft, *, by: Person, now: datetime) -> None:
    """Rename and move a unit. Raises Invalid before anything is changed."""
    _require_free_code(db, draft.code, but=unit)
    moved = draft.parent_id != unit.parent_id
    if moved:
        _require_tree(db, unit, draft.parent_id)
        facts = {"from": _code(db, unit.parent_id), "to": _code(db, draft.parent_id)}
        unit.parent_id = draft.parent_id
        record(db, Event.UNIT_MOVED, unit.public_id, facts, actor=by.public_id, now=now)
    before, after = _shown(unit), _columns(draft)
    if before != after:
        for column, value in after.items():
            setattr(unit, column, value)
        facts_of_name = {"from": before, "to": after}
        record(db, Event.UNIT_RENAMED, unit.public_id, facts_of_name, actor=by.public_id, now=now)
    db.flush()


def unit_by_public_id(db: Session, public_id: str) -> Unit:
    """Any unit at all, for administrators; NotFound where there is none."""
    unit = db.scalar(select(Unit).where(Unit.public_id == public_id))
    if unit is None:
        raise NotFound()
    return unit


def unit_of(db: Session, user: User) -> Unit:
    """The unit to which a person belongs."""
    return db.get_one(Unit, user.unit_id)


def headcounts(db: Session) -> dict[int, int]:
    """How many people who are not disabled each unit has of its own."""
    query = select(User.unit_id, func.count().label("heads")).where(User.disabled_at.is_(None))
    return {row.unit_id: row.heads for row in db.execute(query.group_by(User.unit_id))}


_TAKEN = N_("Another unit has this code. Choose a different one.")
_CYCLE = N_("A unit cannot be moved under itself or under one of its own units.")


def _require_free_code(db: Session, code: str, *, but: Unit | None) -> None:
    if not is_code(code):
        words = N_("A code has up to 40 letters or digits, also dots, hyphens and underscores.")
        raise Invalid([Fault("code", words)])
    holder = db.scalar(select(Unit.id).where(Unit.code == code))
    if holder is not None and (but is None or holder != but.id):
        raise Invalid([Fault("code", _TAKEN)])


def _require_tree(db: Session, unit: Unit, parent_id: int | None) -> None:
    # Locked whole: two moves at once, each right by itself, could make a ring together.
    db.execute(select(Unit.id).order_by(Unit.id).with_for_update())
    if unit.parent_id is None or parent_id is None:
        raise Invalid(
            [Fault("parent", N_("The top unit stays at the top, and there is only one."))]
        )
    if parent_id in db.scalars(subtree(unit.id)).all():
        raise Invalid([Fault("parent", _CYCLE)])


def _columns(draft: UnitDraft) -> dict[str, str | int]:
    return {
        "code": draft.code,
        "name": draft.name.strip(),
        "name_en": draft.name_en.strip(),
        "position": draft.position,
    }


def _shown(unit: Unit) -> dict[str, str | int]:
    return {
        "code": unit.code,
        "name": unit.name,
        "name_en": unit.name_en,
        "position": unit.position,
    }


def _code(db: Session, unit_id: int | None) -> str | None:
    return None if unit_id is None else db.get_one(Unit, unit_id).code
