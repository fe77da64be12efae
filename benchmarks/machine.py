"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

from examapp.store.engine import sqlite_driver


def facts() -> dict[str, Any]:
    """Cores, processor, memory, and the versions that matter."""
    return {
        "cores": os.cpu_count(),
        "cpu": _line("/proc/cpuinfo", "model name"),
        "memory": _line("/proc/meminfo", "MemTotal"),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "sqlite": sqlite_driver().sqlite_version,
        "packages": {n: version(n) for n in ("flask", "granian", "sqlalchemy", "psycopg")},
        "load_average_before": [round(load, 2) for load in os.getloadavg()],
    }


def _line(path: str, name: str) -> str:
    for line in Path(path).read_text().splitlines():
        if line.startswith(name):
            return line.partition(":")[2].strip()
    return "unknown"
