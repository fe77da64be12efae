"""Setting exams: what a draft may say, who saves second, what publishing and releasing do."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy import select

from examapp.core.items import Difficulty, Kind
from examapp.core.people import Role
from examapp.core.refusals import Conflict, Invalid
from examapp.core.scoring import Band
from examapp.core.spec import BankTooSmall, SpecLine
from examapp.services.exams import audience, disclosure, drafts, pools, publishing, setting
from examapp.services.exams.turnout import Turnout, turnout
from examapp.store.certificates import Certificate
from examapp.store.exams import Exam, PoolItem
from tests.bureau import (
    HOUR,
    MINUTE,
    NOW,
    make_bank,
    make_draft,
    make_exam,
    make_item,
    make_person,
    make_spec,
    make_unit,
    make_user,
)
from tests.hall import begin, sit

DAY = timedelta(days=1)
TWELVE = Fraction(12)
NOWHERE = SpecLine("nowhere", Kind.SINGLE, None, 9, Fraction(1))


@pytest.fixture
def trainer(db):
    make_bank(db)
    return make_person(db, "trainer", Role.TRAINER)


def places(db, draft) -> list[str]:
    return [fault.place for fault in drafts.faults(db, draft)]


def test_a_sound_draft_has_no_faults(db, trainer):
    assert places(db, make_draft(db)) == []


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"title": {}}, "title"),
        ({"closes_at": NOW - 2 * HOUR}, "closes_at"),
        ({"unit_ids": ()}, "units"),
        ({"unit_ids": (999_999,)}, "units"),
        ({"certificate_years": 11}, "certificate_years"),
        ({"spec": {"minutes": 0}}, "minutes"),
        ({"spec": {"tries": 11}}, "tries"),
        ({"spec": {"cut_score": Fraction(14), "bands": ()}}, "cut_score"),
        ({"spec": {"bands": (Band("good", Fraction(99)),)}}, "bands"),
        ({"spec": {"bands": (Band("pass", Fraction(7)),)}}, "bands"),
        ({"spec": {"bands": (Band("good", TWELVE), Band("excellent", TWELVE))}}, "bands"),
        ({"spec": {"lines": (NOWHERE,), "bands": ()}}, "line"),
    ],
)  # fmt: skip
def test_each_fault_is_named_at_its_place(db, trainer, change, place):
    draft = make_draft(db, **{**change, "spec": make_spec(**change.get("spec", {}))})
    assert [found.split(" ")[0] for found in places(db, draft)] == [place]


def test_a_draft_comes_back_as_it_was_set(db, trainer):
    draft = make_draft(db, audiences=("support",), spec=make_spec(cut_score=Fraction(17, 2)))
    exam = setting.create(db, draft, by=trainer, now=NOW)
    assert drafts.draft_of(exam) == draft


def test_the_second_of_two_editors_gets_a_conflict_and_the_first_ones_words_stay(db, trainer):
    exam = make_exam(db, trainer, published=False)
    seen = exam.edit_no
    setting.edit(db, exam, make_draft(db, title={"zh": "先"}), edit_no=seen)
    with pytest.raises(Conflict):
        setting.edit(db, exam, make_draft(db, title={"zh": "后"}), edit_no=seen)
    assert (exam.title, exam.edit_no) == ({"zh": "先"}, seen + 1)


def test_an_edit_with_faults_uses_up_no_edit_number(db, trainer):
    exam = make_exam(db, trainer, published=False)
    with pytest.raises(Invalid):
        setting.edit(db, exam, make_draft(db, title={}), edit_no=exam.edit_no)
    setting.edit(db, exam, make_draft(db), edit_no=exam.edit_no)


def test_an_edit_replaces_the_units(db, trainer):
    exam = make_exam(db, trainer, published=False)
    other = make_unit(db, "other", make_unit(db))
    both = (make_unit(db).id, other.id)
    setting.edit(db, exam, make_draft(db, unit_ids=both), edit_no=exam.edit_no)
    setting.edit(db, exam, make_draft(db, unit_ids=(other.id,)), edit_no=exam.edit_no)
    db.expire_all()
    assert [unit.unit_id for unit in exam.units] == [other.id]


def test_a_published_exam_is_neither_edited_nor_deleted_nor_published_again(db, trainer):
    exam = make_exam(db, trainer)
    with pytest.raises(setting.NotADraft):
        setting.edit(db, exam, make_draft(db), edit_no=exam.edit_no)
    with pytest.raises(setting.NotADraft):
        setting.delete_draft(db, exam)
    with pytest.raises(setting.NotADraft):
        publishing.publish(db, exam, by=trainer, now=NOW)


def test_only_the_draft_that_was_shown_is_published(db, trainer):
    exam = make_exam(db, trainer, published=False)
    shown = exam.edit_no
    setting.edit(db, exam, make_draft(db, title={"zh": "变"}), edit_no=shown)
    with pytest.raises(Conflict):
        publishing.publish(db, exam, by=trainer, now=NOW, edit_no=shown)
    assert exam.published_at is None


def test_a_deleted_draft_is_gone_with_its_units(db, trainer):
    exam = make_exam(db, trainer, published=False)
    setting.delete_draft(db, exam)
    assert db.scalar(select(Exam.id).where(Exam.id == exam.id)) is None


def test_the_bank_says_line_by_line_what_it_holds_and_what_is_missing(db, trainer):
    make_item(db, "hard-1", difficulty=Difficulty.HARD)
    make_item(db, "unread", read=False)
    lines = (
        SpecLine("law", Kind.SINGLE, Difficulty.HARD, 1, Fraction(2)),
        SpecLine("law.basic", Kind.SINGLE, None, 7, Fraction(2)),
        SpecLine("law", Kind.MULTIPLE, None, 5, Fraction(2)),
    )
    found = pools.holdings(db, make_spec(lines=lines), day=NOW.date())
    assert [(h.holds, h.missing) for h in found] == [(1, 0), (7, 1), (3, 2)]


def test_a_spec_that_the_bank_cannot_fill_is_not_published(db, trainer):
    lines = (SpecLine("law", Kind.SINGLE, None, 8, Fraction(2)),)
    exam = make_exam(db, trainer, published=False, spec=make_spec(lines=lines))
    with pytest.raises(BankTooSmall) as refused:
        publishing.publish(db, exam, by=trainer, now=NOW)
    assert [(s.wanted, s.available) for s in refused.value.shortages] == [(8, 6)]
    assert exam.published_at is None
    assert db.scalar(select(PoolItem.exam_id).where(PoolItem.exam_id == exam.id)) is None


def test_the_seed_is_told_only_after_the_release(db, trainer):
    exam = make_exam(db, trainer)
    assert disclosure.pool_size(db, exam) == 12
    assert disclosure.seed_of(db, exam) is None
    setting.release(db, exam, by=trainer, now=NOW + DAY)
    assert len(disclosure.seed_of(db, exam) or "") == 64


def test_a_release_closes_what_ran_out_of_time_and_issues_certificates(db, trainer):
    exam = make_exam(db, trainer)
    passed, lapsed = make_person(db, "passed"), make_person(db, "lapsed")
    sit(db, passed, exam)
    left_open = begin(db, lapsed, exam)
    setting.release(db, exam, by=trainer, now=exam.closes_at + MINUTE)
    assert left_open.closed_at
    assert db.scalars(select(Certificate.user_id)).all() == [passed.id]


def test_a_cancelled_exam_keeps_its_reason_and_is_never_released(db, trainer):
    exam = make_exam(db, trainer)
    assert disclosure.cancelled_because(db, exam) == ""
    setting.cancel(db, exam, because="停电", by=trainer, now=NOW)
    assert disclosure.cancelled_because(db, exam) == "停电"
    for again in (
        lambda: setting.cancel(db, exam, because="x", by=trainer, now=NOW),
        lambda: setting.release(db, exam, by=trainer, now=NOW + DAY),
    ):
        with pytest.raises(setting.AlreadySettled):
            again()


def test_waiting_names_exams_to_release_and_drafts_whose_window_is_near(db, trainer):
    closed = make_exam(db, trainer)
    cancelled = make_exam(db, trainer)
    setting.cancel(db, cancelled, because="x", by=trainer, now=NOW)
    later = NOW + DAY
    near = make_exam(db, trainer, published=False, opens_at=later + DAY, closes_at=later + 2 * DAY)
    make_exam(db, trainer, published=False, opens_at=later + 9 * DAY, closes_at=later + 10 * DAY)
    make_exam(db, trainer, opens_at=NOW, closes_at=later + DAY)
    waiting = setting.waiting(db, later)
    assert ([*waiting.to_release], [*waiting.drafts]) == ([closed], [near])


def test_turnout_counts_people_once_and_only_those_meant(db, trainer):
    exam = make_exam(
        db, trainer, audiences=("support",), spec=make_spec(tries=2), closes_at=NOW + 5 * HOUR
    )
    people = [make_person(db, f"p{n}", audience="support") for n in range(5)]
    make_user(db, "other-audience", audience="enforcement")
    make_user(db, "officer", Role.PERSONNEL, audience="support")
    make_user(db, "gone", audience="support", disabled_at=NOW)
    make_user(db, "elsewhere", unit=make_unit(db, "beside"), audience="support")
    sit(db, people[0], exam)
    sit(db, people[1], exam, right=False)
    sit(db, people[1], exam, now=NOW + 5 * MINUTE)
    begin(db, people[2], exam)  # lapses after 30 minutes
    begin(db, people[3], exam, now=NOW + 20 * MINUTE)
    assert turnout(db, exam, now=NOW + 40 * MINUTE) == Turnout(5, 1, 1, 2, 1)
    assert audience.size(db, exam) == 5


def test_the_audience_is_the_same_in_a_query_and_in_memory(db, trainer):
    top = make_unit(db)
    below, beside = make_unit(db, "below", top), make_unit(db, "beside")
    users = [
        make_user(db, "a", unit=top),
        make_user(db, "b", unit=below),
        make_user(db, "c", unit=below, audience="support"),
        make_user(db, "d", unit=beside),
    ]
    wide = make_exam(db, trainer, unit_ids=(top.id,))
    narrow = make_exam(db, trainer, unit_ids=(below.id, beside.id), audiences=("civil-servants",))
    around = audience.circles(db, [wide, narrow])
    for exam in (wide, narrow):
        taken = sum(around[exam.id].takes(user.unit_id, user.audience, user.id) for user in users)
        assert taken == audience.size(db, exam)
    assert [audience.size(db, exam) for exam in (wide, narrow)] == [3, 2]
