"""Cards: what was answered in runs, checks and released sittings, each once, and what is due."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from examapp.core.items import Kind, Use
from examapp.core.people import Role
from examapp.core.practice import PracticeNotPossible
from examapp.services.exams.setting import cancel, release
from examapp.services.practice import cards, runs
from examapp.services.practice.taking_up import take_up
from examapp.services.study import checks
from examapp.store.bank import Item, ItemRevision
from examapp.store.practice import PracticeCard, PracticeTakeUp
from tests.bureau import NOW, make_bank, make_exam, make_item, make_person, make_shelf
from tests.hall import sit
from tests.services.study_builders import keys, section_with_items, wrongs

DAYS = timedelta(days=1)
TODAY = date(2026, 6, 1)


def carded(db, person):
    """Codes of the person's items with a card, with the day on which they are due."""
    rows = db.execute(
        select(Item.code, PracticeCard.due_on)
        .join(Item, Item.id == PracticeCard.item_id)
        .where(PracticeCard.user_id == person.id)
    )
    return dict(rows.all())


def a_check(db, person, section, wrong, *, now=NOW):
    check = checks.draw(db, person, section, now=now)
    return checks.hand_in(db, person, check.public_id, wrongs(db, check, wrong), now=now)


def answer(db, person, run, *, right, now):
    """Hand a run in with everything right, or everything wrong (all keys are B)."""
    chosen = {n: frozenset("B" if right else "A") for n in range(1, len(run.items) + 1)}
    return runs.hand_in(db, person, run.public_id, chosen, now=now)


def due_codes(db, person, now):
    return [row.code for row in cards.due(db, person, now=now)]


def test_wrong_answers_of_a_check_are_taken_up_and_due_the_next_day(db):
    section = section_with_items(db)
    person, noise = make_person(db), make_person(db, "noise")
    a_check(db, person, section, 2)
    a_check(db, noise, section, 3)
    take_up(db, person, now=NOW)
    assert list(carded(db, person).values()) == [TODAY + DAYS] * 2
    assert carded(db, noise) == {}


def test_a_check_left_open_is_not_taken_up(db):
    section = section_with_items(db)
    person = make_person(db)
    checks.draw(db, person, section, now=NOW)
    take_up(db, person, now=NOW)
    assert db.scalars(select(PracticeTakeUp)).all() == []


def test_taking_up_again_doubles_nothing(db):
    section = section_with_items(db)
    person = make_person(db)
    a_check(db, person, section, 3)
    for day in range(3):
        take_up(db, person, now=NOW + day * DAYS)
    assert set(carded(db, person).values()) == {TODAY + DAYS}
    assert len(db.scalars(select(PracticeTakeUp)).all()) == 1


def test_what_was_handed_in_before_the_last_take_up_but_seen_late_is_not_lost(db):
    """A transaction that commits late has an early moment: no watermark may pass it."""
    section = section_with_items(db, 6)
    person = make_person(db)
    a_check(db, person, section, 3, now=NOW)
    take_up(db, person, now=NOW)
    a_check(db, person, section, 3, now=NOW - DAYS)
    take_up(db, person, now=NOW)
    assert len(carded(db, person)) == 6


def exam_day(db):
    make_bank(db, 3, 2, 1)
    trainer = make_person(db, "trainer", Role.TRAINER)
    return trainer, make_exam(db, trainer)


def test_a_sitting_is_taken_up_once_its_results_are_released(db):
    trainer, exam = exam_day(db)
    person = make_person(db)
    sit_wrong(db, person, exam)
    take_up(db, person, now=NOW)
    assert carded(db, person) == {}
    release(db, exam, by=trainer, now=exam.closes_at)
    take_up(db, person, now=exam.closes_at)
    assert set(carded(db, person)) == {"single-000", "single-001", "single-002"}


def sit_wrong(db, person, exam):
    """Singles wrong, multiples right, the judgement left open."""
    from examapp.services.sittings import closing, papers, saving
    from tests.hall import begin

    sitting = begin(db, person, exam)
    for item in papers.shown(db, sitting):
        choice = {Kind.SINGLE: "A", Kind.MULTIPLE: "AC"}.get(item.kind)
        if choice:
            saving.save(
                db, person, sitting.public_id, lease_no=1, seq=item.position,
                position=item.position, choice=frozenset(choice), now=NOW,
            )  # fmt: skip
    closing.submit(db, person, sitting.public_id, now=NOW)


def test_a_sitting_with_everything_right_makes_no_card(db):
    trainer, exam = exam_day(db)
    person = make_person(db)
    sit(db, person, exam)
    release(db, exam, by=trainer, now=exam.closes_at)
    take_up(db, person, now=exam.closes_at)
    assert carded(db, person) == {}
    assert len(db.scalars(select(PracticeTakeUp)).all()) == 1


