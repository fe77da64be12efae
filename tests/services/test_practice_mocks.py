"""Mock exams: from which spec, whole or shorter, with its minutes and a seed of its own."""

from __future__ import annotations

from fractions import Fraction

import pytest

from examapp.core.items import Kind, Use
from examapp.core.people import Role
from examapp.core.practice import MockNotPossible
from examapp.core.refusals import NotFound
from examapp.core.spec import SpecLine
from examapp.services.exams.setting import cancel, release
from examapp.services.practice import mocks, run_pages, runs
from tests.bureau import (
    MINUTE,
    NOW,
    make_bank,
    make_exam,
    make_item,
    make_person,
    make_spec,
    make_unit,
)


@pytest.fixture
def trainer(db):
    make_bank(db)
    return make_person(db, "trainer", Role.TRAINER)


def study_items(db, singles, multiples, judgements):
    for kind, count in zip(Kind, (singles, multiples, judgements), strict=True):
        for number in range(count):
            make_item(db, f"study-{kind}-{number}", kind=kind, use=Use.STUDY)


def titles(db, person):
    return [exam.title["en"] for exam in mocks.exams(db, person)]


def named(title):
    return {"zh": title, "en": title}


def test_ones_own_published_exams_and_all_released_ones_are_offered(db, trainer):
    elsewhere = make_unit(db, "elsewhere")
    person = make_person(db)
    make_exam(db, trainer, title=named("own"))
    make_exam(db, trainer, title=named("draft"), published=False)
    make_exam(db, trainer, title=named("of others"), unit_ids=(elsewhere.id,))
    gone = make_exam(db, trainer, title=named("cancelled"))
    cancel(db, gone, because="x", by=trainer, now=NOW)
    other = make_exam(db, trainer, title=named("released"), unit_ids=(elsewhere.id,))
    release(db, other, by=trainer, now=other.closes_at)
    assert sorted(titles(db, person)) == ["own", "released"]
    assert mocks.exam(db, person, other.public_id).id == other.id
    with pytest.raises(NotFound):
        mocks.exam(db, person, gone.public_id)


def test_a_mock_has_the_shape_points_and_minutes_of_the_exam(db, trainer):
    exam = make_exam(db, trainer)
    release(db, exam, by=trainer, now=exam.closes_at)
    person = make_person(db)
    assert mocks.offer(db, exam, today=NOW.date()).shortages == []
    run = mocks.draw_mock(db, person, exam, now=NOW)
    asked = run_pages.questions(db, run)
    assert [(q.kind, q.points) for q in asked] == [
        *[(Kind.SINGLE, 2)] * 3, *[(Kind.MULTIPLE, 3)] * 2, (Kind.JUDGEMENT, 1),
    ]  # fmt: skip
    assert mocks.ends_at(run) == NOW + 30 * MINUTE
    assert mocks.drawn_for(run).cut_score == 8


def test_a_mock_of_a_running_exam_is_drawn_from_other_items(db, trainer):
    exam = make_exam(db, trainer)
    offer = mocks.offer(db, exam, today=NOW.date())
    assert [(s.line.kind, s.wanted, s.available) for s in offer.shortages] == [
        (Kind.SINGLE, 3, 0), (Kind.MULTIPLE, 2, 0), (Kind.JUDGEMENT, 1, 0),
    ]  # fmt: skip
    assert offer.spec is None
    study_items(db, 3, 2, 1)
    assert mocks.offer(db, exam, today=NOW.date()).shortages == []
    assert len(mocks.draw_mock(db, make_person(db), exam, now=NOW).items) == 6


def test_with_too_few_items_a_shorter_mock_of_the_same_shape_is_drawn(db, trainer):
    make_item(db, "noise", kind=Kind.SINGLE, topic="law")
    spec = make_spec(
        lines=(
            SpecLine("law.basic", Kind.SINGLE, None, 6, Fraction(2)),
            SpecLine("law.basic", Kind.MULTIPLE, None, 3, Fraction(4)),
        ),
        cut_score=Fraction(12),
        bands=(),
    )
    exam = make_exam(db, trainer, spec=spec)
    study_items(db, 5, 2, 0)
    offer = mocks.offer(db, exam, today=NOW.date())
    assert [(s.wanted, s.available, s.missing) for s in offer.shortages] == [(6, 5, 1), (3, 2, 1)]
    run = mocks.draw_mock(db, make_person(db), exam, now=NOW)
    small = mocks.drawn_for(run)
    assert [(line.kind, line.count) for line in small.lines] == [
        (Kind.SINGLE, 5), (Kind.MULTIPLE, 2),
    ]  # fmt: skip
    assert (small.minutes, small.cut_score) == (24, 9)
    assert len(run.items) == 7


def test_with_next_to_nothing_there_is_no_mock(db, trainer):
    exam = make_exam(db, trainer)
    study_items(db, 1, 1, 1)
    with pytest.raises(MockNotPossible):
        mocks.draw_mock(db, make_person(db), exam, now=NOW)


def test_two_mocks_differ_and_one_left_open_is_gone_on_with_while_its_time_runs(db, trainer):
    exam = make_exam(db, trainer)
    release(db, exam, by=trainer, now=exam.closes_at)
    person, other = make_person(db), make_person(db, "other")
    first = mocks.draw_mock(db, person, exam, now=NOW)
    assert mocks.draw_mock(db, person, exam, now=NOW + 29 * MINUTE).id == first.id
    assert mocks.begun(db, person, exam, now=NOW + 29 * MINUTE).id == first.id
    assert mocks.begun(db, person, exam, now=NOW + 30 * MINUTE) is None
    later = mocks.draw_mock(db, person, exam, now=NOW + 30 * MINUTE)
    assert later.id != first.id
    papers = [str(mocks.draw_mock(db, p, exam, now=NOW).items) for p in (person, other)]
    assert len({str(first.items), str(later.items), *papers}) == 3


def test_a_mock_is_scored_by_its_points_and_may_be_handed_in_late(db, trainer):
    exam = make_exam(db, trainer)
    release(db, exam, by=trainer, now=exam.closes_at)
    person = make_person(db)
    run = mocks.draw_mock(db, person, exam, now=NOW)
    keys = {Kind.SINGLE: "B", Kind.MULTIPLE: ("A", "C"), Kind.JUDGEMENT: ("true",)}
    chosen = {q.place: frozenset(keys[q.kind]) for q in run_pages.questions(db, run)}
    chosen[1] = frozenset("A")
    runs.hand_in(db, person, run.public_id, chosen, now=NOW + 60 * MINUTE)
    tally = run_pages.tally(run_pages.marked(db, run))
    assert (tally.right, tally.asked, tally.points, tally.most) == (5, 6, 11, 13)


def test_items_that_give_each_other_away_never_stand_in_one_mock(db, trainer):
    exam = make_exam(db, trainer)
    study_items(db, 2, 2, 1)
    make_item(
        db, "study-enemy", kind=Kind.SINGLE, use=Use.STUDY, enemies=frozenset({"study-single-0"})
    )
    with pytest.raises(MockNotPossible):
        mocks.draw_mock(db, make_person(db), exam, now=NOW)
