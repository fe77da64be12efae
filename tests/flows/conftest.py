"""The live server and the real browser."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, expect, sync_playwright

from tests.conftest import FreshDatabases
from tests.flows.at_the_paper import begin
from tests.flows.house import House
from tests.flows.visitor import Visitor

ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
FONTS = (
    '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
    "<dir>{folder}</dir><dir>/usr/share/fonts</dir><cachedir>{cache}</cachedir></fontconfig>"
)
Houses = Callable[[str], House]
Visitors = Callable[..., Visitor]


@pytest.fixture(scope="session")
def houses(
    fresh_databases: FreshDatabases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Houses]:
    """The served bureau on a kind of database, built when first asked for."""
    built: dict[str, House] = {}

    def of(kind: str) -> House:
        if kind not in built:
            house = House(fresh_databases.url(kind), tmp_path_factory.mktemp(f"house-{kind}"))
            built[kind] = house
            house.furnish()
            house.start()
        return built[kind]

    yield of
    for house in built.values():
        house.close()


@pytest.fixture(scope="module")
def house(houses: Houses) -> House:
    """The bureau on SQLite; a file that wants another has its own."""
    return houses("sqlite")


@pytest.fixture
def sits(house: House, visitors: Visitors) -> Visitors:
    """Somebody who has just begun the practice exam, on the exam page."""

    def come(username: str, language: str = "zh", width: int = 1280, **options: object) -> Visitor:
        return begin(house, visitors(house, language, width, **options), username)

    return come


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Debian's chromium; without it the tests are skipped on a desk, and fail where CI=true."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
    if not Path(path).exists():
        _missing(f"no chromium at {path}: apt install chromium, or set CHROMIUM")
    expect.set_options(timeout=15_000)
    with sync_playwright() as playwright:
        try:
            started = playwright.chromium.launch(
                executable_path=path, args=list(ARGUMENTS), env=_environment(tmp_path_factory)
            )
        except Error as error:
            _missing(f"{path} does not start: {error}")
        yield started
        started.close()


def _missing(why: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(why)
    pytest.skip(why)


def _environment(factory: pytest.TempPathFactory) -> dict[str, str | float | bool]:
    """With a Chinese font, so that texts are as wide as people see them."""
    environment: dict[str, str | float | bool] = dict(os.environ)
    fonts = importlib.util.find_spec("pylopdf_fonts_zh_cn")
    if fonts and fonts.origin:
        folder = factory.mktemp("fonts")
        config = folder / "fonts.conf"
        config.write_text(
            FONTS.format(folder=Path(fonts.origin).parent, cache=folder), encoding="utf-8"
        )
        environment["FONTCONFIG_FILE"] = str(config)
    return environment


@pytest.fixture
def visitors(browser: Browser) -> Iterator[Visitors]:
    """People at browsers of their own: visitors(house, language, width)."""
    made: list[Visitor] = []

    def come(*arguments: object, **options: object) -> Visitor:
        made.append(Visitor(browser, *arguments, **options))  # type: ignore[arg-type]
        return made[-1]

    yield come
    for visitor in made:
        visitor.close()
