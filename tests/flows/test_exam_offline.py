"""The exam page when things go wrong: no network, crashes, wrong clocks, pauses, late papers."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from datetime import timedelta

import pytest
from playwright.sync_api import Error, expect

from examapp.clock import now
from tests.flows.at_the_paper import (
    ASKS,
    FAILED,
    begin,
    choose,
    chosen,
    ends_in,
    expect_state,
    hand_in,
    late,
    move,
    option,
    pulse,
    shot,
    sitting_of,
    wait_until_closed,
)
from tests.flows.conftest import ARGUMENTS
from tests.flows.visitor import Visitor

pytestmark = pytest.mark.browser


def cut(someone):
    """The server is not reached any more, though pages that are open stay open."""
    someone.page.route(ASKS, lambda route: route.abort())


def mend(someone):
    someone.page.unroute(ASKS)
    with contextlib.suppress(Error):  # it went on by itself, to the receipt
        pulse(someone)


# ---- no network ----


@pytest.mark.parametrize(("language", "username"), [("zh", "cadre0"), ("en", "cadre1")])
def test_on_a_phone_the_network_is_cut_and_restored(house, sits, language, username):
    someone = sits(username, language, 360)
    choose(someone, 1)
    expect_state(someone, 1, "confirmed")
    shot(someone, "network-1-there")
    someone.context.set_offline(True)
    choose(someone, 2, 4)
    for item in (2, 4):
        expect_state(someone, item, "device")
    expect(someone.page.locator("[data-save-sum]")).to_contain_text("2")
    expect(someone.page.locator("[data-save-sum]")).to_contain_class("is-failing")
    assert set(chosen(house, username)) == {1}
    shot(someone, "network-2-cut")
    someone.look()
    someone.context.set_offline(False)
    for item in (2, 4):
        expect_state(someone, item, "confirmed")
    expect(someone.page.locator("[data-save-sum]")).not_to_contain_class("is-failing")
    assert set(chosen(house, username)) == {1, 2, 4}
    shot(someone, "network-3-back")
    someone.look()


def test_what_a_stranger_answers_in_the_servers_place_confirms_nothing(house, sits):
    someone = sits("cadre2", "en")
    someone.page.route(
        "**/responses",
        lambda route: route.fulfill(status=200, content_type="text/html", body="<h1>Wi-Fi</h1>"),
    )
    choose(someone, 1)
    expect(someone.page.locator("[data-save-sum]")).to_contain_class("is-failing")
    expect_state(someone, 1, "device")
    assert chosen(house, "cadre2") == {}
    someone.page.unroute("**/responses")
    pulse(someone)
    expect_state(someone, 1, "confirmed")
    assert set(chosen(house, "cadre2")) == {1}


def test_choices_outlive_a_crash_of_the_browser(house, browser, tmp_path):
    keeper = _Kept(browser, tmp_path / "profile")
    someone = begin(house, Visitor(keeper, house), "cadre3")
    here = someone.page.url
    someone.page.route("**/responses", lambda route: route.abort())
    choose(someone, 1, 3)
    wanted = option(someone, 3, 0).get_attribute("value")
    expect_state(someone, 3, "device")
    with pytest.raises(Error, match="crash"):
        someone.page.goto("chrome://crash", timeout=5000)
    someone.close()
    again = Visitor(keeper, house)
    again.forgiven.append(FAILED)
    again.page.goto(here)
    for item in (1, 3):
        expect_state(again, item, "confirmed")
    expect(option(again, 3, 0)).to_be_checked()
    assert chosen(house, "cadre3")[3] == frozenset([wanted])
    again.close()


class _Kept:
    """A browser whose folder outlives it."""

    def __init__(self, browser, folder):
        self.browser, self.folder = browser, folder

    def new_context(self, **options):
        path = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
        return self.browser.browser_type.launch_persistent_context(
            self.folder, executable_path=path, args=list(ARGUMENTS), **options
        )


FORBIDDEN = (
    "Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError') };"
)


def test_a_browser_that_keeps_nothing_says_so_and_saves_all_the_same(house, visitors):
    someone = visitors(house, "zh", 360)
    someone.context.add_init_script(FORBIDDEN)
    begin(house, someone, "cadre4")
    choose(someone, 1)
    expect_state(someone, 1, "confirmed")
    expect(someone.page.locator("[data-volatile]")).to_be_visible()
    cut(someone)
    choose(someone, 2)
    expect_state(someone, 2, "device")
    mend(someone)
    expect_state(someone, 2, "confirmed")
    assert set(chosen(house, "cadre4")) == {1, 2}
    someone.look()


def test_who_is_signed_out_goes_on_choosing_and_is_saved_after_signing_in(house, sits):
    someone = sits("cadre5", "en")
    cookies = [c for c in someone.context.cookies() if c["name"] != "examapp_device"]
    for cookie in cookies:
        someone.context.clear_cookies(name=cookie["name"])
    someone.forgiven += ["400", "401"]
    choose(someone, 1)
    expect(someone.page.locator("[data-told]")).to_contain_text("signed out")
    expect_state(someone, 1, "device")
    shot(someone, "signed-out")
    choose(someone, 2)
    page, someone.page = someone.page, someone.context.new_page()
    someone.sign_in("cadre5")
    signed_in = someone.page.url
    someone.page.close()
    someone.page = page
    assert "sign-in" not in signed_in
    pulse(someone)
    for item in (1, 2):
        expect_state(someone, item, "confirmed")
    expect(someone.page.locator("[data-told]")).to_be_hidden()
    assert set(chosen(house, "cadre5")) == {1, 2}


def test_two_tabs_of_one_browser_lose_nothing_of_each_other(house, sits):
    someone = sits("cadre7")
    other = someone.context.new_page()
    other.goto(someone.page.url)
    cut(someone)
    other.route(ASKS, lambda route: route.abort())
    choose(someone, 1)
    other.locator("#item-2 .option input").first.check()
    expect(someone.page.locator("#item-2 .option input").first).to_be_checked()
    other.locator("#item-1 .option input").nth(1).check()
    expect(option(someone, 1, 1)).to_be_checked()
    mend(someone)
    for item in (1, 2):
        expect_state(someone, item, "confirmed")
    expect(other.locator("#item-1 .item-state")).to_have_attribute("data-state", "device")
    other.unroute(ASKS)
    other.locator("#item-3 .option input").first.check()
    for item in (1, 2, 3):
        expect_state(someone, item, "confirmed")
    other.close()
    assert chosen(house, "cadre7")[1] == {option(someone, 1, 1).get_attribute("value")}
    assert set(chosen(house, "cadre7")) == {1, 2, 3}


def test_a_choice_made_before_the_script_is_there_is_saved_too(house, sits):
    someone = sits("cadre6")
    held = []
    someone.page.route("**/js/exam/clock.js", lambda route: held.append(route))
    someone.page.reload(wait_until="commit")
    choose(someone, 2)
    assert chosen(house, "cadre6") == {}
    held[0].continue_()
    expect_state(someone, 2, "confirmed")
    assert set(chosen(house, "cadre6")) == {2}


# ---- handing in without a connection ----


def queued(someone, *items):
    """Choices made and the paper handed in while nothing gets through."""
    cut(someone)
    choose(someone, *items)
    hand_in(someone)
    panel = someone.see("[data-offline]")
    expect(panel.locator("[data-offline-waiting]")).to_have_text(str(len(items)))
    expect(panel.locator("[data-offline-links] a")).to_have_count(6 - len(items))
    return panel


@pytest.mark.parametrize(("language", "username"), [("zh", "cadre8"), ("en", "cadre9")])
def test_a_paper_handed_in_offline_waits_is_shown_as_waiting_and_goes(
    house, sits, language, username
):
    someone = sits(username, language, 360)
    panel = queued(someone, 1, 2)
    shot(someone, "offline-1-panel")
    someone.look()
    panel.locator("[data-queue]").click()
    banner = someone.see("[data-queued]")
    expect(banner).to_contain_text("2")
    shot(someone, "offline-2-queued")
    someone.look()
    someone.page.on("dialog", lambda dialog: dialog.accept())  # "leave this page?"
    someone.page.reload()
    expect(banner).to_be_visible()
    assert sitting_of(house, username).closed_at is None
    mend(someone)
    someone.page.wait_for_url("**/receipt")
    sitting = sitting_of(house, username)
    assert sitting.submitted_at
    assert sitting.answered == 2
    shot(someone, "offline-3-receipt")
    someone.look()


def test_what_waits_is_cancelled_by_hand_and_by_another_choice(house, sits):
    someone = sits("cadre10", "en")
    panel = queued(someone, 1)
    panel.locator("[data-queue]").click()
    banner = someone.see("[data-queued]")
    banner.locator("[data-unqueue]").click()
    expect(banner).to_be_hidden()
    hand_in(someone)
    panel.locator("[data-queue]").click()
    expect(banner).to_be_visible()
    choose(someone, 1, place=1)
    expect(banner).to_be_hidden()
    expect(someone.page.locator("[data-told]")).to_contain_text("You changed an answer")
    mend(someone)
    expect_state(someone, 1, "confirmed")
    pulse(someone)
    assert sitting_of(house, "cadre10").closed_at is None
    hand_in(someone)
    someone.page.wait_for_url("**/hand-in")
    someone.look()


def test_the_summarys_button_waits_for_the_connection_too(house, sits):
    someone = sits("cadre10", "zh", 360)
    choose(someone, 1)
    expect_state(someone, 1, "confirmed")
    hand_in(someone)
    someone.page.wait_for_url("**/hand-in")
    someone.context.set_offline(True)
    someone.page.locator("[data-hand-in-form] button").click()
    expect(someone.page.locator("[data-not-yet]")).to_contain_text("尚未交卷")
    shot(someone, "summary-waiting")
    someone.look()
    someone.context.set_offline(False)
    someone.page.wait_for_url("**/receipt")
    assert sitting_of(house, "cadre10").answered == 1
    assert someone.page.evaluate("localStorage.length") == 0


def test_a_paper_that_arrives_within_the_grace_is_handed_in(house, sits):
    someone = sits("cadre11")
    someone.page.reload()
    panel = queued(someone, 1, 2)
    panel.locator("[data-queue]").click()
    ends_in(house, "cadre11", -1)
    mend(someone)
    someone.page.wait_for_url("**/receipt")
    sitting = sitting_of(house, "cadre11")
    assert sitting.submitted_at
    assert sitting.deadline < sitting.submitted_at < sitting.accepts_until
    assert sitting.answered == 2


def test_a_paper_that_arrives_too_late_is_told_what_became_of_it(house, sits):
    someone = sits("cadre12", "zh", 360)
    choose(someone, 3)
    expect_state(someone, 3, "confirmed")
    cut(someone)
    choose(someone, 1, 2)
    hand_in(someone)
    someone.see("[data-offline]").locator("[data-queue]").click()
    ends_in(house, "cadre12", -61)
    wait_until_closed(house, someone, "cadre12")
    someone.forgiven.append("409")
    mend(someone)
    box = someone.page.locator("[data-stopped]")
    expect(box).to_contain_text("未能交卷")
    expect(box).to_contain_text("有 2 项选择")
    shot(someone, "offline-4-too-late")
    sitting = sitting_of(house, "cadre12")
    assert sitting.submitted_at is None
    assert (sitting.answered, late(house, "cadre12")) == (1, 2)
    someone.press("[data-to-receipt]")
    expect(someone.page.locator("main")).to_contain_text("2 项选择送达过晚")
    someone.look()


def test_the_time_runs_out_without_a_network_and_the_choices_count_within_the_grace(house, sits):
    someone = sits("cadre13", "en")
    ends_in(house, "cadre13", 6)
    someone.page.reload()
    cut(someone)
    choose(someone, 1)
    expect(someone.page.locator("[data-told]")).to_contain_text(
        "Made in time but not saved yet: 1", timeout=15_000
    )
    expect(option(someone, 2, 0)).to_be_disabled()
    shot(someone, "over-waiting")
    mend(someone)
    someone.page.wait_for_url("**/receipt")
    assert set(chosen(house, "cadre13")) == {1}
    assert late(house, "cadre13") == 0


# ---- clocks, pauses, officers ----

A_DAY_OFF = """
  const shift = %d * 24 * 3600 * 1000, RealDate = Date;
  Date = class extends RealDate {
    constructor(...given) { given.length ? super(...given) : super(RealDate.now() + shift); }
    static now() { return RealDate.now() + shift; }
  };
