"""Checks: what may be asked, hand-in once, credit once a year."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from examapp.core.items import Kind, Use
from examapp.core.people import Role
from examapp.core.refusals import Invalid, NotFound
from examapp.core.sittings import NotOnPaper
from examapp.core.study import CheckNotPossible
from examapp.services.bank.revisions import add_revision, read_blind
from examapp.services.exams.setting import cancel, release
from examapp.services.study.check_pages import credit_for, marked, questions
from examapp.services.study.checks import draw, hand_in, mine
from examapp.store.bank import Item, ItemRevision
from examapp.store.ledger import LedgerEntry
from examapp.store.study import StudyCredit
from tests.bureau import (
    HOUR,
    NOW,
    make_content,
    make_exam,
    make_item,
    make_person,
    make_shelf,
)
from tests.services.study_builders import (
    guide_facts,
    keys,
    load,
    pass_check,
    section_facts,
    section_with_items,
    the_section,
    wrongs,
)

DAYS = timedelta(days=1)


def asked(db, check):
    ids = [revision_id for revision_id, _ in check.items]
    rows = db.execute(select(ItemRevision.id, Item.code).join(Item).where(ItemRevision.id.in_(ids)))
    codes = dict(rows.all())
    return [codes[number] for number in ids]


def all_asked(db, person, section, times=12):
    """Every item that turns up when checks are taken again and again."""
    seen = set()
    for _ in range(times):
        check = draw(db, person, section, now=NOW)
        seen |= set(asked(db, check))
        hand_in(db, person, check.public_id, keys(db, check), now=NOW)
    return seen


def exam_with_pool(db):
    """A published exam whose pool has every exam item (make_spec's cells all on article 1)."""
    for kind, count in ((Kind.SINGLE, 3), (Kind.MULTIPLE, 2), (Kind.JUDGEMENT, 1)):
        for number in range(count):
            make_item(db, f"pool-{kind}-{number}", kind=kind)
    return make_exam(db, make_person(db, "trainer", Role.TRAINER))


def test_only_items_in_force_on_the_sections_articles_are_asked(db):
    load(db, guide_facts("g1", section_facts(cites="law-x:1.2 law-x:4")))
    make_item(db, "article-1", cites="law-x:1.1")
    make_item(db, "article-4", cites="law-x:4", use=Use.STUDY)
    make_item(db, "elsewhere", cites="law-x:2")
    make_item(db, "unread", cites="law-x:1", read=False)
    retired = make_item(db, "retired", cites="law-x:1")
    retired.item.retired_at = NOW
    db.flush()
    check = draw(db, make_person(db), the_section(db), now=NOW)
    assert sorted(asked(db, check)) == ["article-1", "article-4"]


def test_the_newest_read_state_of_an_item_is_asked(db):
    section = section_with_items(db, 0)
    first = make_item(db, "it", stem="第一版")
    content = make_content(stem="第二版")
    second = add_revision(db, first.item, content, number=2, by=None, note="", now=NOW)
    person = make_person(db)
    assert questions(db, draw(db, person, section, now=NOW))[0].stem["zh"] == "第一版"
    read_blind(db, second, content.key, reader="r", remark="", actor=None, now=NOW)
    assert questions(db, draw(db, person, section, now=NOW))[0].stem["zh"] == "第二版"


def test_items_of_an_exam_that_is_not_released_are_kept_back(db):
    section = section_with_items(db, 2)
    exam_with_pool(db)
    assert all_asked(db, make_person(db), section) == {"study-0", "study-1"}


def test_a_newer_wording_of_a_kept_back_item_is_kept_back_too(db):
    section = section_with_items(db, 1)
    exam_with_pool(db)
    item = db.scalars(select(Item).where(Item.code == "pool-single-0")).one()
    for number, use in ((2, Use.EXAM), (3, Use.STUDY)):
        content = make_content(stem=f"改写{number}", use=use)
        newer = add_revision(db, item, content, number=number, by=None, note="", now=NOW)
        read_blind(db, newer, content.key, reader="r", remark="", actor=None, now=NOW)
        assert all_asked(db, make_person(db, f"p{number}"), section, 2) == {"study-0"}


def test_items_come_back_once_the_exam_is_released_or_cancelled(db):
    section = section_with_items(db, 0)
    exam = exam_with_pool(db)
    trainer, person = make_person(db, "t2", Role.TRAINER), make_person(db)
    with pytest.raises(CheckNotPossible):
        draw(db, person, section, now=NOW)
    release(db, exam, by=trainer, now=exam.closes_at)
    assert len(all_asked(db, person, section)) == 6
    again = make_exam(db, trainer)
    with pytest.raises(CheckNotPossible):
        draw(db, make_person(db, "p2"), section, now=NOW)
    cancel(db, again, because="x", by=trainer, now=NOW)
    assert draw(db, make_person(db, "p3"), section, now=NOW)


def test_a_draft_keeps_nothing_back(db):
    section = section_with_items(db, 0)
    make_shelf(db)
    make_item(db, "exam-item")
    make_exam(db, make_person(db, "t", Role.TRAINER), published=False)
    assert asked(db, draw(db, make_person(db), section, now=NOW)) == ["exam-item"]


def test_items_not_met_yet_come_first(db):
    section = section_with_items(db, 6)
    person, other = make_person(db), make_person(db, "other")
    pass_check(db, other, section)
    first = pass_check(db, person, section)
    second = pass_check(db, person, section)
    assert set(asked(db, first)) | set(asked(db, second)) == {f"study-{n}" for n in range(6)}
    assert len(pass_check(db, person, section).items) == 3


def test_options_are_shuffled_but_true_and_false_keep_their_order(db):
    section = section_with_items(db, 0, check_items=2)
    make_item(db, "choice")
    make_item(db, "statement", kind=Kind.JUDGEMENT)
    orders = set()
    person = make_person(db)
    for _ in range(12):
        for question in questions(db, pass_check(db, person, section)):
            ids = tuple(option_id for option_id, _ in question.options)
            assert ids == ("true", "false") or sorted(ids) == list("ABCD")
            assert all(text["zh"] == f"选项{o}" for o, text in question.options if o in "ABCD")
            orders.add(ids)
    assert len(orders) > 3


def test_a_check_left_open_is_gone_on_with_but_not_another_persons(db):
    section = section_with_items(db, 6)
    person = make_person(db)
    first = draw(db, person, section, now=NOW)
    assert draw(db, person, section, now=NOW + HOUR).id == first.id
    assert draw(db, make_person(db, "other"), section, now=NOW).id != first.id
    hand_in(db, person, first.public_id, keys(db, first), now=NOW)
    assert draw(db, person, section, now=NOW).id != first.id


def test_an_open_check_whose_items_are_now_kept_back_is_left_behind(db):
    section = section_with_items(db, 0, check_items=6)
    make_item(db, "early")
    person = make_person(db)
    old = draw(db, person, section, now=NOW)
    exam_with_pool(db)
    make_item(db, "study", use=Use.STUDY)
    assert asked(db, draw(db, person, section, now=NOW)) == ["study"]
    assert asked(db, old) == ["early"]


def test_a_question_says_nothing_of_key_or_rationale(db):
    section = section_with_items(db)
    check = draw(db, make_person(db), section, now=NOW)
    said = repr(questions(db, check))
    assert "理由" not in said
    assert "key" not in said
    assert all(place.content is None for place in marked(db, check))


def test_a_check_of_another_person_is_not_found(db):
    section = section_with_items(db)
    check = draw(db, make_person(db), section, now=NOW)
    other = make_person(db, "other")
    with pytest.raises(NotFound):
        mine(db, other, check.public_id)
    with pytest.raises(NotFound):
        hand_in(db, other, check.public_id, keys(db, check), now=NOW)
    assert check.handed_in_at is None


def test_passing_credits_the_sections_minutes_and_records_it(db):
    section = section_with_items(db, minutes=50)
    person = make_person(db)
    check = draw(db, person, section, now=NOW)
    hand_in(db, person, check.public_id, wrongs(db, check, 1), now=NOW + HOUR)
    assert (check.right, check.passed, check.handed_in_at) == (2, True, NOW + HOUR)
    credit = db.scalars(select(StudyCredit)).one()
    assert (credit.year, credit.minutes, credit.check_id) == (2026, 50, check.id)
    assert credit_for(db, check) is credit
    entry = db.scalars(select(LedgerEntry).where(LedgerEntry.event == "study.credited")).one()
    assert (entry.subject, entry.actor) == (check.public_id, person.public_id)
    assert entry.facts["section"] == "g1/s1"
    assert (entry.facts["year"], entry.facts["minutes"]) == (2026, 50)


def test_failing_credits_nothing(db):
    section = section_with_items(db)
    person = make_person(db)
    check = draw(db, person, section, now=NOW)
    hand_in(db, person, check.public_id, wrongs(db, check, 2), now=NOW)
    assert (check.right, check.passed) == (1, False)
    assert credit_for(db, check) is None
    assert db.scalars(select(StudyCredit)).all() == []


def test_handing_in_again_changes_nothing(db):
    section = section_with_items(db)
    person = make_person(db)
    check = draw(db, person, section, now=NOW)
    hand_in(db, person, check.public_id, wrongs(db, check, 3), now=NOW)
    again = hand_in(db, person, check.public_id, keys(db, check), now=NOW + HOUR)
    assert (again.right, again.passed, again.handed_in_at) == (0, False, NOW)
    assert db.scalar(select(func.count(StudyCredit.id))) == 0


def test_a_section_is_credited_once_a_year_however_often_it_is_passed(db):
    section = section_with_items(db)
    person = make_person(db)
    first = pass_check(db, person, section)
    second = pass_check(db, person, section, now=NOW + DAYS)
    assert second.passed
    assert credit_for(db, second).check_id == first.id
    assert db.scalar(select(func.count(StudyCredit.id))) == 1
    entries = select(func.count()).where(LedgerEntry.event == "study.credited")
    assert db.scalar(entries) == 1


def test_an_old_check_counts_for_the_year_of_its_hand_in(db):
    section = section_with_items(db)
    person = make_person(db)
    drawn = datetime(2026, 12, 20, tzinfo=UTC)
    check = draw(db, person, section, now=drawn)
    eve = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)  # half past midnight in Shanghai
    hand_in(db, person, check.public_id, keys(db, check), now=eve)
    assert db.scalars(select(StudyCredit.year)).one() == 2027


