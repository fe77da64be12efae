"""Many at once around the end of a sitting, on both databases: each choice is in one place only."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from examapp.core.sittings import MOST_LATE
from examapp.services.sittings import closing, presence, saving
from examapp.store.engine import make_engine
from examapp.store.sittings import LateResponse, Presence, Response, Score, Sitting
from tests.at_once import AT_ONCE
from tests.bureau import HOUR, NOW
from tests.conftest import DATABASES, SEALING_KEY
from tests.services.test_races import Bureau, _start

PLACES = 6


@pytest.fixture(params=DATABASES)
def bureau(request, fresh_databases):
    engine = make_engine(fresh_databases.url(request.param), sealing_key=SEALING_KEY)
    yield Bureau(engine)
    engine.dispose()


def _save(db: Session, bureau: Bureau, sitting: str, seq: int, now) -> str:
    saved = saving.save(
        db, bureau.cadre, sitting, lease_no=1, seq=seq, position=1, choice=frozenset("A"),
        left=1, now=now,
    )  # fmt: skip
    return "late" if saved.late else "saved"


def _row(bureau: Bureau) -> Sitting:
    with Session(bureau.engine) as db:
        return db.scalars(select(Sitting)).one()


def test_saves_within_the_grace_that_meet_the_hand_in_are_counted_or_refused(bureau):
    sitting = _start(bureau)
    at = _row(bureau).deadline + timedelta(seconds=1)

    def act(db: Session, number: int) -> object:
        if number == 0:
            return closing.submit(db, bureau.cadre, sitting, left=1, now=at).answered
        return _save(db, bureau, sitting, number, at)

    got = bureau.at_once(act)
    assert bureau.count(Score) == 1
    assert bureau.count(Response) == got.count("saved")
    assert bureau.count(LateResponse) == got.count("late")
    assert len(got) == 1 + got.count("saved") + got.count("late")  # left > 0: nothing is dropped


def test_saves_that_meet_the_lapse_are_counted_or_kept_as_late(bureau):
    sitting = _start(bureau)
    row = _row(bureau)

    def act(db: Session, number: int) -> object:
        if number == 0:
            return closing.close_lapsed(db, db.get_one(Sitting, row.id), now=row.accepts_until)
        before = row.accepts_until - timedelta(microseconds=1)
        return _save(db, bureau, sitting, number, before if number % 2 else row.accepts_until)

    got = bureau.at_once(act)
    assert got[0] is True
    with Session(bureau.engine) as db:
        counted, late = (
            set(db.scalars(select(Response.seq))),
            set(db.scalars(select(LateResponse.seq))),
        )
    assert counted | late == set(range(1, AT_ONCE))
    assert not counted & late


def test_the_bound_on_late_choices_holds_though_many_come_at_once(bureau):
    sitting = _start(bureau)
    most = MOST_LATE * PLACES
    with Session(bureau.engine) as db, db.begin():
        for seq in range(1, most + 1):
            _save(db, bureau, sitting, seq, NOW + 5 * HOUR)
    got = bureau.at_once(lambda db, n: _save(db, bureau, sitting, most + 1 + n, NOW + 5 * HOUR))
    assert got == ["sitting_closed"] * AT_ONCE
    assert bureau.count(LateResponse) == most


def test_of_many_devices_that_open_a_freed_sitting_one_holds_it(bureau):
    sitting = _start(bureau)
    with Session(bureau.engine) as db, db.begin():
        db.execute(update(Sitting).values(lease_device=""))
    got = bureau.at_once(
        lambda db, n: presence.claim(db, bureau.cadre, sitting, device=f"pc{n}") and f"pc{n}"
    )
    assert [device for device in got if device] == [_row(bureau).lease_device]


def test_pulses_at_once_note_one_presence(bureau):
    sitting = _start(bureau)
    bureau.at_once(
        lambda db, _n: presence.pulse(db, bureau.cadre, sitting, device="pc", now=NOW).course
    )
    with Session(bureau.engine) as db:
        assert db.scalar(select(func.count()).select_from(Presence)) == 1