def test_a_cancelled_exam_is_not_taken_up(db):
    trainer, exam = exam_day(db)
    person = make_person(db)
    sit_wrong(db, person, exam)
    cancel(db, exam, because="x", by=trainer, now=NOW)
    take_up(db, person, now=exam.closes_at)
    assert carded(db, person) == {}


def test_wrong_answers_of_a_run_make_cards_and_right_ones_move_them_on(db):
    make_shelf(db)
    for number in range(2):
        make_item(db, f"it-{number}")
    person = make_person(db)
    run = runs.draw_topic(db, person, "law.basic", now=NOW)
    answer(db, person, run, right=False, now=NOW)
    assert due_codes(db, person, NOW) == []
    assert cards.schedule(db, person, now=NOW) == cards.Schedule(0, 2, TODAY + DAYS)
    now = NOW + DAYS
    assert due_codes(db, person, now) == ["it-0", "it-1"]
    answer(db, person, runs.draw_wrong(db, person, now=now), right=True, now=now)
    assert set(carded(db, person).values()) == {TODAY + 3 * DAYS}


def test_an_item_due_early_in_the_morning_is_due_all_that_day(db):
    """Ten in the morning in Shanghai; the next day begins there at 16:00 UTC."""
    make_shelf(db)
    make_item(db, "it")
    person = make_person(db)
    answer(db, person, runs.draw_topic(db, person, "law", now=NOW), right=False, now=NOW)
    midnight = NOW.replace(hour=16)
    assert due_codes(db, person, midnight - timedelta(seconds=1)) == []
    assert due_codes(db, person, midnight) == ["it"]


def test_three_right_answers_in_a_row_end_the_schedule(db):
    make_shelf(db)
    make_item(db, "it")
    person = make_person(db)
    answer(db, person, runs.draw_topic(db, person, "law", now=NOW), right=False, now=NOW)
    now = NOW
    for _ in range(3):
        next_on = cards.schedule(db, person, now=now).next_on
        now += next_on - (now.date())
        answer(db, person, runs.draw_wrong(db, person, now=now), right=True, now=now)
    assert cards.schedule(db, person, now=now + 999 * DAYS) == cards.Schedule(0, 0, None)
    assert carded(db, person)


def test_the_longest_due_come_first_and_a_run_takes_twenty(db):
    make_shelf(db)
    person = make_person(db)
    for number in range(25):
        make_item(db, f"it-{number:02}", use=Use.STUDY)
    ids = dict(db.execute(select(Item.code, Item.id)).all())
    for number in range(25):
        at = NOW - number * DAYS
        cards.enter(db, person, [(ids[f"it-{number:02}"], False)], at=at)
    run = runs.draw_wrong(db, person, now=NOW + DAYS)
    asked = [revision for revision, *_ in run.items]
    codes = dict(db.execute(select(ItemRevision.id, Item.code).join(Item)).all())
    assert [codes[revision] for revision in asked] == [f"it-{n:02}" for n in range(24, 4, -1)]


def test_enemies_due_on_one_day_are_not_asked_together(db):
    make_shelf(db)
    person = make_person(db)
    make_item(db, "it-a", enemies=frozenset({"it-b"}))
    make_item(db, "it-b")
    cards.enter(db, person, [(i, False) for i in db.scalars(select(Item.id))], at=NOW)
    assert len(runs.draw_wrong(db, person, now=NOW + DAYS).items) == 1


def test_items_of_a_running_exam_and_retired_ones_are_neither_due_nor_counted(db):
    make_bank(db, 3, 2, 1)
    person = make_person(db)
    make_item(db, "study", use=Use.STUDY)
    gone = make_item(db, "gone", use=Use.STUDY)
    cards.enter(db, person, [(i, False) for i in db.scalars(select(Item.id))], at=NOW)
    tomorrow = NOW + DAYS
    assert len(due_codes(db, person, tomorrow)) == 8
    trainer = make_person(db, "trainer", Role.TRAINER)
    exam = make_exam(db, trainer)
    gone.item.retired_at = NOW
    db.flush()
    assert due_codes(db, person, tomorrow) == ["study"]
    assert cards.schedule(db, person, now=NOW) == cards.Schedule(0, 1, TODAY + DAYS)
    release(db, exam, by=trainer, now=exam.closes_at)
    assert len(due_codes(db, person, tomorrow)) == 7


def test_with_nothing_due_there_is_no_run(db):
    make_shelf(db)
    make_item(db, "it")
    person = make_person(db)
    with pytest.raises(PracticeNotPossible):
        runs.draw_wrong(db, person, now=NOW)


def test_what_is_due_is_asked_for_after_it_was_taken_up(db):
    section = section_with_items(db)
    person = make_person(db)
    check = checks.draw(db, person, section, now=NOW)
    checks.hand_in(db, person, check.public_id, wrongs(db, check, 1), now=NOW)
    assert len(runs.draw_wrong(db, person, now=NOW + DAYS).items) == 1
    assert keys(db, check)
