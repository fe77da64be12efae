"""Late choices: two officers decide, nobody sees them, and the score follows from the decision."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy import select, text

from examapp.core.exam_day import (
    AlreadyProposed,
    ExamSettled,
    NotForOneself,
    NothingLate,
    ProposalOver,
    SameOfficer,
    StillSitting,
)
from examapp.core.people import Role
from examapp.core.refusals import NotFound
from examapp.services.exams.setting import release
from examapp.services.people.persons import by_id
from examapp.services.sittings import closing, deciding
from examapp.services.sittings.late import chosen_as_decided
from examapp.services.verification.late import check_late
from examapp.services.verification.scores import check_sittings
from examapp.store.ledger import LedgerEntry
from examapp.store.sittings import LateDecision, LateResponse, Score, Sitting
from tests.bureau import HOUR, MINUTE, NOW, make_bank, make_exam, make_person
from tests.hall import begin, sit
from tests.services.test_extra_time import _unguard as unguard

WHY = "当时网络中断，机房可以证明"
AFTER = NOW + 40 * MINUTE


@pytest.fixture
def exam(db):
    make_bank(db)
    return make_exam(db, make_person(db, "trainer", Role.TRAINER))


@pytest.fixture
def officers(db, exam):
    return make_person(db, "first", Role.ADMIN), make_person(db, "second", Role.PERSONNEL)


@pytest.fixture
def sitting(db, exam):
    """A lapsed paper with nothing on it, and another person's late choices as noise."""
    late(db, sit(db, make_person(db, "noise"), exam), right=True)
    sitting = begin(db, make_person(db, "cadre"), exam)
    closing.close_lapsed(db, sitting, now=AFTER)
    return sitting


def late(db, sitting, *, right, seq=100):
    """A late choice at every place, after whatever was saved."""
    for item in closing.scored_items(db, sitting.paper_id):
        wrong = "false" if "true" in item.key else "D"
        db.add(
            LateResponse(
                sitting_id=sitting.id, lease_no=1, seq=seq + item.position, position=item.position,
                choice=",".join(sorted(item.key)) if right else wrong, left_ms=1500,
                received_at=AFTER,
            )
        )  # fmt: skip
    db.flush()


def propose(db, sitting, by, *, counts=True, now=AFTER):
    return deciding.propose(db, sitting, counts=counts, because=WHY, by=by, now=now).public_id


def scores(db, sitting):
    rows = db.scalars(select(Score).where(Score.sitting_id == sitting.id).order_by(Score.number))
    return [(row.number, row.points, row.reason) for row in rows]


def sound(db):
    return [*check_late(db), *check_sittings(db)] == []


def test_what_officers_see_has_no_choice_in_it(db, sitting):
    late(db, sitting, right=True)
    seen = deciding.choices(db, sitting)
    assert [choice.position for choice in seen] == [1, 2, 3, 4, 5, 6]
    assert vars(seen[0]).keys() == {"position", "left_ms", "received_at"}


def test_two_officers_let_late_choices_count(db, sitting, officers):
    late(db, sitting, right=True)
    decision = propose(db, sitting, officers[0])
    assert scores(db, sitting) == [(1, Fraction(0), "")]
    deciding.confirm(db, sitting, decision, by=officers[1], now=AFTER + MINUTE)
    assert scores(db, sitting) == [(1, Fraction(0), ""), (2, Fraction(13), WHY)]
    assert chosen_as_decided(db, sitting.id).keys() == {1, 2, 3, 4, 5, 6}
    assert sound(db)


def test_when_they_do_not_count_the_score_stands(db, sitting, officers, exam):
    late(db, sitting, right=True)
    decision = propose(db, sitting, officers[0], counts=False)
    deciding.confirm(db, sitting, decision, by=officers[1], now=AFTER)
    assert scores(db, sitting) == [(1, Fraction(0), "")]
    assert sitting.user_id not in deciding.waiting(db, exam)
    assert sound(db)


def test_an_older_late_choice_does_not_win_over_a_newer_one_in_time(db, exam, officers):
    sitting = sit(db, make_person(db, "full"), exam)
    late(db, sitting, right=False, seq=-100)
    decision = propose(db, sitting, officers[0])
    deciding.confirm(db, sitting, decision, by=officers[1], now=AFTER)
    assert [points for _, points, _ in scores(db, sitting)] == [13, 13]


def test_what_comes_after_the_proposal_is_decided_on_its_own(db, sitting, officers, exam):
    late(db, sitting, right=False)
    decision = propose(db, sitting, officers[0])
    late(db, sitting, right=True, seq=200)
    deciding.confirm(db, sitting, decision, by=officers[1], now=AFTER)
    assert scores(db, sitting)[-1][1] == 0
    assert sitting.user_id in deciding.waiting(db, exam)
    decision = propose(db, sitting, officers[1])
    deciding.confirm(db, sitting, decision, by=officers[0], now=AFTER)
    assert scores(db, sitting)[-1][:2] == (3, 13)
    assert sitting.user_id not in deciding.waiting(db, exam)
    assert sound(db)


