"""Practice in a real browser: choices kept on the device, the clock of a mock, and no scripts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select, update

from examapp.clock import now
from examapp.store.practice import PracticeRun
from tests.flows.house import user_of

pytestmark = pytest.mark.browser
ASKED_AGAIN = "422"  # the browser's console names the answer that asks for what is open
KEPT = "Object.keys(localStorage).filter((key) => key.startsWith('examapp-practice:')).length"


@pytest.fixture
def practises(house, visitors):
    """Somebody in the practice room."""

    def come(username, language="zh", width=1280, **options):
        someone = visitors(house, language, width, **options)
        someone.forgiven.append(ASKED_AGAIN)
        someone.sign_in(username)
        someone.go("/practice")
        return someone

    return come


def begin_mock(house, someone):
    someone.go(f"/practice/mocks/{house.exam}")
    someone.press("main form button")


def checked(someone):
    return someone.page.locator("main input:checked")


@pytest.mark.parametrize(("language", "width"), [("zh", 360), ("en", 1280)])
def test_a_run_from_the_room_to_its_result(practises, language, width):
    someone = practises(f"cadre{width % 2 + 9}", language, width)
    someone.look()
    someone.press("form[action*='/practice/topics/'] button")
    someone.look()
    someone.page.locator("#item-1 .option").first.click()
    someone.page.locator("#item-3 .option").first.click()
    someone.go("/practice")
    someone.press("#past ~ table a")
    expect(checked(someone)).to_have_count(2)
    someone.press("main form button.btn-primary")
    someone.look()
    expect(checked(someone)).to_have_count(2)
    assert someone.page.evaluate(KEPT) == 1
    someone.press("[name=leave_open]")
    someone.look()
    assert someone.page.evaluate(KEPT) == 0
    someone.go("/practice")
    someone.look()


def test_a_mock_shows_what_is_answered_and_flagged_and_keeps_it(house, practises):
    someone = practises("cadre11")
    begin_mock(house, someone)
    someone.look()
    someone.page.locator("#item-2 .option").first.click()
    someone.page.locator("#item-3 .flag").click()
    for _ in range(2):
        expect(someone.page.locator(".exam-nav .is-answered[data-n='2']")).to_have_count(1)
        expect(someone.page.locator(".exam-nav .is-flagged[data-n='3']")).to_have_count(1)
        someone.go(f"/practice/mocks/{house.exam}")
        someone.look()
        someone.press("main a.btn-primary")
    someone.look()


def test_the_clock_of_a_mock_runs_and_says_when_its_time_is_up(house, practises):
    someone = practises("cadre12", "en")
    begin_mock(house, someone)
    expect(someone.page.locator("[data-clock]")).to_have_text("00:59:57", timeout=9000)
    with house.writes() as db, db.begin():
        mine = select(PracticeRun.id).where(PracticeRun.user_id == user_of(db, "cadre12").id)
        begun = now() - timedelta(minutes=60) + timedelta(seconds=4)
        db.execute(update(PracticeRun).where(PracticeRun.id.in_(mine)).values(drawn_at=begun))
    someone.page.reload()
    expect(someone.page.locator("[data-over]")).to_be_hidden()
    expect(someone.page.locator("[data-over]")).to_be_visible(timeout=9000)
    expect(someone.page.locator("[data-clock]")).to_have_text("00:00:00")
    someone.look()
    someone.page.locator("#item-1 .option").first.click()
    someone.press(".actions button.btn-primary")
    expect(someone.page.locator("main")).to_contain_text("1 minute too late for an exam")
    someone.look()


def test_practice_works_without_scripts(house, practises):
    someone = practises("cadre13", "zh", 360, scripts=False)
    begin_mock(house, someone)
    someone.look()
    someone.page.locator("#item-1 .option").first.click()
    someone.press(".actions button.btn-primary")
    someone.see(".error-summary")
    expect(checked(someone)).to_have_count(1)
    someone.press("[name=leave_open]")
    someone.see(".rationale")
    someone.look()