def test_a_check_counts_although_its_section_was_withdrawn_meanwhile(db):
    section = section_with_items(db)
    person = make_person(db)
    check = draw(db, person, section, now=NOW)
    load(db, now=NOW)
    hand_in(db, person, check.public_id, keys(db, check), now=NOW)
    assert credit_for(db, check).minutes == 40


def test_unanswered_questions_are_named_and_nothing_is_handed_in(db):
    section = section_with_items(db)
    person = make_person(db)
    check = draw(db, person, section, now=NOW)
    with pytest.raises(Invalid) as refused:
        hand_in(db, person, check.public_id, {2: frozenset("A")}, now=NOW)
    assert [fault.place for fault in refused.value.faults] == ["1", "3"]
    assert check.handed_in_at is None


@pytest.mark.parametrize("choice", ["AB", "X"])
def test_a_choice_that_the_page_never_offered_is_refused(db, choice):
    section = section_with_items(db)
    person = make_person(db)
    check = draw(db, person, section, now=NOW)
    with pytest.raises(NotOnPaper):
        hand_in(db, person, check.public_id, {1: frozenset(choice)}, now=NOW)


def test_the_result_shows_key_and_rationale_place_by_place(db):
    section = section_with_items(db)
    person = make_person(db)
    check = draw(db, person, section, now=NOW)
    hand_in(db, person, check.public_id, wrongs(db, check, 1), now=NOW)
    places = marked(db, check)
    assert [place.right for place in places] == [False, True, True]
    assert places[0].chosen == {"A"}
    assert places[0].content.key == {"B"}


def test_a_result_shows_options_in_the_authors_order_to_whose_letters_rationales_refer(db):
    section = section_with_items(db, 6)
    person = make_person(db)
    places = [place for _ in range(4) for place in marked(db, pass_check(db, person, section))]
    orders = {tuple(option_id for option_id, _ in p.question.options) for p in places}
    assert orders == {("A", "B", "C", "D")}


def test_a_result_hides_keys_while_an_exam_with_these_items_runs(db):
    section = section_with_items(db, 1)
    make_item(db, "shared")
    person = make_person(db)
    check = pass_check(db, person, section)
    exam = exam_with_pool(db)
    hidden = {asked(db, check)[p.question.place - 1]: p.content is None for p in marked(db, check)}
    assert hidden == {"study-0": False, "shared": True}
    release(db, exam, by=make_person(db, "t2", Role.TRAINER), now=exam.closes_at)
    assert all(place.content for place in marked(db, check))
