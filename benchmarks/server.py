"""The real server, as ./run serve starts it, on a free port of 127.0.0.1."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from examapp.config import PREFIX, ROOT

WORKERS = 2


@dataclass(frozen=True)
class RealServer:
    """Its port, and the process above all of its others."""

    port: int
    pid: int


def environment(folder: Path, url: str) -> dict[str, str]:
    """The settings of an installation of its own in a folder."""
    (folder / "no_bank").mkdir(exist_ok=True)  # the benchmark's own bank is in the database
    plain = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return plain | {
        f"{PREFIX}INSTANCE": str(folder),
        f"{PREFIX}DATABASE_URL": url,
        f"{PREFIX}QUESTION_BANK": str(folder / "no_bank"),
    }


@contextmanager
def serving(environ: dict[str, str], folder: Path) -> Iterator[RealServer]:
    """The server, ready; ended afterwards with everything it started."""
    port = _free_port()
    command = [str(ROOT / "run"), "serve", "--port", str(port), "--workers", str(WORKERS)]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, env=environ, cwd=ROOT, stdout=log, stderr=log)
        try:
            _wait_until_ready(process, port, folder / "server.log")
            yield RealServer(port, process.pid)
        finally:
            process.terminate()
            process.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError(f"the server ended: {log.read_text()[-2000:]}")
        if _answers(port):
            return
        time.sleep(0.2)
    raise RuntimeError(f"the server is not ready: {log.read_text()[-2000:]}")


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
