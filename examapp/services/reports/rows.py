"""One exam, person by person: ordered by unit and name, never by score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from examapp.clock import local_date
from examapp.core.certificates import Standing, Validity, standing
from examapp.core.progress import Progress
from examapp.services.exams.audience import circles, meant
from examapp.services.exams.setting import spec_of
from examapp.services.people.persons import Person
from examapp.services.people.units import tree
from examapp.services.reports.scope import own_units
from examapp.services.reports.tries import NONE, Result, Tries, tries
from examapp.store.certificates import Certificate
from examapp.store.exams import Exam
from examapp.store.people import Unit, User
from examapp.store.sittings import Sitting


@dataclass(frozen=True)
class ReportRow:
    """One person in one exam; `result` and the certificate only after the release.

    `make_up` is how far they came in its make-up exam, where they are admitted to one.
    """

    public_id: str
    name: str
    unit: Unit
    post: str
    tries: int
    progress: Progress
    result: Result | None
    serial: str | None
    standing: Standing | None
    make_up: MakeUp | None


@dataclass(frozen=True)
class MakeUp:
    """How far somebody came in a make-up exam; `result` only after its release."""

    progress: Progress
    result: Result | None


@dataclass(frozen=True)
class Chosen:
    """What a reader narrows the list to; empty means all."""

    progress: str = ""
    unit: str = ""

    def takes(self, row: ReportRow, under: frozenset[int]) -> bool:
        """Whether a row is wanted; `under` are the ids of the chosen unit's subtree."""
        if self.unit and row.unit.id not in under:
            return False
        return not self.progress or row.progress == self.progress


@dataclass(frozen=True)
class Report:
    """The rows asked for, and the units to choose from with their depth."""

    rows: Sequence[ReportRow]
    units: Sequence[tuple[int, Unit]]


def report(
    db: Session, officer: Person, exam: Exam, *, chosen: Chosen | None = None, now: datetime
) -> Report:
    """Everybody of the officer's subtree for whom the exam is, or who sat it."""
    chosen = chosen or Chosen()
    units = tree(db, root=officer.unit_id)
    places = {unit.id: (place, unit) for place, (_, unit) in enumerate(units)}
    people = sorted(
        _people(db, officer, exam), key=lambda p: (places[p.unit_id][0], *name_order(p))
    )
    done = tries(db, officer, [exam.id], now=now)
    held = certificates(db, officer, exam, local_date(now)) if exam.released_at else {}
    counts = spec_of(exam).counts
    made_up = _made_up(db, officer, exam, people, now=now)
    rows = (
        _row(
            p,
            places[p.unit_id][1],
            done.get((exam.id, p.id), NONE),
            counts,
            held.get(p.id),
            made_up.get(p.id),
        )
        for p in people
    )
    under = _under(units, chosen.unit)
    return Report([row for row in rows if chosen.takes(row, under)], units)


def _made_up(
    db: Session, officer: Person, exam: Exam, people: Sequence[Any], *, now: datetime
) -> dict[int, MakeUp]:
    """How far those admitted to make-up exams of this one came in them, the newest exam last."""
    exams = db.scalars(
        select(Exam)
        .where(
            Exam.make_up_of == exam.id, Exam.published_at.is_not(None), Exam.cancelled_at.is_(None)
        )
        .order_by(Exam.opens_at, Exam.id)
    ).all()
    around = circles(db, exams) if exams else {}
    done = tries(db, officer, [each.id for each in exams], now=now) if exams else {}
    found: dict[int, MakeUp] = {}
    for each in exams:
        for p in people:
            theirs = done.get((each.id, p.id), NONE)
            if theirs.states or around[each.id].takes(p.unit_id, p.audience, p.id):
                found[p.id] = MakeUp(theirs.progress, theirs.counting(spec_of(each).counts))
    return found


def name_order(person: Any) -> tuple[bytes, str]:
    """Names as a Chinese list has them: GB 18030 keeps the common characters in pinyin order."""
    return person.name.encode("gb18030", "replace"), person.username


def _people(db: Session, officer: Person, exam: Exam) -> Sequence[Any]:
    sat = exists().where(Sitting.exam_id == exam.id, Sitting.user_id == User.id)
    columns = (User.id, User.public_id, User.username, User.name, User.unit_id, User.post)
    there = User.unit_id.in_(own_units(officer))
    query = select(*columns, User.audience).where(there, or_(meant(exam), sat))
    return db.execute(query).all()


def _row(
    person: Any,
    unit: Unit,
    done: Tries,
    counts: Any,
    certificate: tuple[str, Standing] | None,
    made_up: MakeUp | None,
) -> ReportRow:
    serial, worth = certificate or (None, None)
    return ReportRow(
        public_id=person.public_id,
        name=person.name,
        unit=unit,
        post=person.post,
        tries=len(done.states),
        progress=done.progress,
        result=done.counting(counts),
        serial=serial,
        standing=worth,
        make_up=made_up,
    )


def certificates(
    db: Session, officer: Person, exam: Exam, today: date
) -> dict[int, tuple[str, Standing]]:
    """Serial and standing of the exam's certificates in the subtree, by user."""
    rows = db.scalars(
        select(Certificate)
        .join(User, User.id == Certificate.user_id)
        .where(Certificate.exam_id == exam.id, User.unit_id.in_(own_units(officer)))
    )
    return {c.user_id: (c.serial, worth(c, today)) for c in rows}


def worth(certificate: Certificate, today: date) -> Standing:
    """What a certificate is worth on a day."""
    revoked = certificate.revoked_at is not None
    return standing(Validity(certificate.valid_from, certificate.valid_until, revoked), today)


def _under(units: Sequence[tuple[int, Unit]], public_id: str) -> frozenset[int]:
    """Ids of a unit of the list and of those that follow it more deeply indented."""
    found: list[int] = []
    root: int | None = None
    for depth, unit in units:
        if root is not None and depth <= root:
            break
        if unit.public_id == public_id:
            root = depth
        if root is not None:
            found.append(unit.id)
    return frozenset(found)
