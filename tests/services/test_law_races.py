"""What happens at the same moment: an edition comes as the exam opens, two trainers answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from examapp.caretaker import round_
from examapp.core.people import Role
from examapp.services.exams import preparing, withdrawals
from examapp.services.laws import moving, releasing
from examapp.services.laws.proposals import proposal_by_id
from examapp.services.laws.subjects import item_subject
from examapp.services.people.persons import by_id
from examapp.services.sittings import starting
from examapp.services.verification.exams import check_exams
from examapp.services.verification.withdrawals import check_withdrawals
from examapp.store.bank import ItemRevision
from examapp.store.engine import make_engine
from examapp.store.exams import Exam, Paper, PaperItem, PreparedPaper
from examapp.store.held import CitationMove, PoolWithdrawal
from examapp.store.laws import Law
from examapp.store.ledger import LedgerEntry
from tests.at_once import AT_ONCE, at_once
from tests.bureau import MINUTE, NOW, make_exam, make_person, make_shelf
from tests.conftest import DATABASES, SEALING_KEY, FreshDatabases
from tests.law_changes import FIRST, SECOND, give_text, make_law
from tests.services.test_laws_held import NEW, OLD
from tests.services.test_pool_withdrawals import CLOSES, OPENS, make_ports_bank


@pytest.fixture(params=DATABASES)
def engine(request, fresh_databases: FreshDatabases):
    engine = make_engine(fresh_databases.url(request.param), sealing_key=SEALING_KEY)
    yield engine
    engine.dispose()


@pytest.fixture
def exam(engine):
    """An exam that is about to open, with candidates; its papers are prepared."""
    with Session(engine) as db, db.begin():
        make_shelf(db)
        give_text(db, make_law(db), FIRST, OLD)
        make_ports_bank(db)
        people = [make_person(db, f"cadre-{n}").id for n in range(AT_ONCE)]
        made = make_exam(db, make_person(db, "trainer", Role.TRAINER), opens_at=OPENS,
                         closes_at=CLOSES)  # fmt: skip
        preparing.prepare(db, made.id, now=NOW, most=3)
        return made.public_id, people


def bring_the_edition(db, now):
    law = db.scalars(select(Law).where(Law.code == "harbour")).one()
    return give_text(db, law, SECOND, NEW, now=now).id


def test_an_edition_that_comes_as_the_exam_opens_takes_all_or_nothing(engine, exam):
    public_id, people = exam

    def act(db, number):
        if number == 0:
            return bring_the_edition(db, OPENS - timedelta(seconds=1))
        if number == 1:
            row = db.scalars(select(Exam.id)).one()
            return preparing.prepare(db, row, now=OPENS, most=2)
        person = by_id(db, people[number])
        return starting.start(db, person, public_id, device="pc", now=OPENS).id

    done = at_once(engine, act)
    assert all(isinstance(one, int) for one in done), done
    with Session(engine) as db, db.begin():
        for found in withdrawals.due(db, OPENS - timedelta(seconds=1)):
            withdrawals.withdraw_from(db, found, now=OPENS - timedelta(seconds=1))
        gone = set(db.scalars(select(PoolWithdrawal.revision_id)))
        drawn = set(db.scalars(select(PaperItem.revision_id).join(Paper)))
        assert not gone & drawn
        assert [*check_exams(db), *check_withdrawals(db)] == []
        kept = db.scalars(select(PreparedPaper.user_id)).all()
        for user_id in kept:
            row = db.scalars(select(Exam)).one()
            paper = preparing.prepared(db, row, user_id, 1)
            digests = {place.digest for place in paper or ()}
            left = select(ItemRevision.digest).where(ItemRevision.id.in_(gone))
            assert not digests & set(db.scalars(left))


def test_two_who_answer_one_proposal_at_once_answer_once(engine, exam):
    with Session(engine) as db, db.begin():
        bring_the_edition(db, NOW)
        one = make_person(db, "one", Role.TRAINER)
        people = [make_person(db, f"t-{n}", Role.TRAINER).id for n in range(AT_ONCE)]
        subject = item_subject(db, "goes-0")
        made = releasing.propose(db, subject, {1: "harbour:3"}, reason="x", by=one, now=NOW)
        public_id = made.public_id

    def act(db, number):
        person, proposal = by_id(db, people[number]), proposal_by_id(db, public_id)
        answer = releasing.confirm if number % 2 else releasing.refuse
        return answer(db, proposal, reason="y", by=person, now=NOW + MINUTE).kind

    done = at_once(engine, act)
    assert sorted(d in ("confirm", "refuse") for d in done) == [False] * 7 + [True]
    assert {d for d in done if d not in ("confirm", "refuse")} <= {
        "release_settled", "proposal_stale",
    }  # fmt: skip


def test_citations_that_several_settle_at_once_move_once(engine, exam):
    later = NOW + timedelta(days=3)
    with Session(engine) as db, db.begin():
        law = db.scalars(select(Law).where(Law.code == "harbour")).one()
        give_text(db, law, SECOND, NEW, effective=later.date())
    at_once(engine, lambda db, _number: moving.settle(db, now=later))
    with Session(engine) as db:
        assert len(db.scalars(select(CitationMove)).all()) == 6
        entries = select(LedgerEntry).where(LedgerEntry.event == "citation.moved")
        assert len(db.scalars(entries).all()) == 1


def test_the_caretaker_moves_citations_on_the_day_and_catches_up_with_pools(engine, exam):
    day = NOW + timedelta(days=3)
    with Session(engine) as db, db.begin():
        law = db.scalars(select(Law).where(Law.code == "harbour")).one()
        give_text(db, law, SECOND, NEW, effective=day.date())
        db.execute(update(Exam).values(closes_at=day))  # as if published at the same moment
    round_(engine, now=NOW)
    with Session(engine) as db:
        assert len(db.scalars(select(PoolWithdrawal)).all()) == 3
        assert db.scalars(select(CitationMove)).all() == []
    round_(engine, now=day)
    with Session(engine) as db:
        assert len(db.scalars(select(CitationMove)).all()) == 6


def test_papers_that_are_being_prepared_are_waited_for_and_thrown_away(engine, exam):
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    day = NOW + timedelta(days=3)
    with Session(engine) as db, db.begin():
        law = db.scalars(select(Law).where(Law.code == "harbour")).one()
        give_text(db, law, SECOND, NEW, effective=day.date())
        db.execute(update(Exam).values(closes_at=day))
        row = db.scalars(select(Exam.id)).one()
    with Session(engine) as preparer, preparer.begin():
        assert preparing.prepare(preparer, row, now=NOW) > 0
        with Session(engine) as importer, importer.begin():
            assert withdrawals.withdraw(importer, now=NOW) == 0  # somebody holds the exam
    with Session(engine) as db, db.begin():
        assert withdrawals.withdraw_from(db, row, now=NOW) == 3
        assert db.scalars(select(PreparedPaper)).all() == []
