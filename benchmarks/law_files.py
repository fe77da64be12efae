"""Many laws as files, imported by the command itself on one core."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.databases import database
from examapp.core.law.text import LawText
from tests.made_up_laws import drawn

ROOT = Path(__file__).parents[1]
LENGTHS = (40, 70, 100, 130)


def imported(kind: str, laws: int) -> dict[str, Any]:
    """CPU, time and the most memory of an import, and the memory beside that of a tenth."""
    tenth, whole = _run(kind, max(1, laws // 10)), _run(kind, laws)
    return {
        "database": kind,
        **whole,
        "laws_a_second": round(laws / whole["cpu_s"], 1),
        "memory_to_a_tenth": round(whole["memory_mb"] / tenth["memory_mb"], 2),
        "failed": tenth["failed"] + whole["failed"],
    }


def _run(kind: str, laws: int) -> dict[str, Any]:
    with (
        tempfile.TemporaryDirectory(prefix="examapp-laws-") as name,
        database(kind, Path(name)) as held,
    ):
        folder = Path(name) / "laws"
        write(folder, laws)
        surroundings = {"EXAMAPP_INSTANCE": name, "EXAMAPP_DATABASE_URL": held.url}
        return _import(folder, laws, {**os.environ, **surroundings})


def write(folder: Path, laws: int) -> None:
    """One Markdown file a law; the same for the same number."""
    folder.mkdir()
    for number in range(laws):
        text = drawn(number, LENGTHS[number % len(LENGTHS)])
        (folder / f"{number}.md").write_text(_markdown(number, text), encoding="utf-8")


def _markdown(number: int, text: LawText) -> str:
    articles = "\n\n".join(p.label + "\u3000" + "\n\n".join(p.lines) for p in text.articles)
    head = f"# 中华人民共和国示例法第{number}号\n\n（2020年1月1日第一届示例大会第一次会议通过）"
    last = f"第{len(text.articles) + 1}条\u3000本法自2020年6月1日起施行。"
    return f"{head}\n\n{articles}\n\n{last}\n"


def _import(folder: Path, laws: int, surroundings: dict[str, str]) -> dict[str, Any]:
    command = [sys.executable, "-m", "examapp.cli", "laws", "import", str(folder), "--json"]
    begun = time.perf_counter()
    with (folder.parent / "told.json").open("w+b") as told:
        child = subprocess.Popen(
            command, cwd=ROOT, env=surroundings, stdout=told, preexec_fn=_on_one_core
        )
        memory = _most_memory(child.pid)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        told.seek(0)
        rows = json.load(told) if not child.returncode else []
    return {
        "laws": laws,
        "seconds": round(time.perf_counter() - begun, 1),
        "cpu_s": round(used.ru_utime + used.ru_stime, 2),
        "memory_mb": round(memory / 1024),
        "failed": laws - sum(row["outcome"] == "imported" for row in rows),
    }


def _most_memory(pid: int) -> int:
    """The most memory in kB that the process ever had, read until it ends.

    Not from its usage, which begins with what this process has (fork).
    """
    most = 0
    while found := re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text()):
        most = int(found[1])  # the line is gone once it has ended
        time.sleep(0.02)
    return most


def _on_one_core() -> None:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
