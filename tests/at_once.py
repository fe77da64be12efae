"""Do the same thing in many real transactions that begin together."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from examapp.core.refusals import RuleBroken

AT_ONCE = 8


def at_once(
    engine: Engine, act: Callable[[Session, int], object], count: int = AT_ONCE
) -> list[object]:
    """What each transaction gave, or the code of the refusal that rolled it back."""
    gate = Barrier(count)

    def one(number: int) -> object:
        gate.wait()
        try:
            with Session(engine) as db, db.begin():
                return act(db, number)
        except RuleBroken as refusal:
            return refusal.code

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))
