"""The lobby: one's own window in plain words, what it counts down to, and the way back to it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from examapp import clock
from examapp.core.people import Role
from examapp.services.exams import slots
from examapp.services.exams.slots import SlotDraft
from examapp.services.people.persons import by_id
from examapp.store.exam_days import Excuse, ExtraTime, Pause, SlotBooking
from examapp.web.exams import waiting
from examapp.web.presentation import moment
from tests.bureau import HOUR, MINUTE, make_spec, make_unit, make_user
from tests.sat import make_bare_exam, make_sat

NUMBERS = iter(range(100_000))
LANGUAGES = ("zh_Hans_CN", "en")


@pytest.fixture
def now():
    return clock.now().replace(microsecond=0)


@pytest.fixture
def cadre(store):
    number = next(NUMBERS)
    made = make_user(store, f"cadre{number}", unit=make_unit(store, f"u{number}", make_unit(store)))
    store.commit()
    return made


@pytest.fixture
def trainer(store):
    made = make_user(store, f"trainer{next(NUMBERS)}", Role.TRAINER)
    store.commit()
    return made


@pytest.fixture
def exam_of(store, cadre, trainer, now):
    def make(**fields):
        changes = {
            key: fields.pop(key) for key in ("entry_minutes", "wait_minutes") if key in fields
        }
        usual = {"opens_at": now - HOUR, "closes_at": now + 5 * HOUR, "unit_ids": (cadre.unit_id,)}
        exam = make_bare_exam(
            store, by_id(store, trainer.id), **{"released_at": None, **usual, **fields}
        )
        for key, value in changes.items():
            setattr(exam, key, value)
        store.commit()
        return exam

    return make


def add_slot(store, exam, trainer, begins, ends, **fields):
    made = slots.add(
        store, exam, SlotDraft(begins, ends, **fields), by=by_id(store, trainer.id),
        now=exam.opens_at - HOUR,
    )  # fmt: skip
    store.commit()
    return made


def shown(app, value) -> str:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        return moment(value)


def data(page: str, name: str) -> str | None:
    found = re.search(rf'id="lobby-now"[^>]*data-{name}="([^"]*)"', page)
    return found and found[1]


def lobby(as_user, cadre, exam, language="en") -> str:
    answer = as_user(cadre, language).get(f"/exams/{exam.public_id}")
    assert answer.status_code == 200
    return answer.text


def test_before_the_opening_it_counts_down_by_the_servers_seconds(exam_of, cadre, as_user, now):
    exam = exam_of(opens_at=now + 5 * MINUTE)
    page = lobby(as_user, cadre, exam)
    assert 290 < float(data(page, "seconds")) <= 301
    assert 0 <= float(data(page, "spread")) < 5
    assert data(page, "every") == "60"
    assert "data-countdown" in page
    assert 'js/lobby.js"' in page
    assert '<noscript><meta http-equiv="refresh" content="60"></noscript>' in page
    assert "Refresh this page" in page
    assert "Start the exam" not in page
    far = lobby(as_user, cadre, exam_of(opens_at=now + HOUR))
    assert data(far, "every") == "300"


def test_an_open_exam_waits_for_nothing(exam_of, cadre, as_user):
    page = lobby(as_user, cadre, exam_of())
    assert "Start the exam" in page
    assert "lobby.js" not in page
    assert "http-equiv" not in page


def test_the_spread_is_ones_own_and_even():
    delays = [waiting.spread("exam", f"person {n}") for n in range(1000)]
    assert waiting.spread("exam", "person 1") == delays[1]
    assert len(set(delays)) > 900
    assert 0 <= min(delays) < 0.1
    assert 4.9 < max(delays) < 5
    assert 2.2 < sum(delays) / 1000 < 2.8


def test_the_end_is_told_with_extra_minutes_and_the_close_of_ones_own_window(
    app, store, exam_of, cadre, trainer, as_user, now
):
    exam = exam_of(closes_at=now + 20 * MINUTE)
    page = lobby(as_user, cadre, exam)
    assert f"it ends at {shown(app, exam.closes_at)}" in page
    assert "less than 30 minutes" in page
    store.add(
        ExtraTime(
            exam_id=exam.id, user_id=cadre.id, minutes=15, reason="x", granted_by=trainer.id,
            granted_at=now,
        )
    )  # fmt: skip
    store.commit()
    page = lobby(as_user, cadre, exam)
    assert f"it ends at {shown(app, exam.closes_at + 15 * MINUTE)}" in page
    assert "You have 45 minutes: 15 of them are extra time" in page
    assert "30 minutes, and 15 minutes of extra time" in page


def test_a_pause_is_told_and_given_back(app, store, exam_of, cadre, trainer, as_user, now):
    exam = exam_of()
    pause = Pause(exam_id=exam.id, reason="停电", paused_by=trainer.id, paused_at=now - 30 * MINUTE)
    store.add(pause)
    store.commit()
    page = lobby(as_user, cadre, exam)
    assert "This exam is paused" in page
    assert "Start the exam" not in page
    assert (data(page, "seconds"), data(page, "every")) == (None, "60")
    assert "停电" not in page
    pause.resumed_by, pause.resumed_at = trainer.id, now - 10 * MINUTE
    store.commit()
    page = lobby(as_user, cadre, exam)
    assert f"{shown(app, exam.closes_at + 20 * MINUTE)}, because pauses are given back" in page
    assert "Start the exam" in page


def test_an_exam_that_pauses_kept_open_can_still_be_started(store, exam_of, cadre, trainer, as_user,
                                                            now):  # fmt: skip
    exam = exam_of(opens_at=now - 2 * HOUR, closes_at=now - MINUTE)
    store.add(
        Pause(
            exam_id=exam.id, reason="x", paused_by=trainer.id, paused_at=now - HOUR,
            resumed_at=now - HOUR + 20 * MINUTE, resumed_by=trainer.id,
        )
    )  # fmt: skip
    store.commit()
    client = as_user(cadre)
    assert "Open now" in client.get("/exams").text


def test_too_late_and_too_soon_are_said_with_the_moment(app, store, exam_of, cadre, as_user, now):
    late = exam_of(entry_minutes=30)
    page = lobby(as_user, cadre, late)
    assert f"nobody enters after {shown(app, late.opens_at + 30 * MINUTE)}" in page
    assert "Start the exam" not in page
    soon = exam_of(wait_minutes=30, spec=make_spec(tries=2))
    sat = make_sat(store, soon, cadre)
    sat.closed_at = now - 10 * MINUTE
    store.commit()
    page = lobby(as_user, cadre, soon)
    assert f"from {shown(app, now + 20 * MINUTE)} on" in page
    assert 1150 < float(data(page, "seconds")) <= 1201
    assert "You can start again in" in page
    listed = as_user(cadre).get("/exams").text
    assert "nobody enters after" in listed
    assert "You may begin the next try" in listed


def test_a_slot_of_the_unit_is_ones_window(app, store, exam_of, cadre, trainer, as_user, now):
    exam = exam_of()
    slot = add_slot(store, exam, trainer, now + HOUR, now + 2 * HOUR, unit_ids=(cadre.unit_id,))
    page = lobby(as_user, cadre, exam)
    assert f"opens for you on {shown(app, slot.opens_at)}" in page
    assert "Your time slot" in page
    assert "/book" not in page
    listed = as_user(cadre).get("/exams").text
    assert shown(app, slot.opens_at) in listed
    assert "Coming" in listed


def test_a_slot_is_booked_and_changed_in_the_lobby(
    app, store, exam_of, cadre, trainer, as_user, now
):
    exam = exam_of()
    slots_of = [
        add_slot(store, exam, trainer, now + n * HOUR, now + (n + 1) * HOUR, capacity=1)
        for n in (1, 2, 3)
    ]
    full = make_user(store, f"full{next(NUMBERS)}")
    store.add(SlotBooking(exam_id=exam.id, user_id=full.id, slot_id=slots_of[2].id, booked_at=now))
    store.commit()
    client = as_user(cadre)
    page = lobby(as_user, cadre, exam)
    assert "you have none yet" in page
    assert page.count("/book") == 2
    assert "full" in page
    assert "no time slot yet" in client.get("/exams").text

    def book(slot):
        path = f"/exams/{exam.public_id}/slots/{slot.public_id}/book"
        return client.post(path, follow_redirects=True).text

    assert "Your time slot begins on" in book(slots_of[0])
    assert f"opens for you on {shown(app, slots_of[0].opens_at)}" in lobby(as_user, cadre, exam)
    assert f"opens for you on {shown(app, slots_of[1].opens_at)}" in book(slots_of[1])
    assert "just become full" in book(slots_of[2])
    held = store.scalars(select(SlotBooking.slot_id).where(SlotBooking.user_id == cadre.id)).all()
    store.commit()
    assert held == [slots_of[1].id]
    assert client.post(f"/exams/{exam.public_id}/slots/nothing/book").status_code == 404


@pytest.mark.parametrize("reason", ["not_open", "paused", "entry_over", "no_slot", "exempted",
                                    "no_try_left"])  # fmt: skip
def test_each_refusal_of_a_start_leads_back_to_the_lobby_with_its_words(
    store, exam_of, cadre, trainer, as_user, now, reason
):
    exam = exam_of(
        **{"entry_over": {"entry_minutes": 1}, "not_open": {"opens_at": now + HOUR}}.get(reason, {})
    )
    if reason == "paused":
        store.add(Pause(exam_id=exam.id, reason="x", paused_by=trainer.id, paused_at=now))
    if reason == "no_slot":
        add_slot(store, exam, trainer, now, now + HOUR, capacity=1)
    if reason == "exempted":
        store.add(
            Excuse(
                exam_id=exam.id, user_id=cadre.id, kind="exemption", ground="other", reason="x",
                filed_by=cadre.id, filed_at=now, decided_by=trainer.id, decided_at=now,
                approved=True,
            )
        )  # fmt: skip
    if reason == "no_try_left":
        make_sat(store, exam, cadre)
    store.commit()
    said = {
        "not_open": "This exam is not open now.",
        "paused": "This exam is paused.",
        "entry_over": "It is too late to begin this exam",
        "no_slot": "This exam is held in several time slots. Book one first.",
        "exempted": "You have been exempted from this exam.",
        "no_try_left": "You have used all your tries",
    }
    answer = as_user(cadre).post(f"/exams/{exam.public_id}/start", follow_redirects=True)
    assert answer.request.path == f"/exams/{exam.public_id}"
    assert said[reason] in answer.text
    assert "The rules" in answer.text


def test_an_exam_of_others_cannot_be_started_at_all(exam_of, store, as_user):
    stranger = make_user(store, f"stranger{next(NUMBERS)}")
    store.commit()
    assert as_user(stranger).post(f"/exams/{exam_of().public_id}/start").status_code == 404


def test_the_lobby_leads_to_the_make_up_exam_of_those_admitted(
    store, exam_of, cadre, trainer, as_user, now
):
    first = exam_of(opens_at=now - 3 * HOUR, closes_at=now - HOUR, title={"en": "First exam"})
    again = exam_of(
        opens_at=now + HOUR, closes_at=now + 3 * HOUR, make_up_of=first.public_id,
        title={"en": "Second chance"},
    )  # fmt: skip
    assert "Second chance" not in lobby(as_user, cadre, first)
    assert as_user(cadre).get(f"/exams/{again.public_id}").status_code == 404
    store.add(
        Excuse(
            exam_id=first.id, user_id=cadre.id, kind="make_up", ground="duty", reason="x",
            filed_by=cadre.id, filed_at=now, decided_by=trainer.id, decided_at=now, approved=True,
        )
    )  # fmt: skip
    store.commit()
    assert "Second chance" in lobby(as_user, cadre, first)
    assert "First exam" in lobby(as_user, cadre, again)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lobby_renders_in_every_state_and_language(
    store, exam_of, cadre, trainer, as_user, now, language
):
    booked = exam_of()
    add_slot(store, booked, trainer, now + MINUTE, now + HOUR, capacity=2)
    gone = exam_of(opens_at=now - 3 * HOUR, closes_at=now - HOUR)
    cancelled = exam_of()
    cancelled.cancelled_at = now
    over = exam_of(opens_at=now - 3 * HOUR, closes_at=now - HOUR)
    make_sat(store, over, cadre)
    over.released_at = now - timedelta(minutes=1)
    store.commit()
    for exam in (booked, gone, cancelled, over, exam_of(opens_at=now + HOUR)):
        page = lobby(as_user, cadre, exam, language)
        assert "%(" not in page
    assert as_user(cadre, language).get("/exams").status_code == 200
