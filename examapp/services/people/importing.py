"""People from a list: first what would happen, then all of them or nobody."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.core.people import Role, fold
from examapp.core.people_list import PeopleList, PersonRow, faults_within
from examapp.core.refusals import N_, Fault, Invalid
from examapp.services.people.accounts import NameTaken, NewPerson, OneTime, add, one_time
from examapp.services.people.persons import Person
from examapp.store.people import Unit, User


@dataclass(frozen=True)
class Planned:
    """One person who would be added, with the unit that the list means."""

    row: PersonRow
    unit: Unit | None


@dataclass(frozen=True)
class Plan:
    """What an import would do: it happens only where there is no fault at all."""

    planned: list[Planned]
    faults: list[Fault]


@dataclass(frozen=True)
class Added:
    """Somebody who was added; the password is told this once."""

    name: str
    username: str
    unit: dict[str, str]
    password: str


def plan(db: Session, people: PeopleList) -> Plan:
    """Every fault of the list, by cell, and whom it would add; changes nothing."""
    units = _units_by_word(db)
    faults = faults_within(people)
    told = {fault.place for fault in faults}
    planned = [Planned(row, _one(units.get(row.unit, []))) for row in people.rows]
    faults += (f for f in _truth(db, people, planned, units) if f.place not in told)
    return Plan(planned, sorted(faults, key=_by_cell))


def one_times(count: int) -> list[OneTime]:
    """So many one-time passwords, hashed on all processors: some 30 a second on each.

    Needs no database: call it outside a transaction, or the hashing holds up every writer.
    """
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(lambda _: one_time(), range(count)))


def import_people(
    db: Session, people: PeopleList, given: Sequence[OneTime], *, by: Person, now: datetime
) -> list[Added]:
    """Add all people of the list, or raise Invalid with every fault and add nobody."""
    checked = plan(db, people)
    if checked.faults:
        raise Invalid(checked.faults)
    with db.begin_nested():  # a name taken at this very moment takes everybody back
        return [
            _add(db, people, planned, password, by, now)
            for planned, password in zip(checked.planned, given, strict=True)
        ]


def _add(
    db: Session, people: PeopleList, planned: Planned, given: OneTime, by: Person, now: datetime
) -> Added:
    row, unit = planned.row, planned.unit
    assert unit  # noqa: S101 - a plan without faults has a unit for everybody
    roles = frozenset(Role(role) for role in row.roles)
    new = NewPerson(row.username, row.name, unit.id, row.post, row.rank_band, row.audience, roles)
    try:
        user, password = add(db, new, by=by, now=now, given=given)
    except NameTaken as refusal:  # taken since the check, a moment ago
        place = people.cell("username", row)
        raise Invalid([Fault(place, _TAKEN, dict(refusal.facts))]) from None
    name = {"zh": unit.name, "en": unit.name_en or unit.name}
    return Added(user.name, user.username, name, password)


_TAKEN = N_(
    "There is already somebody with the user name %(username)s. Choose another, or remove the row."
)


def _truth(
    db: Session, people: PeopleList, planned: list[Planned], units: dict[str, list[Unit]]
) -> Iterator[Fault]:
    taken = _taken(db, [fold(row.username) for row in people.rows])
    for one in planned:
        username = fold(one.row.username)
        if username in taken:
            yield Fault(people.cell("username", one.row), _TAKEN, {"username": username})
        if one.unit is None:
            several = len(units.get(one.row.unit, [])) > 1
            words = _SEVERAL if several else _NO_UNIT
            yield Fault(people.cell("unit", one.row), words, {"text": one.row.unit[:40]})


_NO_UNIT = N_(
    "No unit has the code “%(text)s”. Use a code of the list of units, or add the unit first."
)
_SEVERAL = N_("Several units are called “%(text)s”. Write the code of the unit instead.")


def _taken(db: Session, usernames: list[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(usernames), 500):
        some = usernames[start : start + 500]
        found.update(db.scalars(select(User.username).where(User.username.in_(some))))
    return found


def _units_by_word(db: Session) -> dict[str, list[Unit]]:
    """Units by code and, where the code of none is written so, by name."""
    units = db.scalars(select(Unit)).all()
    words: dict[str, list[Unit]] = {}
    for unit in units:
        for name in {unit.name, unit.name_en} - {""}:
            words.setdefault(name, []).append(unit)
    return words | {unit.code: [unit] for unit in units}


def _one(units: list[Unit]) -> Unit | None:
    return units[0] if len(units) == 1 else None


def _by_cell(fault: Fault) -> tuple[int, int, str]:
    column = fault.place.rstrip("0123456789")
    row = fault.place.removeprefix(column)
    return int(row or 0), len(column), column
