"""Sitting an exam: one sitting, no lost save, one score, decided by the database."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from examapp.core.exam_time import NotOpen
from examapp.core.exams import NotReleased, NoTryLeft
from examapp.core.people import Role
from examapp.core.refusals import NotFound
from examapp.core.scoring import Outcome
from examapp.core.sittings import NotOnPaper, OutOfOrder, SittingClosed, TakenOver
from examapp.services.exams.setting import cancel, release
from examapp.services.sittings import closing, papers, saving, starting
from examapp.store.bank import ItemRevision
from examapp.store.exams import PaperItem
from examapp.store.ledger import LedgerEntry
from examapp.store.sittings import Response, Score, Sitting
from tests.bureau import HOUR, MINUTE, NOW, make_bank, make_exam, make_person, make_spec, make_unit


@pytest.fixture
def exam(db):
    make_bank(db)
    return make_exam(db, make_person(db, "trainer", Role.TRAINER))


@pytest.fixture
def cadre(db, exam):
    return make_person(db, "cadre")


@pytest.fixture
def sitting(db, exam, cadre):
    return starting.start(db, cadre, exam.public_id, device="pc", now=NOW)


def key_of(db, sitting, position) -> frozenset[str]:
    content = db.scalars(
        select(ItemRevision.content)
        .join(PaperItem, PaperItem.revision_id == ItemRevision.id)
        .where(PaperItem.paper_id == sitting.paper_id, PaperItem.position == position)
    ).one()
    return frozenset(content["key"])


def save(db, cadre, sitting, position=1, choice=("A",), *, seq=1, lease=1, now=NOW + MINUTE):
    saving.save(
        db, cadre, sitting.public_id, lease_no=lease, seq=seq, position=position,
        choice=frozenset(choice), now=now,
    )  # fmt: skip


def answer_all(db, cadre, sitting, *, now=NOW + MINUTE):
    for item in papers.shown(db, sitting):
        save(db, cadre, sitting, item.position, key_of(db, sitting, item.position),
             seq=item.position, now=now)  # fmt: skip


def test_starting_twice_gives_the_same_sitting(db, exam, cadre, sitting):
    assert starting.start(db, cadre, exam.public_id, device="pc", now=NOW + MINUTE) is sitting


def test_the_paper_has_what_the_spec_asks_for(db, sitting):
    items = papers.shown(db, sitting)
    assert [str(item.kind) for item in items] == ["single"] * 3 + ["multiple"] * 2 + ["judgement"]
    assert sum(item.points for item in items) == 13


def test_the_deadline_is_the_window_when_the_minutes_reach_beyond_it(db, exam, cadre):
    late = exam.closes_at - 10 * MINUTE
    assert (
        starting.start(db, cadre, exam.public_id, device="pc", now=late).deadline == exam.closes_at
    )


@pytest.mark.parametrize("moment", [NOW - 2 * HOUR, NOW + 5 * HOUR])
def test_outside_the_window_nothing_starts(db, exam, cadre, moment):
    with pytest.raises(NotOpen):
        starting.start(db, cadre, exam.public_id, device="pc", now=moment)


def test_a_cancelled_exam_does_not_start(db, exam, cadre):
    cancel(db, exam, because="fire drill", by=make_person(db, "t2", Role.TRAINER), now=NOW)
    with pytest.raises(NotOpen):
        starting.start(db, cadre, exam.public_id, device="pc", now=NOW)


def test_one_try_is_one_try(db, exam, cadre, sitting):
    closing.submit(db, cadre, sitting.public_id, now=NOW + MINUTE)
    with pytest.raises(NoTryLeft):
        starting.start(db, cadre, exam.public_id, device="pc", now=NOW + 2 * MINUTE)


def test_a_second_try_draws_another_paper(db, cadre):
    make_bank(db, singles=40, multiples=20, judgements=20, prefix="more-")
    exam = make_exam(db, make_person(db, "tr", Role.TRAINER), spec=make_spec(tries=2))
    first = starting.start(db, cadre, exam.public_id, device="pc", now=NOW)
    closing.submit(db, cadre, first.public_id, now=NOW + MINUTE)
    second = starting.start(db, cadre, exam.public_id, device="pc", now=NOW + 2 * MINUTE)
    assert second.try_no == 2
    stems = [[i.stem["zh"] for i in papers.shown(db, s)] for s in (first, second)]
    assert stems[0] != stems[1]


@pytest.fixture(autouse=True)
def _bank_first(exam):
    """The bank of `exam` is the bank of every test here."""


def test_an_exam_for_another_unit_does_not_exist_for_me(db, exam):
    elsewhere = make_person(db, "stranger", unit=make_unit(db, "elsewhere"))
    with pytest.raises(NotFound):
        starting.start(db, elsewhere, exam.public_id, device="pc", now=NOW)


def test_a_saved_choice_is_shown_again(db, cadre, sitting):
    save(db, cadre, sitting, 1, ["B"])
    assert papers.shown(db, sitting)[0].chosen == {"B"}


def test_the_highest_number_wins_whatever_the_order_of_arrival(db, cadre, sitting):
    save(db, cadre, sitting, 1, ["C"], seq=7)
    save(db, cadre, sitting, 1, ["B"], seq=3)
    assert papers.shown(db, sitting)[0].chosen == {"C"}


def test_a_repeated_save_does_no_harm(db, cadre, sitting):
    save(db, cadre, sitting)
    save(db, cadre, sitting)
    assert db.scalar(select(func.count()).select_from(Response)) == 1


def test_a_repeat_after_the_end_is_still_confirmed(db, cadre, sitting):
    save(db, cadre, sitting)
    closing.submit(db, cadre, sitting.public_id, now=NOW + 2 * MINUTE)
    save(db, cadre, sitting, now=NOW + 3 * MINUTE)


def test_the_same_number_for_another_choice_is_refused(db, cadre, sitting):
    save(db, cadre, sitting, 1, ["A"])
    with pytest.raises(OutOfOrder):
        save(db, cadre, sitting, 1, ["B"])


@pytest.mark.parametrize(
    ("position", "choice"),
    [(99, ["A"]), (1, ["Z"]), (1, ["A", "B"]), (6, ["A"]), (6, ["true", "false"])],
)
def test_what_is_not_on_the_paper_is_refused(db, cadre, sitting, position, choice):
    with pytest.raises(NotOnPaper):
        save(db, cadre, sitting, position, choice)


def test_anothers_sitting_does_not_exist_for_me(db, cadre, sitting):
    save(db, cadre, sitting)
    with pytest.raises(NotFound):
        save(db, make_person(db, "other"), sitting, seq=2)


def test_what_is_remembered_of_a_paper_opens_no_sitting(db, exam):
    person = make_person(db, "began-in-vain")
    undone = db.begin_nested()
    began = starting.start(db, person, exam.public_id, device="pc", now=NOW)
    save(db, person, began)
    gone = SimpleNamespace(public_id=began.public_id)
    undone.rollback()
    with pytest.raises(NotFound):
        save(db, person, gone)


def test_at_the_deadline_it_is_too_late(db, cadre, sitting):
    save(db, cadre, sitting, now=sitting.deadline - timedelta(microseconds=1))
    with pytest.raises(SittingClosed):
        save(db, cadre, sitting, seq=2, now=sitting.deadline)


def test_after_handing_in_it_is_too_late(db, cadre, sitting):
    closing.submit(db, cadre, sitting.public_id, now=NOW + MINUTE)
    with pytest.raises(SittingClosed):
        save(db, cadre, sitting, now=NOW + 2 * MINUTE)


def test_the_device_that_was_left_can_only_watch(db, cadre, sitting):
    save(db, cadre, sitting, 1, ["A"])
    lease = starting.take_over(db, cadre, sitting.public_id, device="phone", now=NOW + MINUTE)
    with pytest.raises(TakenOver):
        save(db, cadre, sitting, 1, ["B"], seq=2, lease=1)
    save(db, cadre, sitting, 1, ["C"], seq=1, lease=lease)
    assert papers.shown(db, sitting)[0].chosen == {"C"}


def test_handing_in_gives_a_receipt_and_a_second_time_the_same(db, cadre, sitting):
    answer_all(db, cadre, sitting)
    first = closing.submit(db, cadre, sitting.public_id, now=NOW + 2 * MINUTE)
    again = closing.submit(db, cadre, sitting.public_id, now=NOW + 9 * MINUTE)
    assert first == again
    assert first.answered == 6
    assert db.scalar(select(func.count()).select_from(Score)) == 1


def test_all_keys_earn_all_points(db, cadre, sitting):
    answer_all(db, cadre, sitting)
    closing.submit(db, cadre, sitting.public_id, now=NOW + 2 * MINUTE)
    score = db.scalars(select(Score)).one()
    assert (score.points, score.outcome, score.band) == (13, Outcome.PASSED, "excellent")


def test_nothing_chosen_earns_nothing(db, cadre, sitting):
    closing.submit(db, cadre, sitting.public_id, now=NOW + 2 * MINUTE)
    score = db.scalars(select(Score)).one()
    assert (score.points, score.outcome, score.band) == (Fraction(0), Outcome.FAILED, None)


def test_a_lapsed_sitting_is_scored_as_it_stood_and_once(db, cadre, sitting):
    answer_all(db, cadre, sitting)
    over = sitting.accepts_until
    assert closing.lapsed(db, over - timedelta(microseconds=1)) == []
    assert not closing.close_lapsed(db, sitting, now=over - timedelta(microseconds=1))
    assert closing.lapsed(db, over) == [sitting.id]
    assert closing.close_lapsed(db, sitting, now=over)
    assert not closing.close_lapsed(db, sitting, now=over)
    assert sitting.submitted_at is None
    assert db.scalars(select(Score)).one().points == 13


def test_handing_in_after_the_deadline_is_refused(db, cadre, sitting):
    with pytest.raises(SittingClosed):
        closing.submit(db, cadre, sitting.public_id, now=sitting.deadline)


def test_the_result_waits_for_the_release(db, exam, cadre, sitting):
    closing.submit(db, cadre, sitting.public_id, now=NOW + MINUTE)
    with pytest.raises(NotReleased):
        papers.reviewed(db, cadre, sitting.public_id, now=NOW + 6 * HOUR)
    release(db, exam, by=None, now=NOW + 6 * HOUR)
    _, _, score, items = papers.reviewed(db, cadre, sitting.public_id, now=NOW + 6 * HOUR)
    assert sum(item.earned for item in items) == score.points
    assert all(item.rationale["zh"] for item in items)


def test_what_is_shown_while_sitting_has_no_key_and_no_rationale(db, sitting):
    assert {f for item in papers.shown(db, sitting) for f in vars(item)} == {
        "position", "kind", "points", "stem", "options", "chosen",
    }  # fmt: skip


def test_the_ledger_tells_the_sitting_from_draw_to_score(db, cadre, sitting):
    closing.submit(db, cadre, sitting.public_id, now=NOW + MINUTE)
    events = db.scalars(
        select(LedgerEntry.event)
        .where(LedgerEntry.subject == sitting.public_id)
        .order_by(LedgerEntry.number)
    ).all()
    assert events == ["paper.drawn", "sitting.submitted", "sitting.scored"]


@pytest.mark.parametrize(
    "table", ["responses", "scores", "papers", "paper_items", "ledger_entries"]
)
@pytest.mark.parametrize("verb", ["UPDATE {} SET {}", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_change_what_was_recorded(db, cadre, sitting, table, verb):
    answer_all(db, cadre, sitting)
    closing.submit(db, cadre, sitting.public_id, now=NOW + 2 * MINUTE)
    column = {"responses": "seq = 9", "scores": "number = 9", "papers": "try_no = 9",
              "paper_items": "position = 9", "ledger_entries": "event = 'x'"}[table]  # fmt: skip
    with pytest.raises(DBAPIError, match="append-only"):
        db.execute(text(verb.format(table, column)))


def test_a_sitting_left_open_is_closed_before_the_next_try(db, cadre):
    exam = make_exam(db, make_person(db, "tt", Role.TRAINER), spec=make_spec(tries=2))
    first = starting.start(db, cadre, exam.public_id, device="pc", now=NOW)
    over = first.accepts_until
    second = starting.start(db, cadre, exam.public_id, device="pc", now=over)
    assert second.try_no == 2
    assert db.get_one(Sitting, first.id).closed_at == over
