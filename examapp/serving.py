"""Run the platform under granian, with the caretaker beside it."""

from __future__ import annotations

import os
import subprocess
import sys

from granian import Granian
from granian.constants import Interfaces

from examapp.config import ROOT


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
