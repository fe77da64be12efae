"""Two officers at once, and one person twice at once: the database lets one of them through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from examapp.core.ledger import first_break
from examapp.core.people import Role
from examapp.services.assessments import offline
from examapp.services.assessments.policies import PackFacts, load_policies
from examapp.services.certificates.issuing import issue_due, revoke
from examapp.services.ledger import entries
from examapp.store.assessments import PolicyPack
from examapp.store.certificates import Certificate
from examapp.store.engine import make_engine
from tests.at_once import at_once as together
from tests.bureau import NOW, make_person
from tests.conftest import DATABASES, SEALING_KEY
from tests.sat import make_bare_exam, make_sat

AT_ONCE = 6


@pytest.fixture(params=DATABASES)
def engine(request, fresh_databases):
    engine = make_engine(fresh_databases.url(request.param), sealing_key=SEALING_KEY)
    yield engine
    engine.dispose()


@pytest.fixture
def people(engine):
    """A cadre and as many officers as act at once."""
    with Session(engine, expire_on_commit=False) as db, db.begin():
        officers = [make_person(db, f"officer{n}", Role.PERSONNEL) for n in range(AT_ONCE)]
        return make_person(db, "cadre"), officers


def at_once(engine: Engine, act: Callable[[Session, int], object]) -> Counter[object]:
    """Do the same in many transactions that begin together; None or the refusal's code of each."""

    def told(db: Session, number: int) -> None:
        act(db, number)

    return Counter(together(engine, told, AT_ONCE))


def events(engine: Engine, name: str) -> int:
    with Session(engine) as db:
        found = list(entries(db))
    assert first_break(found) is None
    return sum(entry.event == name for entry in found)


def test_officers_who_revoke_at_once_revoke_once(engine, people):
    cadre, officers = people
    with Session(engine) as db, db.begin():
        exam = make_bare_exam(db, officers[0])
        make_sat(db, exam, cadre)
        issue_due(db, exam, now=NOW)
        serial = db.scalars(select(Certificate.serial)).one()
    said = at_once(
        engine, lambda db, n: revoke(db, officers[n], serial, because=f"reason {n}", now=NOW)
    )
    assert said == {None: 1, "already_revoked": AT_ONCE - 1}
    assert events(engine, "certificate.revoked") == 1


def test_officers_who_decide_at_once_decide_once(engine, people):
    cadre, officers = people
    with Session(engine) as db, db.begin():
        study = offline.declare(db, cadre, on=NOW.date(), minutes=60, what="港口法", now=NOW)
        public_id = study.public_id
    said = at_once(
        engine,
        lambda db, n: offline.decide(
            db, officers[n], public_id, confirm=n % 2 == 0, remark="r", now=NOW
        ),
    )
    assert said == {None: 1, "already_decided": AT_ONCE - 1}
    assert events(engine, "evidence.confirmed") + events(engine, "evidence.refused") == 1


def test_a_day_is_not_overfilled_by_declaring_at_once(engine, people):
    cadre, _ = people
    said = at_once(
        engine,
        lambda db, n: offline.declare(
            db, cadre, on=NOW.date(), minutes=700, what=f"book {n}", now=NOW
        ),
    )
    assert said == {None: 2, "invalid": AT_ONCE - 2}


def test_hosts_that_start_at_once_load_one_edition(engine):
    pack = PackFacts("here", 2026, "A", {})
    at_once(engine, lambda db, _n: load_policies(db, [pack], now=NOW))
    with Session(engine) as db:
        assert db.scalar(select(func.count()).select_from(PolicyPack)) == 1
