"""The power is cut at every acknowledgement of a recorded run; the databases are opened again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.powercut.figures import scratch
from benchmarks.powercut.replay import DATABASE, Found, Opener, kept, missing, record, replay

ACKNOWLEDGEMENTS = 40
SAVE = {"sitting": "s", "lease": 1, "seq": 2, "position": 3, "choice": "A,C"}
RECEIPT = {"sitting": "s", "digest": "d"}


@pytest.fixture(scope="module")
def strace() -> None:
    """Skips, saying why, where nothing can be recorded; CI must record."""
    why = missing()
    if why and os.environ.get("CI") == "true":
        pytest.fail(why)
    if why:
        pytest.skip(why)


@pytest.fixture
def folder() -> Iterator[Path]:
    with scratch() as found:
        yield found


@pytest.mark.usefixtures("strace")
def test_nothing_acknowledged_is_lost_when_the_power_is_cut(folder):
    recorded = record(folder, saves=ACKNOWLEDGEMENTS, checkpoint_pages=50)
    found = replay(recorded, folder / "opened", draws=2)
    assert found.acknowledgements >= ACKNOWLEDGEMENTS
    assert found.power_cuts > 2 * ACKNOWLEDGEMENTS
    assert (found.lost, found.corrupt, found.examples) == (0, 0, [])


@pytest.mark.usefixtures("strace")
def test_with_weaker_settings_the_same_replay_finds_what_is_lost(folder):
    recorded = record(folder, saves=ACKNOWLEDGEMENTS, synchronous="NORMAL")
    assert replay(recorded, folder / "opened", draws=1).lost > 0


@pytest.mark.usefixtures("strace")
def test_without_any_sync_the_same_replay_finds_corrupt_databases(folder):
    recorded = record(folder, saves=ACKNOWLEDGEMENTS, synchronous="OFF", checkpoint_pages=20)
    assert replay(recorded, folder / "opened", draws=1).corrupt > 0


@pytest.mark.parametrize(
    "there",
    [
        {},
        {("s", 1, 2): (3, "A")},
        {("s", 1, 2): (4, "A,C")},
        {("s", 2, 2): (3, "A,C")},
        {("t", 1, 2): (3, "A,C")},
    ],
)
def test_a_save_that_is_missing_or_different_is_not_kept(there):
    assert not kept(SAVE, Found(there))
    assert kept(SAVE, Found({**there, ("s", 1, 2): (3, "A,C")}))


@pytest.mark.parametrize("there", [{}, {"s": ("d", 0)}, {"s": ("d", 2)}, {"s": ("e", 1)}])
def test_a_receipt_without_its_one_score_is_not_kept(there):
    assert not kept(RECEIPT, Found(handed_in=there))
    assert kept(RECEIPT, Found(handed_in={"s": ("d", 1)}))


def test_what_is_no_database_is_corrupt(folder):
    assert Opener(folder / "opened").open({DATABASE: b"no database" * 100}).fault


def test_strace_is_missing_where_it_is_not_installed(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert missing() == "no strace: apt install strace"
