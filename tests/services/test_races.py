"""Many at once, in real transactions on both databases: one sitting, one score, nothing lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from examapp.core.ledger import first_break
from examapp.core.people import Role
from examapp.services.exams.publishing import publish
from examapp.services.exams.setting import release
from examapp.services.ledger import entries
from examapp.services.people.persons import Person
from examapp.services.sittings import closing, saving, starting
from examapp.store.certificates import Certificate
from examapp.store.engine import make_engine
from examapp.store.exams import Exam, Paper, PoolItem
from examapp.store.ledger import LedgerEntry
from examapp.store.sittings import Response, Score, Sitting
from tests.at_once import AT_ONCE, at_once
from tests.bureau import HOUR, MINUTE, NOW, make_bank, make_exam, make_person
from tests.conftest import DATABASES, SEALING_KEY


class Bureau:
    """A committed exam and cadre on a database of its own."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        with Session(engine, expire_on_commit=False) as db, db.begin():
            make_bank(db)
            self.trainer = make_person(db, "trainer", Role.TRAINER)
            self.cadre = make_person(db, "cadre")
            self.exam = make_exam(db, self.trainer).public_id

    def at_once(self, act: Callable[[Session, int], object], count: int = AT_ONCE) -> list[object]:
        """Do the same in many transactions that begin together; results or refusals."""
        return at_once(self.engine, act, count)

    def count(self, table: type) -> int:
        with Session(self.engine) as db:
            return db.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture(params=DATABASES)
def bureau(request, fresh_databases):
    engine = make_engine(fresh_databases.url(request.param), sealing_key=SEALING_KEY)
    yield Bureau(engine)
    engine.dispose()


def _start(bureau: Bureau) -> str:
    with Session(bureau.engine) as db, db.begin():
        return starting.start(db, bureau.cadre, bureau.exam, device="pc", now=NOW).public_id


def _save(db: Session, cadre: Person, sitting: str, seq: int, choice: str = "A") -> int:
    saving.save(
        db, cadre, sitting, lease_no=1, seq=seq, position=1, choice=frozenset([choice]),
        now=NOW + MINUTE,
    )  # fmt: skip
    return seq


def test_two_starts_at_once_make_one_sitting(bureau):
    got = bureau.at_once(
        lambda db, n: (
            starting.start(db, bureau.cadre, bureau.exam, device=f"pc{n}", now=NOW).public_id
        )
    )
    assert len(set(got)) == 1
    assert bureau.count(Sitting) == bureau.count(Paper) == 1


def test_two_submits_at_once_make_one_score_and_one_receipt(bureau):
    sitting = _start(bureau)
    got = bureau.at_once(lambda db, _n: closing.submit(db, bureau.cadre, sitting, now=NOW + MINUTE))
    assert len(set(got)) == 1
    assert bureau.count(Score) == 1


def test_a_save_that_meets_the_submit_is_refused_or_counted_never_lost(bureau):
    sitting = _start(bureau)

    def act(db: Session, number: int) -> object:
        if number == 0:
            return closing.submit(db, bureau.cadre, sitting, now=NOW + MINUTE).answered
        return _save(db, bureau.cadre, sitting, number)

    got = bureau.at_once(act)
    saved = [result for result in got[1:] if isinstance(result, int)]
    with Session(bureau.engine) as db:
        stored = set(db.scalars(select(Response.seq)))
        row = db.scalars(select(Sitting)).one()
        history = db.scalar(
            select(LedgerEntry.facts).where(LedgerEntry.event == "sitting.submitted")
        )["history"]
        assert closing.responses_of(db, row.id)[1] == history
    assert stored == set(saved)


def test_a_submit_that_meets_the_deadline_scores_once(bureau):
    sitting = _start(bureau)
    with Session(bureau.engine) as db:
        row = db.scalars(select(Sitting)).one()

    def act(db: Session, number: int) -> object:
        if number % 2:
            mine = db.get_one(Sitting, row.id)
            return closing.close_lapsed(db, mine, now=row.accepts_until)
        return bool(closing.submit(db, bureau.cadre, sitting, now=row.deadline - MINUTE))

    bureau.at_once(act)
    assert bureau.count(Score) == 1


def test_the_same_save_sent_many_times_is_one_response(bureau):
    sitting = _start(bureau)
    assert bureau.at_once(lambda db, _n: _save(db, bureau.cadre, sitting, 1)) == [1] * AT_ONCE
    assert bureau.count(Response) == 1


def test_an_exam_published_by_many_at_once_has_one_pool(bureau):
    with Session(bureau.engine) as db, db.begin():
        draft = make_exam(db, bureau.trainer, published=False).id
    before = bureau.count(PoolItem)

    def act(db: Session, _number: int) -> object:
        publish(db, db.get_one(Exam, draft), by=bureau.trainer, now=NOW)

    got = bureau.at_once(act)
    assert sorted(map(str, got)) == ["None"] + ["not_a_draft"] * (AT_ONCE - 1)
    assert bureau.count(PoolItem) == 2 * before


def test_results_released_by_many_at_once_give_one_certificate(bureau):
    sitting = _start(bureau)
    with Session(bureau.engine) as db, db.begin():
        row = db.scalars(select(Sitting)).one()
        for item in closing.scored_items(db, row.paper_id):
            saving.save(
                db, bureau.cadre, sitting, lease_no=1, seq=item.position, position=item.position,
                choice=item.key, now=NOW + MINUTE,
            )  # fmt: skip
        closing.submit(db, bureau.cadre, sitting, now=NOW + MINUTE)

    def act(db: Session, _number: int) -> object:
        exam = db.scalars(select(Exam).where(Exam.public_id == bureau.exam)).one()
        return release(db, exam, by=bureau.trainer, now=NOW + 6 * HOUR)

    bureau.at_once(act)
    assert bureau.count(Certificate) == 1


def test_the_chain_holds_when_many_write_at_once(bureau):
    with Session(bureau.engine, expire_on_commit=False) as db, db.begin():
        people = [make_person(db, f"cadre{n}") for n in range(AT_ONCE)]

    def act(db: Session, number: int) -> object:
        mine = starting.start(db, people[number], bureau.exam, device="pc", now=NOW)
        return closing.submit(db, people[number], mine.public_id, now=NOW + MINUTE).answered

    assert bureau.at_once(act) == [0] * AT_ONCE
    with Session(bureau.engine) as db:
        assert first_break(entries(db)) is None
        drawn = select(func.count()).where(LedgerEntry.event == "paper.drawn")
        assert db.scalar(drawn) == AT_ONCE