def test_a_later_decision_against_them_takes_an_earlier_one_back(db, sitting, officers):
    late(db, sitting, right=True)
    deciding.confirm(db, sitting, propose(db, sitting, officers[0]), by=officers[1], now=AFTER)
    late(db, sitting, right=True, seq=200)
    decision = propose(db, sitting, officers[0], counts=False)
    deciding.confirm(db, sitting, decision, by=officers[1], now=AFTER)
    assert [points for _, points, _ in scores(db, sitting)] == [0, 13, 0]
    assert sound(db)


def test_one_officer_is_not_two(db, sitting, officers):
    late(db, sitting, right=True)
    decision = propose(db, sitting, officers[0])
    with pytest.raises(SameOfficer):
        deciding.confirm(db, sitting, decision, by=officers[0], now=AFTER)


def test_the_candidate_decides_nothing(db, sitting, officers):
    late(db, sitting, right=True)
    own = by_id(db, sitting.user_id)
    with pytest.raises(NotForOneself):
        propose(db, sitting, own)
    decision = propose(db, sitting, officers[0])
    for act in (deciding.confirm, deciding.withdraw):
        with pytest.raises(NotForOneself):
            act(db, sitting, decision, by=own, now=AFTER)


def test_one_proposal_at_a_time(db, sitting, officers):
    late(db, sitting, right=True)
    decision = propose(db, sitting, officers[0])
    with pytest.raises(AlreadyProposed):
        propose(db, sitting, officers[1])
    deciding.withdraw(db, sitting, decision, by=officers[1], now=AFTER)
    assert propose(db, sitting, officers[1])


def test_a_proposal_ends_once(db, sitting, officers):
    late(db, sitting, right=True)
    decision = propose(db, sitting, officers[0])
    deciding.withdraw(db, sitting, decision, by=officers[0], now=AFTER)
    for act in (deciding.confirm, deciding.withdraw):
        with pytest.raises(ProposalOver):
            act(db, sitting, decision, by=officers[1], now=AFTER)


def test_without_late_choices_there_is_nothing_to_decide(db, sitting, officers):
    with pytest.raises(NothingLate):
        propose(db, sitting, officers[0])


def test_while_somebody_sits_nothing_is_decided(db, exam, officers):
    sitting = begin(db, make_person(db, "sitter"), exam)
    late(db, sitting, right=True)
    with pytest.raises(StillSitting):
        propose(db, sitting, officers[0])


def test_after_the_release_it_is_too_late(db, sitting, officers, exam):
    late(db, sitting, right=True)
    decision = propose(db, sitting, officers[0])
    release(db, exam, by=None, now=NOW + 6 * HOUR)
    with pytest.raises(ExamSettled):
        deciding.confirm(db, sitting, decision, by=officers[1], now=NOW + 7 * HOUR)
    with pytest.raises(ExamSettled):
        propose(db, sitting, officers[1], now=NOW + 7 * HOUR)


def test_another_sittings_decision_is_not_found(db, sitting, officers):
    noise = db.scalars(select(Sitting).where(Sitting.id != sitting.id)).one()
    decision = propose(db, noise, officers[0])
    with pytest.raises(NotFound):
        deciding.confirm(db, sitting, decision, by=officers[1], now=AFTER)


def test_the_ledger_names_both_officers_and_no_choice(db, sitting, officers):
    late(db, sitting, right=True)
    decision = propose(db, sitting, officers[0])
    deciding.confirm(db, sitting, decision, by=officers[1], now=AFTER)
    entries = db.scalars(
        select(LedgerEntry)
        .where(LedgerEntry.subject == sitting.public_id)
        .order_by(LedgerEntry.number)
    ).all()
    assert [entry.event for entry in entries[-2:]] == ["sitting.scored", "late.decided"]
    assert entries[-2].facts["salt"]
    facts = entries[-1].facts
    assert facts.keys() == {
        "decision", "counts", "because", "proposed_by", "confirmed_by", "late",
        "late_responses", "score",
    }  # fmt: skip
    assert [facts["proposed_by"], facts["confirmed_by"]] == [o.public_id for o in officers]
    assert (facts["late"], facts["score"]) == (6, 2)


@pytest.mark.parametrize(
    ("table", "tampering"),
    [
        ("late_decisions", "counts = NOT counts"),
        ("late_decisions", "reason = 'another'"),
        ("late_decisions", "confirmed_at = NULL, confirmed_by = NULL"),
        ("late_responses", "choice = 'A'"),
        ("late_responses", "left_ms = 1"),
        ("scores", "points = '12'"),
        ("scores", "reason = 'another'"),
        ("scores", "number = 3"),
    ],
)
def test_what_was_tampered_with_is_named(db, sitting, officers, table, tampering):
    late(db, sitting, right=True)
    decision = propose(db, sitting, officers[0])
    deciding.confirm(db, sitting, decision, by=officers[1], now=AFTER)
    assert sound(db)
    unguard(db, table)
    only = " WHERE number = 2" if table == "scores" else ""
    db.execute(text(f"UPDATE {table} SET {tampering}{only}"))
    db.expire_all()
    assert list(check_late(db))


def test_a_score_that_no_decision_made_is_named(db, sitting):
    db.add(
        Score(
            sitting_id=sitting.id, number=2, points=Fraction(13), most=Fraction(13),
            outcome="passed", earned={}, scored_at=AFTER + timedelta(hours=1),
        )
    )  # fmt: skip
    db.flush()
    assert list(check_late(db))
    assert db.scalars(select(LateDecision)).all() == []
