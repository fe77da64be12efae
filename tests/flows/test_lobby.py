"""The lobby in a real browser: it opens by itself, whatever the clock, the network, the focus."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select, update

from examapp.clock import now
from examapp.store.exams import Exam
from examapp.web.exams import waiting
from tests.flows.house import user_of

pytestmark = pytest.mark.browser
START = "form[action$='/start'] button"
COUNTDOWN = "[data-countdown]"


@pytest.fixture
def opening(house) -> Iterator[object]:
    """Set when the practice exam opens, in seconds from now; it is as before afterwards."""
    chosen = Exam.public_id == house.exam
    with house.reads() as db:
        before = db.scalars(select(Exam.opens_at).where(chosen)).one()

    def set_to(moment) -> None:
        with house.writes() as db, db.begin():
            db.execute(update(Exam).where(chosen).values(opens_at=moment))

    yield lambda seconds: set_to(now() + timedelta(seconds=seconds))
    set_to(before)


@pytest.fixture
def waits(house, visitors, opening):
    """Somebody in the lobby, so many seconds before the opening."""

    def come(username, seconds, language="zh", width=1280, **options):
        visitor = visitors(house, language, width, **options)
        visitor.forgiven.append("net::ERR_")
        visitor.sign_in(username)
        opening(seconds)
        visitor.go(f"/exams/{house.exam}")
        return visitor

    return come


def test_the_button_to_start_appears_by_itself_soon_after_the_opening(house, waits):
    someone = waits("waiter0", 6)
    expect(someone.see(COUNTDOWN)).to_have_text("0:04", timeout=8_000)
    assert someone.page.locator(START).count() == 0
    someone.look()
    expect(someone.page.locator(START)).to_be_visible(timeout=15_000)
    someone.look()


def test_a_wrong_clock_on_the_device_changes_nothing(house, waits):
    someone = waits("waiter1", 5, "en", 360)
    someone.page.add_init_script(
        "const real = Date.now; Date.now = () => real() * (1 + Math.random()) - 4e10;"
    )
    someone.page.reload()
    assert someone.see(COUNTDOWN).inner_text() in ("0:05", "0:04", "0:03", "0:02")
    expect(someone.page.locator(START)).to_be_visible(timeout=15_000)


def test_a_lost_network_leaves_the_page_and_is_told(house, waits):
    someone = waits("waiter2", 3, "en", 360)
    someone.see(COUNTDOWN)
    someone.context.set_offline(True)
    expect(someone.page.locator("[data-lost]")).to_be_visible(timeout=15_000)
    expect(someone.page.locator("h1")).to_be_visible()
    someone.context.set_offline(False)
    expect(someone.page.locator(START)).to_be_visible(timeout=20_000)


def test_each_waits_a_little_differently_and_always_the_same(house, waits):
    someone = waits("waiter3", 60)
    with house.reads() as db:
        expected = waiting.spread(house.exam, user_of(db, "waiter3").public_id)
    for _ in range(2):
        told = someone.page.locator("[data-lobby]").get_attribute("data-spread")
        assert told == str(expected)
        someone.page.reload()


def test_without_scripts_the_page_refreshes_itself(house, waits):
    someone = waits("waiter0", 60, scripts=False)
    someone.see(f"a[href='/exams/{house.exam}']")
    assert someone.page.locator("meta[http-equiv='refresh']").count() == 1
    assert not someone.page.locator(COUNTDOWN).is_visible()
