"""A candidate's own exams: results only once released, and no query more for each exam."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import event

from examapp.core.people import Role
from examapp.core.spec import Counts
from examapp.services.exams import candidates, setting
from tests.bureau import MINUTE, NOW, make_bank, make_exam, make_person, make_spec
from tests.hall import begin, sit

DAY = timedelta(days=1)


def statements(db, ask) -> int:
    """How many statements a question costs."""
    said = []
    connection = db.connection()

    def count(*_args):
        said.append(1)

    event.listen(connection, "before_cursor_execute", count)
    try:
        ask()
    finally:
        event.remove(connection, "before_cursor_execute", count)
    return len(said)


def test_a_result_is_told_only_after_the_release_and_by_the_rule_of_tries(db):
    make_bank(db)
    trainer, cadre = make_person(db, "trainer", Role.TRAINER), make_person(db, "cadre")
    exam = make_exam(db, trainer, spec=make_spec(tries=2, counts=Counts.LAST))
    sit(db, cadre, exam)
    last = sit(db, cadre, exam, right=False, now=NOW + 5 * MINUTE)
    before = candidates.standing(db, cadre, exam, now=NOW + DAY)
    assert (before.result, before.scores) == (None, {})
    setting.release(db, exam, by=trainer, now=NOW + DAY)
    after = candidates.standing(db, cadre, exam, now=NOW + DAY)
    assert after.result
    assert after.result[0] == last
    assert after.result[1].points == 0
    assert len(after.scores) == 2


def test_a_running_sitting_is_found_and_keeps_no_try_from_being_counted(db):
    make_bank(db)
    trainer, cadre = make_person(db, "trainer", Role.TRAINER), make_person(db, "cadre")
    exam = make_exam(db, trainer)
    running = begin(db, cadre, exam)
    standing = candidates.standing(db, cadre, exam, now=NOW + MINUTE)
    assert (standing.open_sitting, standing.tries_left, standing.may_start) == (running, 0, True)
    over = candidates.standing(db, cadre, exam, now=running.deadline)
    assert (over.open_sitting, over.may_start) == (None, False)


def test_many_exams_cost_no_more_statements_than_one(db):
    make_bank(db)
    trainer, cadre = make_person(db, "trainer", Role.TRAINER), make_person(db, "cadre")

    def one_more():
        exam = make_exam(db, trainer)
        sit(db, cadre, exam)
        setting.release(db, exam, by=trainer, now=NOW + DAY)

    def ask():
        candidates.standings(db, cadre, now=NOW + DAY)

    one_more()
    alone = statements(db, ask)
    for _ in range(3):
        one_more()
    assert len(candidates.standings(db, cadre, now=NOW + DAY)) == 4
    assert statements(db, ask) == alone
