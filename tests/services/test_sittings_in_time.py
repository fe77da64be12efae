"""What counts and what comes too late: deadline, grace, pause, hand-in, and the device's word."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from examapp.core.people import Role
from examapp.core.refusals import NotFound
from examapp.core.sittings import (
    MOST_LATE,
    NotOnPaper,
    OutOfOrder,
    SittingClosed,
    TakenOver,
    left_ms,
)
from examapp.services.exams.setting import release
from examapp.services.sittings import closing, late, papers, presence, saving, starting
from examapp.store.exams import Exam
from examapp.store.sittings import LateResponse, Presence, Response, Score, Sitting
from tests.bureau import HOUR, MINUTE, NOW, make_bank, make_exam, make_person

SECOND, INSTANT = timedelta(seconds=1), timedelta(microseconds=1)
GRACE = 60 * SECOND
END = NOW + 30 * MINUTE  # make_spec gives 30 minutes


@pytest.fixture
def exam(db):
    make_bank(db)
    exam = make_exam(db, make_person(db, "trainer", Role.TRAINER))
    db.execute(update(Exam).where(Exam.id == exam.id).values(grace_seconds=60))
    db.refresh(exam)
    return exam


@pytest.fixture
def cadre(db, exam):
    return make_person(db, "cadre")


@pytest.fixture
def sitting(db, exam, cadre):
    noise = make_person(db, "noise")
    starting.start(db, noise, exam.public_id, device="other pc", now=NOW)
    made = starting.start(db, cadre, exam.public_id, device="pc", now=NOW)
    assert (made.deadline, made.accepts_until) == (END, END + GRACE)
    return made


def save(db, cadre, sitting, *, now, left=None, seq=1, lease=1, position=1, choice=("A",)):
    return saving.save(
        db, cadre, sitting.public_id, lease_no=lease, seq=seq, position=position,
        choice=frozenset(choice), left=left, now=now,
    )  # fmt: skip


def count(db, table):
    return db.scalar(select(func.count()).select_from(table))


def pause(db, sitting, at):
    db.execute(update(Sitting).where(Sitting.id == sitting.id).values(paused_at=at))
    db.refresh(sitting)


COUNTS, LATE, REFUSED = "counts", "late", "refused"


@pytest.mark.parametrize(
    ("at", "left", "wanted"),
    [
        (END - INSTANT, None, COUNTS),
        (END - INSTANT, -5_000, COUNTS),  # in time is in time, whatever the device says
        (END, None, REFUSED),
        (END, 0, REFUSED),
        (END, 1, COUNTS),
        (END + GRACE - INSTANT, 1, COUNTS),
        (END + GRACE - INSTANT, 900_000_000, COUNTS),  # a lie gains no more than the grace
        (END + GRACE - INSTANT, -1, REFUSED),
        (END + GRACE, 1, LATE),
        (END + GRACE, 0, REFUSED),
        (END + GRACE, None, REFUSED),
        (END + 9 * HOUR, 60_000, LATE),
    ],
)
def test_around_the_deadline(db, cadre, sitting, at, left, wanted):
    if wanted is REFUSED:
        with pytest.raises(SittingClosed):
            save(db, cadre, sitting, now=at, left=left)
    else:
        assert save(db, cadre, sitting, now=at, left=left).late == (wanted is LATE)
    assert (count(db, Response), count(db, LateResponse)) == (wanted is COUNTS, wanted is LATE)


def test_without_grace_only_what_arrives_in_time_counts(db, cadre, sitting):
    db.execute(
        update(Sitting).where(Sitting.id == sitting.id).values(accepts_until=Sitting.deadline)
    )
    assert not save(db, cadre, sitting, now=END - INSTANT, left=1).late
    assert save(db, cadre, sitting, now=END, left=1, seq=2).late


@pytest.mark.parametrize("at", [END - INSTANT, END, END + GRACE, END + 9 * HOUR])
def test_during_a_pause_everything_counts_and_nothing_lapses(db, cadre, sitting, at):
    pause(db, sitting, END - MINUTE)
    saved = save(db, cadre, sitting, now=at)
    assert (saved.late, saved.left_ms) == (False, 60_000)
    assert sitting.id not in closing.lapsed(db, at)
    assert not closing.close_lapsed(db, sitting, now=at)


def test_the_answer_tells_the_whole_milliseconds_left(db, cadre, sitting):
    at = END - timedelta(seconds=5, microseconds=1)
    assert save(db, cadre, sitting, now=at).left_ms == 5000
    again = save(db, cadre, sitting, now=at)
    assert again.left_ms == 5000
    assert save(db, cadre, sitting, now=END + SECOND, left=1, seq=2).left_ms == -1000


def test_milliseconds_left_are_rounded_down():
    assert left_ms(END, None, END - timedelta(microseconds=999)) == 0
    assert left_ms(END, None, END + INSTANT) == -1
    assert left_ms(END, END - SECOND, END + HOUR) == 1000


@pytest.mark.parametrize(
    ("left", "kept"),
    [(20 * 60_000, True), (19 * 60_000, True), (19 * 60_000 - 1, False), (1, False), (None, False)],
)
def test_after_handing_in_only_what_was_made_before_is_kept(db, cadre, sitting, left, kept):
    closing.submit(db, cadre, sitting.public_id, now=END - 19 * MINUTE)
    if kept:
        assert save(db, cadre, sitting, now=END - 18 * MINUTE, left=left).late
    else:
        with pytest.raises(SittingClosed):
            save(db, cadre, sitting, now=END - 18 * MINUTE, left=left)
    assert (count(db, Response), count(db, LateResponse)) == (0, kept)


def test_the_late_ones_change_neither_choices_nor_score_nor_digest(db, cadre, sitting):
    save(db, cadre, sitting, now=NOW + MINUTE, choice=["B"])
    closing.close_lapsed(db, sitting, now=END + GRACE)
    digest = sitting.responses_digest
    assert save(db, cadre, sitting, now=END + HOUR, left=5, seq=2, choice=["C"]).late
    db.refresh(sitting)
    assert papers.shown(db, sitting)[0].chosen == {"B"}
    assert sitting.responses_digest == digest
    assert count(db, Score) == 1
    assert late.of(db, sitting.id) == late.Late(1, None)
    assert late.chosen_as_decided(db, sitting.id)[1] == {"B"}
    newest = db.scalar(select(func.max(LateResponse.id)))
    assert late.chosen_with(db, sitting.id, newest)[1] == {"C"}


def test_a_late_choice_sent_again_is_kept_once_and_its_number_stands_for_it(db, cadre, sitting):
    for _ in range(2):
        assert save(db, cadre, sitting, now=END + HOUR, left=5).late
    assert count(db, LateResponse) == 1
    with pytest.raises(OutOfOrder):
        save(db, cadre, sitting, now=END + HOUR, left=5, choice=["B"])


def test_a_choice_that_was_confirmed_is_confirmed_again_not_kept_as_late(db, cadre, sitting):
    save(db, cadre, sitting, now=NOW + MINUTE, left=5)
    assert not save(db, cadre, sitting, now=END + HOUR, left=5).late
    assert count(db, LateResponse) == 0


def test_nobody_fills_the_store_with_late_choices(db, cadre, sitting):
    most = MOST_LATE * papers.size(db, sitting)
    for seq in range(1, most + 1):
        assert save(db, cadre, sitting, now=END + HOUR, left=5, seq=seq).late
    with pytest.raises(SittingClosed):
        save(db, cadre, sitting, now=END + HOUR, left=5, seq=most + 1)
    assert save(db, cadre, sitting, now=END + HOUR, left=5, seq=most).late
    assert count(db, LateResponse) == most


@pytest.mark.parametrize(("position", "choice"), [(99, ["A"]), (1, ["Z"]), (1, ["A", "B"])])
def test_what_is_not_on_the_paper_is_not_kept_as_late(db, cadre, sitting, position, choice):
    with pytest.raises(NotOnPaper):
        save(db, cadre, sitting, now=END + HOUR, left=5, position=position, choice=choice)
    assert count(db, LateResponse) == 0


def test_a_late_choice_for_anothers_sitting_does_not_exist(db, cadre, sitting):
    with pytest.raises(NotFound):
        save(db, make_person(db, "other"), sitting, now=END + HOUR, left=5)
    assert count(db, LateResponse) == 0


@pytest.mark.parametrize("at", [NOW + 2 * MINUTE, END + SECOND, END + HOUR])
@pytest.mark.parametrize("lease", [1, 3])
def test_of_the_device_that_was_left_nothing_is_taken_or_kept(db, cadre, sitting, at, lease):
    starting.take_over(db, cadre, sitting.public_id, device="phone", now=NOW + MINUTE)
    with pytest.raises(TakenOver):
        save(db, cadre, sitting, now=at, left=5, lease=lease)
    assert (count(db, Response), count(db, LateResponse)) == (0, 0)


def test_after_the_release_a_late_choice_is_kept_but_said_to_be_of_no_use(db, exam, cadre, sitting):
    for row in closing.lapsed(db, exam.closes_at):
        closing.close_lapsed(db, db.get_one(Sitting, row), now=exam.closes_at)
    release(db, exam, by=None, now=exam.closes_at)
    saved = save(db, cadre, sitting, now=exam.closes_at + HOUR, left=5)
    assert (saved.late, saved.released) == (True, True)


@pytest.mark.parametrize(
    "verb", ["UPDATE late_responses SET seq = 9", "DELETE FROM late_responses"]
)
def test_the_database_itself_refuses_to_change_a_late_choice(db, cadre, sitting, verb):
    save(db, cadre, sitting, now=END + HOUR, left=5)
    with pytest.raises(DBAPIError, match="append-only"):
        db.execute(text(verb))


# ---- handing in ----


@pytest.mark.parametrize(
    ("at", "left", "taken"),
    [
        (END - INSTANT, None, True),
        (END, None, False),
        (END, 0, False),
        (END, 1, True),
        (END + GRACE - INSTANT, 1, True),
        (END + GRACE - INSTANT, -1, False),
        (END + GRACE, 60_000, False),
    ],
)
def test_handing_in_around_the_deadline(db, cadre, sitting, at, left, taken):
    if not taken:
        with pytest.raises(SittingClosed):
            closing.submit(db, cadre, sitting.public_id, left=left, now=at)
        assert count(db, Score) == 0
        return
    receipt = closing.submit(db, cadre, sitting.public_id, left=left, now=at)
    assert receipt.submitted_at == at
    assert closing.submit(db, cadre, sitting.public_id, left=-9, now=at + HOUR) == receipt
    assert count(db, Score) == 1


def test_handing_in_during_a_pause_is_taken_however_late(db, cadre, sitting):
    pause(db, sitting, END - MINUTE)
    at = END + HOUR
    assert closing.submit(db, cadre, sitting.public_id, now=at).submitted_at == at


def test_what_lapsed_is_not_handed_in_any_more(db, cadre, sitting):
    closing.close_lapsed(db, sitting, now=END + GRACE)
    with pytest.raises(SittingClosed):
        closing.submit(db, cadre, sitting.public_id, left=5, now=END + GRACE)


def test_a_device_that_was_left_does_not_hand_in_but_may_ask_for_the_receipt(db, cadre, sitting):
    lease = starting.take_over(db, cadre, sitting.public_id, device="phone", now=NOW + MINUTE)
    own = {"db": db, "person": cadre, "sitting_id": sitting.public_id, "now": NOW + 2 * MINUTE}
    with pytest.raises(TakenOver):
        closing.submit(**own, lease_no=1)
    receipt = closing.submit(**own, lease_no=lease)
    assert closing.submit(**own, lease_no=1) == receipt


# ---- the pulse ----


def beat(db, person, sitting, now, device="pc"):
    return presence.pulse(db, person, sitting.public_id, device=device, now=now)


def test_the_pulse_tells_how_the_sitting_goes_on(db, cadre, sitting):
    told = beat(db, cadre, sitting, END - SECOND)
    assert (told.left_ms, told.course, told.mine, told.since) == (1000, "open", True, None)
    assert told.accepts_until == END + GRACE
    assert beat(db, cadre, sitting, END).course == "over"
    pause(db, sitting, END - MINUTE)
    told = beat(db, cadre, sitting, END + HOUR)
    assert (told.left_ms, told.course, told.since) == (60_000, "paused", END - MINUTE)
    closing.submit(db, cadre, sitting.public_id, now=END + HOUR)
    told = beat(db, cadre, sitting, END + 2 * HOUR)
    assert (told.course, told.since) == ("closed", END + HOUR)


def test_the_pulse_tells_since_when_another_device_goes_on(db, cadre, sitting):
    lease = starting.take_over(db, cadre, sitting.public_id, device="phone", now=NOW + MINUTE)
    told = beat(db, cadre, sitting, NOW + 2 * MINUTE)
    assert (told.mine, told.lease, told.since) == (False, lease, NOW + MINUTE)
    assert beat(db, cadre, sitting, NOW + 2 * MINUTE, "phone").mine


def test_the_pulse_notes_the_holders_presence_about_once_a_minute(db, cadre, sitting):
    def seen(now, device="pc"):
        beat(db, cadre, sitting, now, device)
        return db.scalar(select(Presence.seen_at).where(Presence.sitting_id == sitting.id))

    assert seen(NOW, "somebody's phone") is None
    assert seen(NOW) == NOW
    assert seen(NOW + 49 * SECOND) == NOW
    assert seen(NOW + 50 * SECOND) == NOW + 50 * SECOND
    assert seen(NOW + HOUR, "somebody's phone") == NOW + 50 * SECOND
    closing.close_lapsed(db, sitting, now=END + GRACE)
    assert seen(END + HOUR) == NOW + 50 * SECOND


def test_the_pulse_of_anothers_sitting_does_not_exist(db, sitting):
    with pytest.raises(NotFound):
        beat(db, make_person(db, "other"), sitting, NOW)


def test_a_freed_sitting_is_held_by_the_first_device_that_opens_it(db, cadre, sitting):
    own = {"db": db, "person": cadre, "sitting_id": sitting.public_id}
    assert not presence.claim(**own, device="phone")
    db.execute(update(Sitting).where(Sitting.id == sitting.id).values(lease_device="", lease_no=2))
    assert not presence.claim(**own | {"person": make_person(db, "other")}, device="phone")
    assert presence.claim(**own, device="phone")
    assert not presence.claim(**own, device="tablet")
    db.refresh(sitting)
    assert (sitting.lease_device, sitting.lease_no) == ("phone", 2)
    assert beat(db, cadre, sitting, NOW, "phone").mine
