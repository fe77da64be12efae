"""The yearly sheets of people, computed from facts whenever they are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from examapp.clock import local_date
from examapp.core.assessment import Sheet, sheet
from examapp.services.assessments import facts, policies
from examapp.services.people.cadres import Cadre, under


@dataclass(frozen=True)
class PersonSheet:
    """A line of an officer's overview."""

    cadre: Cadre
    sheet: Sheet

    @property
    def complete(self) -> bool:
        return all(line.met for line in self.sheet.lines)


def sheet_of(db: Session, user_id: int, year: int, policy: str) -> Sheet:
    """One person's sheet of a year under the rules in force for it; without rules, no lines.

    `policy` is the code of the place's rules (settings.policy).
    """
    return sheets_of(db, [user_id], year, policy)[user_id]


def sheets_of(db: Session, user_ids: Sequence[int], year: int, policy: str) -> dict[int, Sheet]:
    """The sheets of many people with a handful of queries in all."""
    rules = policies.in_force(db, policy, year)
    indicators = rules.indicators if rules else ()
    found = facts.of_year(db, user_ids, year) if indicators else {}
    return {user_id: sheet(indicators, found.get(user_id, ()), year) for user_id in user_ids}


def overview(
    db: Session, root: int, year: int, policy: str, *, named: str = ""
) -> list[PersonSheet]:
    """Every cadre under a unit with their sheet, by unit and name: never by points."""
    cadres = under(db, root, named=named)
    sheets = sheets_of(db, [cadre.id for cadre in cadres], year, policy)
    return [PersonSheet(cadre, sheets[cadre.id]) for cadre in cadres]


def this_year(db: Session, user_id: int, policy: str, *, now: datetime) -> Sheet:
    """One's sheet as it stands today: for the home page."""
    return sheet_of(db, user_id, local_date(now).year, policy)


def missing_count(db: Session, root: int, policy: str, *, now: datetime) -> tuple[int, int]:
    """How many cadres under a unit still miss something this year, and of how many."""
    rows = overview(db, root, local_date(now).year, policy)
    return sum(not row.complete for row in rows), len(rows)