"""


@pytest.mark.parametrize("days", [1, -1])
def test_a_device_clock_that_is_a_day_off_does_no_harm(house, visitors, days):
    someone = visitors(house, "en")
    someone.context.add_init_script(A_DAY_OFF % days)
    begin(house, someone, "cadre0")
    ends_in(house, "cadre0", 600)
    someone.page.reload()
    shown = someone.page.locator("[data-clock]").text_content()
    left = (sitting_of(house, "cadre0").deadline - now()).total_seconds()
    minutes, seconds = map(int, shown.split(":")[1:])
    assert abs(minutes * 60 + seconds - left) < 3
    choose(someone, 1)
    expect_state(someone, 1, "confirmed")
    assert set(chosen(house, "cadre0")) == {1}


def test_more_time_moves_the_clock_and_opens_a_paper_that_seemed_over(house, sits):
    someone = sits("cadre1")
    ends_in(house, "cadre1", 4)
    someone.page.reload()
    expect(option(someone, 1, 0)).to_be_disabled()
    ends_in(house, "cadre1", 1200)
    pulse(someone)
    expect(option(someone, 1, 0)).to_be_enabled()
    expect(someone.page.locator("[data-clock]")).to_contain_text("00:19:")
    choose(someone, 1)
    expect_state(someone, 1, "confirmed")


def test_a_pause_hides_the_questions_and_gives_the_time_back(house, sits):
    someone = sits("cadre2", "zh", 360)
    choose(someone, 1)
    expect_state(someone, 1, "confirmed")
    ends_in(house, "cadre2", 5)
    someone.page.reload()
    at = now()
    move(house, "cadre2", paused_at=at)
    pulse(someone)
    notice = someone.see("[data-paused]")
    expect(someone.page.locator("[data-paper]")).to_be_hidden()
    expect(someone.page.locator(".exam-side")).to_be_hidden()
    expect(someone.page.locator("[data-clock]")).to_contain_text("停止计时")
    shot(someone, "paused")
    someone.look()
    someone.page.wait_for_timeout(6000)  # longer than what was left
    expect(notice).to_be_visible()
    assert sitting_of(house, "cadre2").closed_at is None
    someone.page.reload()
    someone.see("[data-paused-page]")
    shot(someone, "paused-page")
    someone.look()
    before = sitting_of(house, "cadre2")
    back = now() - at
    move(
        house, "cadre2", paused_at=None, deadline=before.deadline + back + timedelta(minutes=9),
        accepts_until=before.accepts_until + back + timedelta(minutes=9),
    )  # fmt: skip
    someone.see("[data-exam]")  # by itself
    expect(option(someone, 1, 0)).to_be_checked()
    expect(someone.page.locator("[data-clock]")).to_contain_text(re.compile("00:0[89]:"))


def test_a_pause_that_ends_brings_the_questions_back(house, sits):
    someone = sits("cadre3", "en")
    move(house, "cadre3", paused_at=now())
    pulse(someone)
    someone.see("[data-paused]")
    move(house, "cadre3", paused_at=None)
    someone.page.wait_for_timeout(1100)
    someone.page.locator("[data-pulse-now]").click()
    expect(someone.page.locator("[data-paper]")).to_be_visible()
    expect(someone.page.locator("[data-paused]")).to_be_hidden()
    choose(someone, 1)
    expect_state(someone, 1, "confirmed")


def test_a_freed_sitting_goes_on_at_the_next_device_that_opens_it(house, sits, visitors):
    first = sits("cadre4", "en")
    choose(first, 1)
    expect_state(first, 1, "confirmed")
    move(house, "cadre4", lease_no=2, lease_device="")
    second = visitors(house, "en", 360)
    second.sign_in("cadre4")
    second.go(f"/sittings/{sitting_of(house, 'cadre4').public_id}")
    second.see("[data-exam]")
    expect(option(second, 1, 0)).to_be_checked()
    choose(second, 2)
    expect_state(second, 2, "confirmed")
    pulse(first)
    expect(first.page.locator("[data-stopped]")).to_be_visible()


# ---- what was left behind ----

KEPT = "Object.keys(localStorage).filter((key) => key.startsWith('examapp.choice.')).length"


def test_choices_left_on_a_device_are_delivered_when_their_owner_is_back(house, sits):
    someone = sits("cadre5", "zh", 360)
    choose(someone, 3)
    expect_state(someone, 3, "confirmed")
    someone.page.route("**/responses", lambda route: route.abort())
    choose(someone, 1, 2)
    expect_state(someone, 2, "device")
    someone.page.on("dialog", lambda dialog: dialog.accept())
    someone.page.unroute("**/responses")
    someone.page.route("**/static/js/deliver.js", lambda route: route.abort())
    someone.go("/")  # the laptop is shut
    assert set(chosen(house, "cadre5")) == {3}
    ends_in(house, "cadre5", -61)
    wait_until_closed(house, someone, "cadre5")
    someone.page.unroute("**/static/js/deliver.js")

    someone.context.clear_cookies()
    someone.forgiven.append("404")
    someone.sign_in("cadre6")  # somebody else at the same computer
    someone.page.wait_for_timeout(1000)
    assert late(house, "cadre5") == 0
    assert someone.page.evaluate(KEPT) == 2

    someone.context.clear_cookies()
    someone.sign_in("cadre5")
    notice = someone.see("[data-delivered]")
    expect(notice).to_contain_text("2 项送达过晚")
    shot(someone, "delivered")
    someone.look()
    assert late(house, "cadre5") == 2
    someone.page.reload()
    expect(someone.page.locator("[data-delivered]")).to_have_count(0)
    assert someone.page.evaluate(KEPT) == 0


def test_nothing_of_a_question_is_kept_on_the_device(house, sits):
    someone = sits("cadre7")
    cut(someone)
    choose(someone, 1)
    kept = someone.page.evaluate("JSON.stringify(localStorage)")
    stem = someone.page.locator("#item-1 .option-text").first.text_content().strip()
    assert "position" in kept
    assert stem not in kept


def test_the_server_had_no_fault_of_its_own(house):
    assert house.faults() == []
