"""The exam page in a real browser: networks that fail, two devices, time, and no scripts."""

from __future__ import annotations

from contextlib import suppress

import pytest
from playwright.sync_api import Error, Route, expect

from tests.flows.at_the_paper import (
    chosen,
    ends_in,
    expect_state,
    late,
    option,
    pulse,
    shot,
    sitting_of,
    wait_until_closed,
)

pytestmark = pytest.mark.browser


def test_the_three_states_of_a_choice_are_shown_one_after_the_other(house, sits):
    someone = sits("cadre0")
    held = []
    someone.page.route("**/responses", lambda route: held.append(route))
    expect_state(someone, 1, "none")
    option(someone, 1, 0).check()
    expect_state(someone, 1, "sent")
    option(someone, 2, 0).check()
    expect_state(someone, 2, "device")
    held[0].continue_()
    expect_state(someone, 1, "confirmed")
    expect_state(someone, 2, "sent")
    held[1].continue_()
    expect_state(someone, 2, "confirmed")
    assert set(chosen(house, "cadre0")) == {1, 2}
    someone.look()


def test_choices_made_without_a_network_wait_and_are_sent_when_it_is_back(house, sits):
    someone = sits("cadre1", "en", 360)
    someone.context.set_offline(True)
    option(someone, 1, 1).check()
    option(someone, 4, 0).check()
    expect_state(someone, 1, "device")
    expect_state(someone, 4, "device")
    expect(someone.page.locator("[data-save-sum]")).to_contain_text("No connection")
    assert chosen(house, "cadre1") == {}
    someone.look()
    someone.context.set_offline(False)
    expect_state(someone, 1, "confirmed")
    expect_state(someone, 4, "confirmed")
    assert set(chosen(house, "cadre1")) == {1, 4}


def test_a_choice_not_sent_yet_outlives_a_reload_and_is_sent(house, sits):
    someone = sits("cadre2")
    someone.page.route("**/responses", lambda route: route.abort())
    option(someone, 3, 2).check()
    wanted = option(someone, 3, 2).get_attribute("value")
    expect_state(someone, 3, "device")
    someone.page.on("dialog", lambda dialog: dialog.accept())  # "leave this page?"
    someone.page.reload()
    expect(option(someone, 3, 2)).to_be_checked()
    assert chosen(house, "cadre2") == {}
    someone.page.unroute("**/responses")
    someone.page.reload()
    expect(option(someone, 3, 2)).to_be_checked()
    expect_state(someone, 3, "confirmed")
    assert chosen(house, "cadre2") == {3: frozenset([wanted])}


def test_changing_ones_mind_quickly_keeps_the_last_choice(house, sits):
    someone = sits("cadre3")
    for place in (0, 1, 2, 3, 1):
        option(someone, 1, place).check()
    expect_state(someone, 1, "confirmed")
    last = option(someone, 1, 1).get_attribute("value")
    someone.page.locator("#item-2 .option input").first.check()
    expect_state(someone, 2, "confirmed")
    someone.page.locator("#item-2 [data-clear]").click()
    expect_state(someone, 2, "none")
    assert chosen(house, "cadre3") == {1: frozenset([last])}
    someone.page.reload()
    expect(option(someone, 1, 1)).to_be_checked()
    expect(someone.page.locator("#item-2 input:checked")).to_have_count(0)


def test_a_second_device_takes_over_deliberately_and_the_first_is_told(house, sits, visitors):
    first = sits("cadre4")
    option(first, 1, 0).check()
    expect_state(first, 1, "confirmed")
    kept = chosen(house, "cadre4")
    second = visitors(house, "en", 360)
    second.sign_in("cadre4")
    second.go(f"/sittings/{sitting_of(house, 'cadre4').public_id}")
    expect(second.page.locator("[data-exam]")).to_have_count(0)
    second.look()
    option(first, 2, 0).check()  # looking alone has taken nothing over
    expect_state(first, 2, "confirmed")
    asking: list[Route] = []  # on a slow machine it would have asked by itself before it chooses
    first.page.route("**/pulse", lambda route: asking.append(route))
    second.press("form[action$='/take-over'] button")
    expect(option(second, 1, 0)).to_be_checked()
    option(second, 3, 0).check()
    expect_state(second, 3, "confirmed")
    first.forgiven.append("409")
    option(first, 4, 0).check()
    first.page.unroute("**/pulse")
    for question in asking:
        with suppress(Error):  # it waited too long already, and asks again
            question.continue_()
    expect(first.page.locator("[data-stopped]")).to_be_visible()
    expect_state(first, 4, "device")
    expect(option(first, 5, 0)).to_be_disabled()
    expect(first.page.locator("[data-stopped]")).to_contain_text("起，这场考试在另一台设备上继续")
    shot(first, "taken-over")
    first.look()
    assert set(chosen(house, "cadre4")) == {1, 2, 3}
    assert chosen(house, "cadre4")[1] == kept[1]


def test_the_device_that_was_left_learns_it_though_nothing_is_chosen_there(house, sits, visitors):
    first = sits("cadre11", "en")
    second = visitors(house, "en", 360)
    second.sign_in("cadre11")
    second.go(f"/sittings/{sitting_of(house, 'cadre11').public_id}")
    shot(second, "elsewhere")
    second.press("form[action$='/take-over'] button")
    pulse(first)
    expect(first.page.locator("[data-stopped]")).to_contain_text("goes on on another device")
    expect(option(first, 1, 0)).to_be_disabled()


