"""The register that officers consult: every cadre with the certificate that tells most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from examapp.core.certificates import Standing, normal
from examapp.core.people import Role
from examapp.core.refusals import NotFound
from examapp.services.certificates.finding import Held, in_charge, of
from examapp.services.people.cadres import Cadre, under
from examapp.services.people.persons import Person

_TELLS_MOST = (Standing.VALID, Standing.NOT_YET, Standing.EXPIRED, Standing.REVOKED)


@dataclass(frozen=True)
class Row:
    """A cadre and the certificates, the one that tells most first."""

    cadre: Cadre
    held: tuple[Held, ...]

    @property
    def valid(self) -> bool:
        return any(held.standing is Standing.VALID for held in self.held)


def reach(person: Person) -> int | None:
    """Under which unit a person may look: None, everywhere, for administrators."""
    return None if person.has(Role.ADMIN) else person.unit_id


def rows(
    db: Session, root: int | None, *, named: str = "", only: str = "", now: datetime
) -> list[Row]:
    """Cadres under a unit by unit and name; `only` is "valid", "none" (no valid one) or "".

    The list of those without a valid certificate is what an appointment asks for (R29).
    """
    cadres = under(db, root, named=named)
    held = of(db, [cadre.id for cadre in cadres], now=now)
    found = [Row(cadre, _ordered(held.get(cadre.id, ()))) for cadre in cadres]
    if only in ("valid", "none"):
        return [row for row in found if row.valid == (only == "valid")]
    return found


def _ordered(held: Sequence[Held]) -> tuple[Held, ...]:
    by_end = sorted(held, key=lambda one: one.valid_until, reverse=True)
    return tuple(sorted(by_end, key=lambda one: _TELLS_MOST.index(one.standing)))


def with_serial(db: Session, person: Person, typed: str) -> str | None:
    """The serial, if what was typed is that of a certificate in one's charge."""
    serial = normal(typed)
    if serial is None:
        return None
    try:
        return in_charge(db, person, serial).serial
    except NotFound:
        return None
