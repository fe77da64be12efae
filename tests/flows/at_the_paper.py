"""What the tests of the exam page do and look at."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Locator, expect
from sqlalchemy import func, select, update

from examapp.clock import now
from examapp.services.sittings.closing import responses_of
from examapp.store.sittings import LateResponse, Sitting
from tests.flows.house import House, user_of
from tests.flows.visitor import Visitor

FAILED = "net::ERR_"
GRACE = timedelta(seconds=60)
ASKS = "**/sittings/*/{responses,pulse,submit}"  # all that the page's script asks for


def begin(house: House, visitor: Visitor, username: str) -> Visitor:
    """Sign in and begin a new try of the practice exam; what was open before is over."""
    visitor.forgiven.append(FAILED)
    with house.writes() as db, db.begin():
        db.execute(
            update(Sitting)
            .where(Sitting.user_id == user_of(db, username).id, Sitting.closed_at.is_(None))
            .values(
                started_at=now() - timedelta(hours=3), deadline=now() - timedelta(hours=1),
                accepts_until=now() - timedelta(hours=1), paused_at=None,
            )
        )  # fmt: skip
    visitor.sign_in(username)
    visitor.go(f"/exams/{house.exam}")
    visitor.press("form[action$='/start'] button")
    visitor.see("[data-exam]")
    return visitor


def sitting_of(house: House, username: str) -> Sitting:
    """The newest sitting, as the database has it now."""
    with house.reads() as db:
        user = user_of(db, username)
        found = db.scalars(
            select(Sitting).where(Sitting.user_id == user.id).order_by(Sitting.id.desc())
        ).first()
    assert found
    return found


def chosen(house: House, username: str) -> dict[int, frozenset[str]]:
    """What is confirmed of the newest sitting."""
    with house.reads() as db:
        return responses_of(db, sitting_of(house, username).id)[0]


def late(house: House, username: str) -> int:
    """How many choices of the newest sitting are kept as late."""
    with house.reads() as db:
        mine = LateResponse.sitting_id == sitting_of(house, username).id
        return db.scalar(select(func.count()).select_from(LateResponse).where(mine)) or 0


def move(house: House, username: str, **values: object) -> None:
    """Move the newest sitting's time, as time or an officer would."""
    mine = sitting_of(house, username).id
    with house.writes() as db, db.begin():
        db.execute(update(Sitting).where(Sitting.id == mine).values(**values))


def ends_in(house: House, username: str, seconds: float, grace: timedelta = GRACE) -> None:
    """Let the newest sitting end so many seconds from now."""
    end = now() + timedelta(seconds=seconds)
    started = end - timedelta(hours=1)
    move(house, username, started_at=started, deadline=end, accepts_until=end + grace)


def wait_until_closed(house: House, visitor: Visitor, username: str) -> Sitting:
    """The caretaker comes by every two seconds."""
    for _ in range(60):
        sitting = sitting_of(house, username)
        if sitting.closed_at:
            return sitting
        visitor.page.wait_for_timeout(200)
    raise AssertionError("nobody closed the sitting")


def option(visitor: Visitor, item: int, place: int) -> Locator:
    return visitor.page.locator(f"#item-{item} .option input").nth(place)


def choose(visitor: Visitor, *items: int, place: int = 0) -> None:
    for item in items:
        option(visitor, item, place).check()


def expect_state(visitor: Visitor, item: int, wanted: str) -> None:
    state = visitor.page.locator(f"#item-{item} .item-state")
    expect(state).to_have_attribute("data-state", wanted)


def hand_in(visitor: Visitor) -> None:
    visitor.page.locator(".exam-paper [data-hand-in]").click()


def pulse(visitor: Visitor) -> None:
    """What the browser says when the network is back."""
    visitor.page.wait_for_timeout(1100)  # it asks no more than once a second
    visitor.page.evaluate("window.dispatchEvent(new Event('online'))")


def shot(visitor: Visitor, name: str) -> None:
    """Keep a picture where EXAMAPP_SHOTS names a folder."""
    folder = os.environ.get("EXAMAPP_SHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        file = f"{name}-{visitor.language}-{visitor.width}.png"
        visitor.page.screenshot(path=Path(folder) / file, animations="disabled")
