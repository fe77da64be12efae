"""Somebody at a browser, who sees to it that every page is sound."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, expect

from tests.flows.house import PASSWORD, House

LOCALES = {"zh": "zh-CN", "en": "en-US"}
HTML = {"zh": "zh-Hans-CN", "en": "en"}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PHONE = 360
HEIGHT = 800


def axe_source() -> str:
    spec = importlib.util.find_spec("axe_playwright_python")
    assert spec
    assert spec.origin
    return Path(spec.origin).with_name("axe.min.js").read_text(encoding="utf-8")


class Visitor:
    """A browser of its own, with what must hold on every page in `look`."""

    def __init__(
        self, browser: Browser, house: House, language: str = "zh", width: int = 1280,
        *, scripts: bool = True,
    ) -> None:  # fmt: skip
        self.house, self.language, self.width, self.scripts = house, language, width, scripts
        self.context = browser.new_context(
            base_url=house.url,
            locale=LOCALES[language],
            viewport={"width": width, "height": HEIGHT},
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        self.context.set_default_timeout(20_000)
        self.strangers: list[str] = []
        self.complaints: list[str] = []
        self.forgiven: list[str] = []
        self.looked = 0
        self.context.on("request", self._asked)
        self.context.on("console", self._complained)
        self.page: Page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.house.url + "/", "data:", "blob:")):
            self.strangers.append(request.url)

    def _complained(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(f in message.text for f in self.forgiven):
            self.complaints.append(message.text)

    # ---- going about ----

    def go(self, path: str) -> None:
        self.page.goto(path)

    def sign_in(self, username: str, password: str = PASSWORD) -> None:
        self.go("/sign-in")
        self.page.fill("#username", username)
        self.page.fill("#password", password)
        self.press("form:has(#username) button.btn-primary")

    def press(self, selector: str) -> None:
        """Press a button or link that leads to another page."""
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()

    def see(self, selector: str) -> Locator:
        found = self.page.locator(selector).first
        expect(found).to_be_visible()
        return found

    def close(self) -> None:
        self.context.close()

    # ---- what must hold on every page ----

    def look(self) -> None:
        """Ours alone, no complaint, its language, nothing for axe, nothing beyond 360 px."""
        where = f"{self.page.url} ({self.language}, {self.width} px)"
        assert not self.strangers, f"{where} asked other hosts: {self.strangers}"
        assert not self.complaints, f"{where}: {self.complaints}"
        expect(self.page.locator("html")).to_have_attribute("lang", HTML[self.language])
        expect(self.page.locator("h1")).to_have_count(1)
        if self.scripts:
            found = self._violations()
            self._narrow(where)
            assert not found, f"{where}:\n" + "\n".join(found)
        self.looked += 1

    def _narrow(self, where: str) -> None:
        for width in (PHONE, self.width):
            self.page.set_viewport_size({"width": width, "height": HEIGHT})
            wide = self.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{where} is {wide} px wide at {width} px"

    def _violations(self) -> list[str]:
        # A bar that stays on a small screen always covers something: judge the page laid open.
        height = self.page.evaluate("document.documentElement.scrollHeight")
        self.page.set_viewport_size({"width": self.width, "height": max(HEIGHT, height)})
        self.page.evaluate(_AXE)
        found: list[dict[str, Any]] = self.page.evaluate(
            "tags => axe.run(document, {runOnly: {type: 'tag', values: tags},"
            " resultTypes: ['violations']}).then(found => found.violations)",
            TAGS,
        )
        return [
            f"{v['id']} ({v['impact']}): {v['help']}: {[n['target'] for n in v['nodes']][:4]}"
            for v in found
        ]

    # ---- by keyboard alone ----

    def tab_to(self, wanted: Callable[[dict[str, Any]], bool], most: int = 120) -> dict[str, Any]:
        """Press Tab until the focus is where it is wanted."""
        for _ in range(most):
            here = self.focus()
            if wanted(here):
                return here
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard does not lead there; last at {self.focus()}")

    def focus(self) -> dict[str, Any]:
        found: dict[str, Any] = self.page.evaluate(
            "() => { const e = document.activeElement; return {"
            " tag: e.tagName, name: e.name || '', value: e.value || '', id: e.id, type: e.type,"
            " cls: e.className, checked: !!e.checked, main: !!e.closest('main'),"
            " handIn: e.hasAttribute('data-hand-in') }; }"
        )
        return found


_AXE = axe_source()
