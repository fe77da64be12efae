"""The law library in a real browser: search, read, compare, note; also without scripts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from examapp.clock import now
from tests.law_changes import FIRST, SECOND, WORDS, give_text, make_law

pytestmark = pytest.mark.browser
OLD = list(WORDS.values())
NEW = [
    OLD[0],
    "新设水上救援站，配备救生艇与医护人员。",
    OLD[1],
    OLD[2].replace("季度", "月"),
    *OLD[3:],
]


@pytest.fixture(scope="module")
def house(houses):
    """The bureau of the other tests, with a law in two editions."""
    house = houses("sqlite")
    with house.writes() as db, db.begin():
        law = make_law(db, code="reading-law", title="示例阅读法")
        moment = now() - timedelta(days=1)
        give_text(db, law, FIRST, OLD, preamble="为了示例，制定本法。", now=moment)
        give_text(db, law, SECOND, NEW, preamble="为了示例，制定本法。", now=moment)
    return house


@pytest.mark.parametrize(("language", "width", "scripts"), [("en", 1280, True), ("zh", 360, False)])
def test_from_the_search_to_a_note_beside_an_article(house, visitors, language, width, scripts):
    someone = visitors(house, language, width, scripts=scripts)
    someone.sign_in(f"cadre{12 + scripts}")
    someone.go("/laws")
    someone.look()
    someone.page.fill("input[name=q]", "吨位")
    someone.press(".search-row button")
    expect(someone.page.locator("mark").first).to_have_text("吨位")  # other laws have it too
    someone.look()
    someone.press(".hits a[href='/laws/reading-law/articles/4']")
    expect(someone.see(".wordings del")).to_have_text("季度")
    someone.look()
    if someone.page.locator("details.fold").first.is_visible():
        someone.page.locator("details.fold summary").first.click()
    someone.page.fill("textarea[name=body]", "fees, every month")
    someone.press("#note button")
    expect(someone.page.locator("textarea[name=body]")).to_have_value("fees, every month")
    someone.press("a[href='/laws/reading-law#article-4']")
    expect(someone.page.locator("#article-4")).to_be_in_viewport()
    someone.look()
    someone.press("a[href*='/compare?']")
    someone.look()
    someone.go(f"/laws/reading-law?on={date(2021, 5, 1)}")
    expect(someone.page.locator("#article-3")).to_contain_text("季度")
    someone.look()
