"""The benchmarks count all that the server costs."""

from __future__ import annotations

import os
import subprocess
import sys

from benchmarks.cpu import seconds

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
