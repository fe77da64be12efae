"""A list of people to add, as a spreadsheet has it, and what can be wrong with it by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from examapp.core.people import NAME_MOST, NoRole, Role, RolesClash, fold, is_username
from examapp.core.people import require_separation as require
from examapp.core.refusals import N_, Fault

MOST_PEOPLE = 2000
REQUIRED = ("username", "name", "unit")
COLUMNS = ("username", "name", "unit", "post", "rank_band", "audience", "roles")


@dataclass(frozen=True)
class PersonRow:
    """One line of the list: codes and texts, "" where the cell was empty or not understood."""

    number: int
    username: str
    name: str
    unit: str
    post: str = ""
    rank_band: str = "staff"
    audience: str = "civil-servants"
    roles: tuple[str, ...] = ("cadre",)


@dataclass(frozen=True)
class PeopleList:
    """The lines, which column holds what (a letter), and what could not be understood."""

    columns: Mapping[str, str]
    rows: tuple[PersonRow, ...]
    faults: tuple[Fault, ...] = ()

    def cell(self, field: str, row: PersonRow) -> str:
        """The name of a cell, such as B7; of the row where the list has no such column."""
        return f"{self.columns.get(field, '')}{row.number}"

    def plain(self) -> dict[str, Any]:
        """As JSON; only for lists without faults."""
        return {"columns": dict(self.columns), "rows": [asdict(row) for row in self.rows]}


def from_plain(data: Mapping[str, Any]) -> PeopleList:
    """The inverse of PeopleList.plain()."""
    rows = tuple(PersonRow(**{**row, "roles": tuple(row["roles"])}) for row in data["rows"])
    return PeopleList(data["columns"], rows)


def faults_within(people: PeopleList) -> list[Fault]:
    """Everything that can be told without the database, the reader's own faults first."""
    told = {fault.place for fault in people.faults}
    found = [*people.faults]
    found += (fault for fault in _faults(people) if fault.place not in told)
    return found


def _faults(people: PeopleList) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for row in people.rows:
        for field in REQUIRED:
            if not getattr(row, field):
                yield Fault(people.cell(field, row), N_("This cell is empty. Fill it in."))
        yield from _username_faults(people, row, seen)
        if len(row.name) > NAME_MOST:
            words = N_("The name is too long. Shorten it to %(most)s characters.")
            yield Fault(people.cell("name", row), words, {"most": NAME_MOST})
        try:
            require(Role(role) for role in row.roles)
        except (RolesClash, NoRole) as refusal:
            yield Fault(people.cell("roles", row), refusal.words)


def _username_faults(people: PeopleList, row: PersonRow, seen: dict[str, str]) -> Iterator[Fault]:
    name, cell = fold(row.username), people.cell("username", row)
    if not name:
        return
    if not is_username(name):
        yield Fault(cell, BAD_USERNAME)
    elif name in seen:
        words = N_(
            "The user name %(username)s stands in %(cell)s already. Give one of them another."
        )
        yield Fault(cell, words, {"username": name, "cell": seen[name]})
    seen.setdefault(name, cell)


BAD_USERNAME = N_(
    "A user name has 2 to 40 letters or digits, also dots, hyphens, underscores and @; no spaces."
)
