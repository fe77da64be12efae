"""The benchmarks count all that the server costs, and the fault run what it broke."""

from __future__ import annotations

import os
import subprocess
import sys

import psycopg
import pytest
from click.testing import CliRunner

from benchmarks.__main__ import BENCHMARKS, bench
from benchmarks.cpu import seconds
from benchmarks.fault_run import Size, kind_of
from tests.postgres import Server

KINDS = {"worker", "server", "database"}
BURN = "import time\nwhile time.process_time() < 0.4: pass\nprint('done', flush=True); input()"


def test_the_cpu_of_children_counts_while_they_live_and_after():
    before = seconds(os.getpid())
    child = subprocess.Popen(
        [sys.executable, "-c", BURN], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    child.stdout.readline()
    alive = seconds(os.getpid()) - before
    child.communicate(b"\n")
    ended = seconds(os.getpid()) - before
    assert 0.35 < alive <= ended < 2


def test_a_database_is_killed_and_comes_back_with_what_was_committed():
    server = Server()
    server.start()
    try:
        with psycopg.connect(_plain(server)) as connection:
            connection.execute("CREATE TABLE kept (number int)")
            connection.execute("INSERT INTO kept VALUES (1)")
        server.kill()
        server.launch()
        with psycopg.connect(_plain(server)) as connection:
            assert connection.execute("SELECT number FROM kept").fetchall() == [(1,)]
            assert connection.execute("SHOW fsync").fetchone() == ("on",)
    finally:
        server.stop()


def _plain(server: Server) -> str:
    return server.url("postgres").replace("+psycopg", "")


@pytest.mark.parametrize(("database", "kinds"), [(False, KINDS - {"database"}), (True, KINDS)])
def test_every_kind_of_kill_comes_in_its_turn(database, kinds):
    struck = [kind_of(number, database) for number in range(1, 201)]
    assert set(struck) == kinds
    assert struck.count("server") == 10
    assert struck.count("database") == (4 if database else 0)


def test_a_quick_run_kills_a_database_too():
    struck = [kind_of(number, True) for number in range(1, Size(quick=True).kills + 1)]
    assert set(struck) == KINDS


def test_whatever_does_not_fit_makes_the_command_fail(monkeypatch):
    monkeypatch.setitem(BENCHMARKS, "faults", (lambda **_: {"failed": 1}, str))
    assert CliRunner().invoke(bench, ["faults", "--json"]).exit_code == 1
    monkeypatch.setitem(BENCHMARKS, "faults", (lambda **_: {"failed": 0}, str))
    assert CliRunner().invoke(bench, ["faults", "--json"]).exit_code == 0
