"""Runs: which items may be asked, hand-in once, what a result shows, whose it is."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from examapp.core.items import Kind, Use
from examapp.core.people import Role
from examapp.core.practice import PracticeNotPossible
from examapp.core.refusals import Invalid, NotFound
from examapp.core.sittings import NotOnPaper
from examapp.services.bank.loading import load_topics
from examapp.services.bank.revisions import add_revision, read_blind
from examapp.services.exams.setting import release
from examapp.services.practice import allowed, run_pages, runs
from examapp.store.bank import Item, ItemRevision
from examapp.store.ledger import LedgerEntry
from examapp.store.practice import PracticeCard
from examapp.store.study import StudyCredit
from tests.bureau import (
    HOUR,
    NOW,
    make_bank,
    make_content,
    make_exam,
    make_item,
    make_person,
    make_shelf,
)


@pytest.fixture
def person(db):
    make_shelf(db)
    return make_person(db)


def codes(db, run):
    rows = db.execute(select(ItemRevision.id, Item.code).join(Item)).all()
    return [dict(rows)[revision] for revision, *_ in run.items]


def draw(db, person, topic="law", now=NOW):
    return runs.draw_topic(db, person, topic, now=now)


def answers(run, choice="B"):
    return {place: frozenset(choice) for place in range(1, len(run.items) + 1)}


def exam_with_pool(db):
    make_bank(db, 3, 2, 1, prefix="pool-")
    return make_exam(db, make_person(db, "trainer", Role.TRAINER))


def test_only_items_in_force_of_the_topic_and_those_under_it_are_asked(db, person):
    make_item(db, "under")
    make_item(db, "study", use=Use.STUDY)
    make_item(db, "unread", read=False)
    make_item(db, "retired").item.retired_at = NOW
    db.flush()
    assert sorted(codes(db, draw(db, person))) == ["study", "under"]
    with pytest.raises(NotFound):
        draw(db, person, "law.b")


def test_a_topic_does_not_take_in_another_that_begins_alike(db, person):
    both = {"zh": "x", "en": "x"}
    load_topics(db, [("lawyers", both), ("l_w", both)])
    make_item(db, "here")
    make_item(db, "lawyers", topic="lawyers")
    assert codes(db, draw(db, person)) == ["here"]
    with pytest.raises(PracticeNotPossible):
        draw(db, person, "l_w")


def test_items_of_an_exam_that_is_not_released_are_kept_back(db, person):
    make_item(db, "study", use=Use.STUDY)
    exam = exam_with_pool(db)
    assert codes(db, draw(db, person)) == ["study"]
    assert {t.code: t.available for t in allowed.topics(db, today=NOW.date())} == {
        "law": 1,
        "law.basic": 1,
    }
    release(db, exam, by=make_person(db, "t2", Role.TRAINER), now=exam.closes_at)
    assert {t.code: t.available for t in allowed.topics(db, today=NOW.date())} == {
        "law": 7,
        "law.basic": 7,
    }


@pytest.mark.usefixtures("person")
def test_a_topic_that_nobody_wrote_a_question_for_is_not_offered(db):
    load_topics(db, [("law.other", {"zh": "x", "en": "x"}), ("empty", {"zh": "x", "en": "x"})])
    make_item(db, "here", topic="law.other")
    offered = {t.code: t.available for t in allowed.topics(db, today=NOW.date())}
    assert offered == {"law": 1, "law.other": 1}


def test_a_newer_wording_and_a_twin_of_a_kept_back_item_are_kept_back_too(db, person):
    make_bank(db, 3, 2, 1, prefix="pool-")
    make_item(db, "twin", stem="题干pool-single-000")
    exam_of = make_exam(db, make_person(db, "trainer", Role.TRAINER))
    assert exam_of.published_at
    item = db.scalars(select(Item).where(Item.code == "pool-single-001")).one()
    content = make_content(stem="改写", use=Use.STUDY)
    newer = add_revision(db, item, content, number=2, by=None, note="", now=NOW)
    read_blind(db, newer, content.key, reader="r", remark="", actor=None, now=NOW)
    with pytest.raises(PracticeNotPossible):
        draw(db, person)


def test_ten_items_at_a_time_those_not_met_yet_first(db, person):
    for number in range(20):
        make_item(db, f"it-{number:02}")
    met = []
    for _ in range(2):
        run = draw(db, person)
        runs.hand_in(db, person, run.public_id, answers(run), now=NOW)
        met += codes(db, run)
    assert len(run.items) == 10
    assert len(set(met)) == 20


def test_options_are_shuffled_but_true_and_false_keep_their_order(db, person):
    make_item(db, "choice")
    make_item(db, "statement", kind=Kind.JUDGEMENT)
    orders = set()
    for _ in range(12):
        run = draw(db, person)
        for q in run_pages.questions(db, run):
            ids = tuple(option_id for option_id, _ in q.options)
            assert ids == ("true", "false") or sorted(ids) == list("ABCD")
            orders.add(ids)
        runs.hand_in(db, person, run.public_id, {}, now=NOW, leave_open=True)
    assert len(orders) > 3


def test_a_run_left_open_is_gone_on_with_but_not_another_persons(db, person):
    for number in range(30):
        make_item(db, f"it-{number}")
    first = draw(db, person)
    assert draw(db, person, now=NOW + HOUR).id == first.id
    assert draw(db, person, "law.basic").id != first.id
    assert draw(db, make_person(db, "other")).id != first.id
    runs.hand_in(db, person, first.public_id, answers(first), now=NOW)
    assert draw(db, person).id != first.id


def test_a_run_of_another_person_is_not_found(db, person):
    make_item(db, "it")
    run = draw(db, person)
    other = make_person(db, "other", *(set(Role) - {Role.AUDITOR}))
    with pytest.raises(NotFound):
        runs.mine(db, other, run.public_id)
    with pytest.raises(NotFound):
        runs.hand_in(db, other, run.public_id, answers(run), now=NOW)
    assert runs.history(db, other) == []
    assert run.handed_in_at is None


def test_handing_in_keeps_the_answers_and_counts_for_nothing(db, person):
    for number in range(3):
        make_item(db, f"it-{number}")
    before = db.scalar(select(func.count(LedgerEntry.number)))
    run = draw(db, person)
    runs.hand_in(db, person, run.public_id, answers(run) | {1: frozenset("A")}, now=NOW + HOUR)
    assert (run.asked, run.right, run.handed_in_at) == (3, 2, NOW + HOUR)
    assert run.choices == {"1": ["A"], "2": ["B"], "3": ["B"]}
    assert db.scalar(select(func.count(LedgerEntry.number))) == before
    assert db.scalars(select(StudyCredit)).all() == []


def test_handing_in_again_changes_nothing(db, person):
    make_item(db, "it")
    run = draw(db, person)
    runs.hand_in(db, person, run.public_id, answers(run, "A"), now=NOW)
    again = runs.hand_in(db, person, run.public_id, answers(run), now=NOW + HOUR)
    assert (again.right, again.handed_in_at, again.choices) == (0, NOW, {"1": ["A"]})
    assert db.scalar(select(func.count()).select_from(PracticeCard)) == 1


def test_open_questions_are_named_and_may_then_stay_open(db, person):
    for number in range(3):
        make_item(db, f"it-{number}")
    run = draw(db, person)
    with pytest.raises(Invalid) as refused:
        runs.hand_in(db, person, run.public_id, {2: frozenset("A")}, now=NOW)
    assert [fault.place for fault in refused.value.faults] == ["1", "3"]
    assert run.handed_in_at is None
    chosen = {2: frozenset("A")}
    runs.hand_in(db, person, run.public_id, chosen, now=NOW, leave_open=True)
    assert (run.asked, run.right) == (3, 0)
    assert db.scalar(select(func.count()).select_from(PracticeCard)) == 1


@pytest.mark.parametrize("choice", ["AB", "X"])
def test_a_choice_that_the_page_never_offered_is_refused(db, person, choice):
    make_item(db, "it")
    run = draw(db, person)
    with pytest.raises(NotOnPaper):
        runs.hand_in(db, person, run.public_id, answers(run, choice), now=NOW)


def test_a_question_says_nothing_of_key_or_rationale_before_the_hand_in(db, person):
    make_item(db, "it")
    run = draw(db, person)
    said = repr(run_pages.questions(db, run))
    assert "理由" not in said
    assert "key" not in said
    assert all(place.content is None for place in run_pages.marked(db, run))


def test_a_result_shows_options_in_the_authors_order_key_and_rationale(db, person):
    make_item(db, "it")
    run = draw(db, person)
    runs.hand_in(db, person, run.public_id, answers(run, "A"), now=NOW)
    (place,) = run_pages.marked(db, run)
    assert [option_id for option_id, _ in place.asked.options] == list("ABCD")
    assert (place.chosen, place.content.key, place.right) == ({"A"}, {"B"}, False)


def before_an_exam(db, person):
    """A run over a study item and a future exam item, and the exam that comes of it."""
    make_item(db, "study", use=Use.STUDY)
    make_bank(db, 3, 2, 1, prefix="pool-")
    run = draw(db, person)
    return run, lambda: make_exam(db, make_person(db, "trainer", Role.TRAINER))


def test_a_result_hides_everything_of_items_that_an_exam_uses_by_now(db, person):
    run, publish = before_an_exam(db, person)
    runs.hand_in(db, person, run.public_id, {}, now=NOW, leave_open=True)
    exam = publish()
    places = dict(zip(codes(db, run), run_pages.marked(db, run), strict=True))
    assert places["study"].content
    assert [
        p for code, p in places.items() if code != "study" and (p.content or p.asked.stem)
    ] == []
    tally = run_pages.tally(list(places.values()))
    assert (tally.asked, tally.kept_back) == (1, 6)
    release(db, exam, by=make_person(db, "t2", Role.TRAINER), now=exam.closes_at)
    assert all(place.content for place in run_pages.marked(db, run))


def test_an_open_run_does_not_ask_what_an_exam_uses_by_now(db, person):
    run, publish = before_an_exam(db, person)
    exam = publish()
    shown = [q for q in run_pages.questions(db, run) if q.stem or q.options]
    assert [codes(db, run)[q.place - 1] for q in shown] == ["study"]
    place = codes(db, run).index("study") + 1
    with pytest.raises(Invalid) as refused:
        runs.hand_in(db, person, run.public_id, {}, now=NOW)
    assert [fault.place for fault in refused.value.faults] == [str(place)]
    runs.hand_in(db, person, run.public_id, answers(run), now=NOW)
    assert (run.asked, run.right, run.choices) == (1, 1, {str(place): ["B"]})
    assert db.scalars(select(PracticeCard)).all() == []
    assert codes(db, draw(db, person)) == ["study"]
    release(db, exam, by=make_person(db, "t2", Role.TRAINER), now=exam.closes_at)
    places = run_pages.marked(db, run)
    assert [p.counted for p in places].count(True) == 1
    assert run_pages.tally(places).asked == 1


def test_enemies_never_stand_in_one_run(db, person):
    make_item(db, "it-a", enemies=frozenset({"it-b"}))
    make_item(db, "it-b")
    assert len(draw(db, person).items) == 1


def test_the_history_has_ones_own_runs_the_newest_first(db, person):
    make_item(db, "it")
    for n in range(2):
        run = draw(db, person)
        runs.hand_in(db, person, run.public_id, answers(run), now=NOW + n * HOUR)
    draw(db, make_person(db, "noise"))
    past = runs.history(db, person)
    assert [row.handed_in_at for row in past] == [NOW + HOUR, NOW]
    assert (past[0].topic, past[0].asked, past[0].right) == ("law", 1, 1)
