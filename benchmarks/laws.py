"""./run bench laws: comparing two editions of a large law, and importing many laws."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable
from typing import Any

from benchmarks import law_files, machine
from examapp.core.law.compare import compare
from examapp.core.law.text import LawText
from tests.law_edits import Truth, edition
from tests.made_up_laws import drawn, law, sentence

ARTICLES, EDITS, LAWS = 1_260, 250, 300
WANTED = {"compare_cpu_s": 2.0, "import_cpu_s": 120.0, "memory_to_a_tenth": 1.25}


def measure(*, quick: bool = False, databases: Iterable[str] = ()) -> dict[str, Any]:
    """Compare a law with copies that differ more and more; import laws that nobody passed."""
    facts = machine.facts()
    part = 10 if quick else 1
    compared = _compared(ARTICLES // part, EDITS // part)
    imported = [law_files.imported(kind, LAWS // part) for kind in databases]
    return {
        "benchmark": "laws",
        "machine": facts,
        "wanted": WANTED,
        "articles": ARTICLES // part,
        "compare": compared,
        "edited_to_same": _ratio(compared, "edited", "same"),
        "rewritten_to_edited": _ratio(compared, "rewritten", "edited"),
        "import": imported,
        "failed": sum(one["failed"] for one in [*compared, *imported]),
    }


def _ratio(compared: list[dict[str, Any]], one: str, other: str) -> float:
    seconds = {run["new"]: run["cpu_s"] for run in compared}
    return round(seconds[one] / max(0.001, seconds[other]), 2)


def _compared(articles: int, edits: int) -> list[dict[str, Any]]:
    old = drawn(1, articles)
    new, truth = edition(old, 1, edits)
    return [
        _comparison("same", old, old),
        _comparison("edited", old, new, truth),
        _comparison("rewritten", old, _half_rewritten(old)),
        _comparison("another", old, drawn(2, articles)),
    ]


def _half_rewritten(old: LawText) -> LawText:
    chance = random.Random(3)
    return law(*(p.text[: len(p.text) // 2] + sentence(chance) for p in old.articles))


def _comparison(
    name: str, old: LawText, new: LawText, truth: Truth | None = None
) -> dict[str, Any]:
    begun = time.process_time()
    found = {(c.old, c.new): c.kind for c in compare(old, new).changes}
    spent = time.process_time() - begun
    named = sum(len(a) for a, _ in found), sum(len(b) for _, b in found)
    told = {"as_edited": _share(found, truth)} if truth else {}
    return {
        "new": name,
        "articles": len(new.articles),
        "cpu_s": round(spent, 3),
        "articles_a_second": round(len(old.articles) / spent),
        **told,
        "failed": int(named != (len(old.articles), len(new.articles))),
    }


def _share(found: Truth, truth: Truth) -> float:
    """How many of the changes are those that the script made."""
    return round(sum(found.get(place) == kind for place, kind in truth.items()) / len(truth), 4)


def table(figures: dict[str, Any]) -> str:
    """The same for people."""
    compared = [
        "{new:10} {articles} articles: {cpu_s} s of CPU, {articles_a_second} a second".format(**run)
        for run in figures["compare"]
    ]
    imported = [
        "{database:10} {laws} laws imported: {cpu_s} s of CPU on one core, {seconds} s, "
        "{memory_mb} MB at most, {memory_to_a_tenth} × that of a tenth".format(**run)
        for run in figures["import"]
    ]
    return "\n".join(compared + imported)
