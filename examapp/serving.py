"""Run the platform under granian, with the caretaker beside it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import TypeVar

from granian import Granian
from granian.constants import Interfaces
from sqlalchemy.exc import OperationalError

from examapp.config import ROOT

PATIENCE, PAUSE = 60.0, 0.5  # seconds
Made = TypeVar("Made")


def serve(*, host: str, port: int, workers: int) -> None:
    """Serve until told to stop; the caretaker ends with the server."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    caretaker = subprocess.Popen(
        [sys.executable, "-m", "examapp.caretaker"], env=environment, cwd=ROOT
    )
    try:
        Granian(
            "app:app",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=4,
            backlog=1024,
            respawn_failed_workers=True,
            log_access=False,
            working_dir=ROOT,
            websockets=False,
        ).serve()
    finally:
        caretaker.terminate()
        caretaker.wait(timeout=10)


def once_the_database_answers(make: Callable[[], Made]) -> Made:
    """Make the application; while the database is away or starting, wait and try again.

    A worker that gave up at once would die again and again while PostgreSQL restarts, and
    granian takes a worker that dies twice in 5.5 seconds for a crash loop and ends the server.
    """
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return make()
        except OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(PAUSE)
