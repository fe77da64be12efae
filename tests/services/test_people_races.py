"""Two administrators at once: what each may do alone must not break the rule together."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.core.people import Role
from examapp.core.refusals import RuleBroken
from examapp.core.throttle import FREE_TRIES
from examapp.services.people import accounts
from examapp.services.people.persons import by_id
from examapp.services.people.signing_in import set_password, sign_in
from examapp.services.people.unit_changes import UnitDraft, edit_unit
from examapp.services.people.units import tree
from examapp.store.engine import make_engine
from examapp.store.people import SignInTry, Unit, User
from tests.bureau import NOW, make_unit, make_user
from tests.conftest import DATABASES, SEALING_KEY

Work = Callable[[Session], object]


@pytest.fixture(params=DATABASES)
def committed(request, fresh_databases):
    engine = make_engine(fresh_databases.url(request.param), sealing_key=SEALING_KEY)
    yield engine
    engine.dispose()


def at_once(engine, *works: Work) -> None:
    """Each work in a transaction and a thread of its own."""
    begin = threading.Barrier(len(works))

    def run(work: Work) -> None:
        with Session(engine) as db:
            begin.wait()
            work(db)
            db.commit()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)


def overlapping(engine, first: Work, second: Work) -> list[str]:
    """The second begins while the first has done its work but not yet committed."""
    refused: list[str] = []

    def run() -> None:
        with Session(engine) as db:
            try:
                second(db)
                db.commit()
            except RuleBroken as refusal:
                refused.append(refusal.code)

    with Session(engine) as db:
        first(db)
        db.flush()
        thread = threading.Thread(target=run)
        thread.start()
        thread.join(0.7)
        db.commit()
    thread.join(30)
    return refused


def test_two_administrators_who_disable_each_other_leave_one(committed):
    with Session(committed) as db:
        ids = [make_user(db, name, Role.ADMIN).id for name in ("one", "two")]
        db.commit()

    def disable(own: int, other: int) -> Work:
        def work(db: Session) -> None:
            accounts.disable(db, db.get_one(User, other), by=by_id(db, own) or _gone(), now=NOW)

        return work

    refused = overlapping(committed, disable(*ids), disable(*reversed(ids)))
    with Session(committed) as db:
        left = db.scalars(select(User).where(User.disabled_at.is_(None))).all()
    assert (refused, len(left)) in ((["last_administrator"], 1), (["not_yours"], 1))


def _gone() -> object:
    class NotYours(RuleBroken):
        code = "not_yours"

    raise NotYours()


def test_two_moves_at_once_make_no_ring(committed):
    with Session(committed) as db:
        top = make_unit(db, "top")
        ids = [make_unit(db, code, top).id for code in ("a", "b")]
        boss = make_user(db, "boss", Role.ADMIN, unit=top).id
        db.commit()

    def move(moved: int, under: int) -> Work:
        def work(db: Session) -> None:
            unit = db.get_one(Unit, moved)
            draft = UnitDraft(unit.code, unit.name, unit.name_en, under)
            edit_unit(db, unit, draft, by=by_id(db, boss), now=NOW)

        return work

    refused = overlapping(committed, move(*ids), move(*reversed(ids)))
    with Session(committed) as db:
        assert len(tree(db)) == 3
    assert refused == ["invalid"]


def test_guesses_in_parallel_are_counted_one_by_one(committed):
    with Session(committed) as db:
        set_password(make_user(db, "li"), "correct horse 9")
        db.commit()

    def guess(db: Session) -> None:
        sign_in(db, "li", "wrong guess", address="a", device="", now=NOW)

    at_once(committed, *[guess] * (FREE_TRIES + 5))
    with Session(committed) as db:
        assert len(db.scalars(select(SignInTry)).all()) == FREE_TRIES
