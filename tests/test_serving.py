"""A worker that starts while the database is away waits for it."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import OperationalError

from examapp import serving

AWAY = OperationalError("SELECT 1", {}, Exception("the database system is starting up"))


def failing(times: int, error: Exception):
    """Something that can be made after so many failures."""
    left = [error] * times

    def make() -> str:
        if left:
            raise left.pop()
        return "made"

    return make


def test_a_worker_waits_until_the_database_answers(monkeypatch):
    monkeypatch.setattr(serving, "PAUSE", 0.0)
    assert serving.once_the_database_answers(failing(3, AWAY)) == "made"


def test_a_worker_gives_up_when_the_database_stays_away(monkeypatch):
    monkeypatch.setattr(serving, "PATIENCE", 0.0)
    monkeypatch.setattr(serving, "PAUSE", 0.0)
    with pytest.raises(OperationalError):
        serving.once_the_database_answers(failing(1000, AWAY))


def test_another_fault_is_told_at_once():
    with pytest.raises(ValueError, match="unsafe"):
        serving.once_the_database_answers(failing(1, ValueError("unsafe")))