def test_the_page_ends_with_the_time_and_shows_the_receipt(house, sits):
    someone = sits("cadre5")
    option(someone, 1, 0).check()
    expect_state(someone, 1, "confirmed")
    ends_in(house, "cadre5", 4)
    someone.page.reload()
    expect(someone.page.locator("[data-told]")).to_be_visible()
    expect(option(someone, 2, 0)).to_be_disabled()
    someone.page.wait_for_url("**/receipt")
    someone.look()
    ends_in(house, "cadre5", -61)
    sitting = wait_until_closed(house, someone, "cadre5")
    assert sitting.answered == 1
    someone.page.reload()
    expect(someone.page.locator("main")).to_contain_text(sitting.responses_digest)


def test_a_choice_that_was_on_its_way_at_the_end_counts_within_the_grace(house, sits):
    someone = sits("cadre6")
    someone.page.route("**/pulse", lambda route: route.abort())
    ends_in(house, "cadre6", -1)  # the page does not know it yet
    option(someone, 1, 0).check()
    expect_state(someone, 1, "confirmed")
    assert set(chosen(house, "cadre6")) == {1}
    expect(option(someone, 2, 0)).to_be_disabled()  # the answer has told it
    someone.page.unroute("**/pulse")
    someone.page.wait_for_url("**/receipt")


def test_a_choice_that_comes_far_too_late_is_kept_and_told(house, sits):
    someone = sits("cadre6", "en", 360)
    someone.page.route("**/pulse", lambda route: route.abort())
    ends_in(house, "cadre6", -61)
    wait_until_closed(house, someone, "cadre6")
    option(someone, 1, 0).check()
    expect_state(someone, 1, "late")
    someone.page.unroute("**/pulse")
    pulse(someone)
    expect(someone.page.locator("[data-stopped]")).to_contain_text("marked as late")
    assert (chosen(house, "cadre6"), late(house, "cadre6")) == ({}, 1)
    shot(someone, "late")
    someone.look()
    someone.press("[data-to-receipt]")
    expect(someone.page.locator("main")).to_contain_text("1 choice came too late")
    shot(someone, "receipt-late")
    someone.look()


@pytest.mark.parametrize(("width", "username"), [(1280, "cadre7"), (360, "cadre10")])
def test_flags_and_the_navigator_lead_the_way(house, sits, width, username):
    someone = sits(username, "en", width)
    flag, link = someone.page.locator("#item-2 .flag"), someone.page.locator(".exam-nav a")
    flag.click()
    expect(flag).to_have_attribute("aria-pressed", "true")
    option(someone, 1, 0).check()
    expect_state(someone, 1, "confirmed")
    someone.page.reload()
    expect(flag).to_have_attribute("aria-pressed", "true")
    expect(link.nth(1)).to_contain_class("is-flagged")
    expect(link.nth(0)).to_contain_class("is-answered")
    if width == 360:
        someone.page.locator(".exam-fold summary").click()
    link.nth(4).click()
    expect(someone.page.locator("#item-5")).to_be_in_viewport()
    assert someone.page.url.endswith("#item-5")
    option(someone, 5, 0).focus()
    expect(link.nth(4)).to_have_attribute("aria-current", "true")
    someone.look()


def test_without_scripts_the_whole_exam_is_sat_by_the_form(house, sits):
    someone = sits("cadre8", scripts=False)
    for item in (1, 2, 3):
        option(someone, item, 0).check()
    someone.press("[data-plain-save]")
    someone.see(".notice-success")
    for item in (1, 2, 3):
        expect(option(someone, item, 0)).to_be_checked()
        expect_state(someone, item, "confirmed")
    option(someone, 1, 1).check()
    changed = option(someone, 1, 1).get_attribute("value")
    for item in (4, 5):
        option(someone, item, 0).check()
        option(someone, item, 1).check()
    someone.press(".exam-paper [data-hand-in]")
    assert someone.page.url.endswith("/hand-in")
    someone.look()
    someone.press("form[action$='/submit'] button")
    assert someone.page.url.endswith("/receipt")
    someone.look()
    sitting = sitting_of(house, "cadre8")
    assert sitting.submitted_at
    assert sitting.answered == 5
    assert chosen(house, "cadre8")[1] == frozenset([changed])
    expect(someone.page.locator("main")).to_contain_text(sitting.responses_digest)


def test_the_server_had_no_fault_of_its_own(house):
    assert house.faults() == []


SPOILED = {
    "a picture without words": "const i = new Image(); i.src = 'data:,'; main.append(i)",
    "pale words": "main.innerHTML += '<p class=pale>pale</p>'; main.lastChild.style.color = '#ddd'",
    "something wide": "main.append(document.createElement('hr'));"
    " main.lastChild.style.width = '900px'",
    "another host": "const i = new Image(); i.alt = ''; i.src = 'http://example.invalid/x.png';"
    " main.append(i)",
    "a script in the page": "const s = document.createElement('script'); s.textContent = '1';"
    " main.append(s)",
}


@pytest.mark.parametrize("how", SPOILED)
def test_the_watch_kept_on_every_page_sees_what_it_is_kept_for(house, visitors, how):
    someone = visitors(house, "en", 360)
    someone.go("/sign-in")
    someone.look()
    someone.page.evaluate(
        f"() => {{ const main = document.querySelector('main .wrap'); {SPOILED[how]} }}"
    )
    someone.page.wait_for_timeout(100)
    with pytest.raises(AssertionError):
        someone.look()
