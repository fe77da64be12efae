"""Brings the pinned wheel of law texts to this machine, once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from examapp.library.law_wheel import BadWheelError, Pinned, is_pinned

PATIENCE = 150  # seconds in all


def at_hand(folder: Path, wanted: Pinned) -> Path | None:
    """The pinned wheel where it was fetched before."""
    wheels = sorted(folder.glob("*.whl")) if folder.is_dir() else []
    return next((wheel for wheel in wheels if is_pinned(wheel, wanted.sha256)), None)


def download(requirements: Path, folder: Path, wanted: Pinned) -> Path:
    """The wheel from the package index, kept in the folder only if it is the pinned one."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as place:
        _pip(requirements, Path(place))
        found = at_hand(Path(place), wanted)
        if found is None:
            raise BadWheelError("what the package index sent is not the file that was pinned")
        return Path(shutil.move(found, folder / found.name))


def _pip(requirements: Path, place: Path) -> None:
    """Ask this environment's own pip; it never builds, installs or runs what it brings."""
    command = [
        sys.executable, "-m", "pip", "download", "--quiet", "--no-input",
        "--disable-pip-version-check", "--no-deps", "--only-binary=:all:", "--require-hashes",
        "--timeout", "10", "--retries", "1", "--dest", str(place), "-r", str(requirements),
    ]  # fmt: skip
    try:
        done = subprocess.run(  # noqa: S603 - the command is ours
            command, capture_output=True, text=True, stdin=subprocess.DEVNULL,
            timeout=PATIENCE, env=os.environ | {"PIP_NO_COLOR": "1"}, check=False,
        )  # fmt: skip
    except (subprocess.TimeoutExpired, OSError) as error:
        raise BadWheelError(f"the package index did not answer ({type(error).__name__})") from error
    if done.returncode:
        raise BadWheelError(_told(done.stderr))


def _told(said: str) -> str:
    """The last thing that pip complained of, on one line."""
    errors = [line.strip() for line in said.splitlines() if line.strip()]
    told = next(
        (line for line in reversed(errors) if line.startswith("ERROR")), "".join(errors[-1:])
    )
    why = told.removeprefix("ERROR:").strip()[:200]
    return f"the package index cannot be reached or does not have it ({why or 'no reason given'})"
