"""What must happen though nobody looks: lapsed sittings, releases, checkpoints."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp import caretaker
from examapp.config import ROOT, Settings
from examapp.core.people import Role
from examapp.library import checkpoint_files
from examapp.services.verification.whole import head
from examapp.store.certificates import Certificate
from examapp.store.engine import make_engine
from examapp.store.exams import Exam
from examapp.store.ledger import LedgerEntry
from examapp.store.sittings import Score, Sitting
from tests.bureau import HOUR, MINUTE, NOW, make_bank, make_exam, make_person
from tests.conftest import DATABASES, SEALING_KEY
from tests.hall import begin, sit

DAY = timedelta(days=1)


@pytest.fixture(params=DATABASES)
def engine(request, fresh_databases):
    """A database of its own: the caretaker commits."""
    engine = make_engine(fresh_databases.url(request.param), sealing_key=SEALING_KEY)
    yield engine
    engine.dispose()


@pytest.fixture
def exam(engine):
    """Open from NOW - 1h to NOW + 5h, 30 minutes; one running, one handed in, released on close."""
    with Session(engine, expire_on_commit=False) as db, db.begin():
        make_bank(db)
        exam = make_exam(db, make_person(db, "trainer", Role.TRAINER), release_on_close=True)
        begin(db, make_person(db, "slow"), exam)
        sit(db, make_person(db, "quick"), exam)
    return exam


def all_of(engine, table):
    with Session(engine) as db:
        return db.scalars(select(table).order_by("id")).all()


def test_nothing_is_done_before_it_is_due(engine, exam):
    assert caretaker.round_(engine, now=NOW + 31 * MINUTE - timedelta(seconds=1)) == 0  # the grace
    assert [s.closed_at is None for s in all_of(engine, Sitting)] == [True, False]


def test_a_lapsed_sitting_is_closed_and_scored_once(engine, exam):
    at = NOW + 31 * MINUTE
    assert caretaker.round_(engine, now=at) == 1
    assert caretaker.round_(engine, now=at + MINUTE) == 0
    slow = all_of(engine, Sitting)[0]
    assert (slow.closed_at, slow.submitted_at, slow.answered) == (at, None, 0)
    assert len(all_of(engine, Score)) == 2


def test_a_sitting_that_was_handed_in_is_left_alone(engine, exam):
    before = all_of(engine, Sitting)[1].closed_at
    caretaker.round_(engine, now=NOW + HOUR)
    assert all_of(engine, Sitting)[1].closed_at == before


def test_an_exam_that_releases_itself_is_released_after_its_close(engine, exam):
    caretaker.round_(engine, now=NOW + HOUR)
    assert all_of(engine, Exam)[0].released_at is None
    assert caretaker.round_(engine, now=NOW + 5 * HOUR) == 1
    assert all_of(engine, Exam)[0].released_at == NOW + 5 * HOUR
    assert len(all_of(engine, Certificate)) == 1
    assert caretaker.round_(engine, now=NOW + 6 * HOUR) == 0


def test_the_last_sitting_is_scored_before_the_release(engine, exam):
    """Nobody came by for hours: the first round scores, the next one releases."""
    caretaker.round_(engine, now=NOW + 9 * HOUR)
    caretaker.round_(engine, now=NOW + 9 * HOUR + MINUTE)
    assert len(all_of(engine, Score)) == 2
    assert all_of(engine, Exam)[0].released_at is not None


@pytest.mark.parametrize("case", ["by hand", "cancelled"])
def test_an_exam_that_does_not_release_itself_waits(engine, exam, case):
    with Session(engine) as db, db.begin():
        row = db.scalars(select(Exam)).one()
        row.release_on_close = case != "by hand"
        row.cancelled_at = NOW if case == "cancelled" else None
    caretaker.round_(engine, now=NOW + 6 * HOUR)
    caretaker.round_(engine, now=NOW + 6 * HOUR)
    assert all_of(engine, Exam)[0].released_at is None


def test_one_thing_that_fails_does_not_hold_up_the_others(engine, exam, monkeypatch, caplog):
    with Session(engine, expire_on_commit=False) as db, db.begin():
        row = db.scalars(select(Exam)).one()
        second = begin(db, make_person(db, "second"), row)
    real, fails = caretaker.close_lapsed, all_of(engine, Sitting)[0].id

    def close(db, sitting, *, now):
        if sitting.id == fails:
            raise RuntimeError("the disk is full")
        return real(db, sitting, now=now)

    monkeypatch.setattr(caretaker, "close_lapsed", close)
    assert caretaker.round_(engine, now=NOW + HOUR) == 1
    assert "could not finish" in caplog.text
    closed = {s.id: s.closed_at is not None for s in all_of(engine, Sitting)}
    assert closed[second.id]
    assert not closed[fails]
    monkeypatch.undo()
    assert caretaker.round_(engine, now=NOW + HOUR) == 1


# ---- checkpoints ----


@pytest.fixture
def settings(engine, tmp_path):
    url = engine.url.render_as_string(hide_password=False)
    return Settings(url, "k" * 40, tmp_path, ROOT, ROOT, False, 0, "bureau-a", SEALING_KEY)


def test_no_checkpoint_is_kept_of_an_empty_record(engine, settings):
    assert caretaker.keep_checkpoint(engine, settings, now=NOW) is None


def test_a_checkpoint_holds_the_newest_entry_and_is_signed_here(engine, exam, settings):
    path = caretaker.keep_checkpoint(engine, settings, now=datetime.now(UTC))
    key = checkpoint_files.signing_key(settings.instance / "keys")
    kept = checkpoint_files.read(path, key=key)
    with Session(engine) as db:
        assert (kept["number"], kept["digest"]) == head(db)
    assert path.name == f"{kept['number']:010d}.json"


def test_a_checkpoint_is_kept_once_a_day(engine, exam, settings):
    now = datetime.now(UTC)
    first = caretaker.keep_checkpoint(engine, settings, now=now)
    assert caretaker.keep_checkpoint(engine, settings, now=now + DAY / 2) is None
    again = caretaker.keep_checkpoint(engine, settings, now=now + DAY + MINUTE)
    assert again == first  # nothing new was recorded, so it is the same entry


def test_a_forged_checkpoint_is_refused(engine, exam, settings):
    path = caretaker.keep_checkpoint(engine, settings, now=datetime.now(UTC))
    body = json.loads(path.read_text())
    path.write_text(json.dumps(body | {"digest": "0" * 64}))
    with pytest.raises(checkpoint_files.BadCheckpointError, match="the signature does not fit"):
        checkpoint_files.read(path)


def test_a_checkpoint_signed_with_another_key_is_refused_here(engine, exam, settings, tmp_path):
    path = caretaker.keep_checkpoint(engine, settings, now=datetime.now(UTC))
    body = {
        k: v for k, v in json.loads(path.read_text()).items() if k in ("number", "digest", "at")
    }
    other = checkpoint_files.signing_key(tmp_path / "intruder")
    path.write_text(checkpoint_files.signed(body | {"digest": "0" * 64}, other))
    assert checkpoint_files.read(path)["digest"] == "0" * 64  # well signed, but by whom?
    key = checkpoint_files.signing_key(settings.instance / "keys")
    with pytest.raises(checkpoint_files.BadCheckpointError, match="another key"):
        checkpoint_files.read(path, key=key)


def test_the_key_is_made_once_and_read_by_its_owner_alone(tmp_path):
    first, again = (checkpoint_files.signing_key(tmp_path / "keys") for _ in range(2))
    assert first.private_bytes_raw() == again.private_bytes_raw()
    assert (tmp_path / "keys" / "checkpoint.pem").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("text", ["", "{}", "[]", "\x00", '{"signature": "zz"}'])
def test_a_file_that_is_no_checkpoint_is_refused(tmp_path, text):
    path = tmp_path / "odd.json"
    path.write_text(text)
    with pytest.raises(checkpoint_files.BadCheckpointError):
        checkpoint_files.read(path)


# ---- the process ----


def test_the_caretaker_ends_with_the_server_that_started_it(engine, exam, tmp_path):
    """A killed server must not leave a caretaker of an old version behind."""
    with Session(engine) as db, db.begin():
        slow = db.scalars(select(Sitting).where(Sitting.closed_at.is_(None))).one()
        slow.started_at, slow.deadline = NOW.replace(year=2020), NOW.replace(year=2021)
    url = engine.url.render_as_string(hide_password=False)
    environment = os.environ | {
        "PYTHONPATH": str(ROOT), "EXAMAPP_INSTANCE": str(tmp_path), "EXAMAPP_DATABASE_URL": url,
    }  # fmt: skip
    parent = subprocess.Popen(
        [
            sys.executable, "-c",
            "import subprocess, sys, time; "
            "p = subprocess.Popen([sys.executable, '-m', 'examapp.caretaker']); "
            "print(p.pid, flush=True); time.sleep(60)",
        ],
        env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        _until(lambda: _closed_by_itself(engine))
        parent.kill()
    _until(lambda: not _lives(child))
    with Session(engine) as db:
        assert db.scalar(select(LedgerEntry.number).where(LedgerEntry.event == "sitting.lapsed"))


def _closed_by_itself(engine) -> bool:
    return all(sitting.closed_at for sitting in all_of(engine, Sitting))


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{process}/stat") as file:
        return file.read().split()[2] != "Z"


def _until(true, seconds: float = 15.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)
