"""The rules of a place as its notice has them: the exam, and what stands around it as text."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from examapp.core import spec as specs
from examapp.core.items import Kind, Text
from examapp.core.spec import TOLERANCE, ExamSpec
from examapp.core.texts import both

PARTS = ("gates", "make_up", "exemptions", "certificate", "consequences", "ours")
EXAM = ("title", "lines", "minutes", "cut_score", "bands", "tries", "counts", "window_days",
        "entry_minutes", "certificate_years")  # fmt: skip


@dataclass(frozen=True)
class PlaceExam:
    """The exam of a place: its spec, for how many days it is open, and until when one may enter.

    `entry_minutes` count from the opening; None where the notice sets no such limit.
    """

    title: Text
    spec: ExamSpec
    window_days: int | None
    entry_minutes: int | None
    certificate_years: int

    def figures(self) -> dict[Kind, tuple[int, Fraction]]:
        """How many items of each kind, and the points of all of them together."""
        found: dict[Kind, tuple[int, Fraction]] = {}
        for line in self.spec.lines:
            count, points = found.get(line.kind, (0, Fraction(0)))
            found[line.kind] = count + line.count, points + line.count * line.points
        return found


@dataclass(frozen=True)
class PlaceRules:
    """A place's rules: which notice they come from, its exam if it has one, the rest as texts.

    `texts` has, by part: gates before the exam, make-up, exemptions, certificate, consequences,
    and `ours`: what the notice leaves open and we filled in.
    """

    title: Text
    notice: Text
    exam: PlaceExam | None
    texts: dict[str, tuple[Text, ...]]


def from_data(data: dict[str, Any]) -> PlaceRules:
    """Read a pack's content; KeyError or ValueError, worded for its author, if it is none."""
    return PlaceRules(
        title=both(data, "title"),
        notice=both(data, "notice") if "notice" in data else {},
        exam=_exam(data["exam"]) if data.get("exam") else None,
        texts={part: _texts(data, part) for part in PARTS},
    )


def _exam(data: dict[str, Any]) -> PlaceExam:
    if not isinstance(data, dict):
        raise ValueError("exam: is not made of fields")
    for name in data:
        if name not in EXAM:
            raise ValueError(f"exam: there is no field {name}")
    try:
        spec = specs.from_data(data | {"tolerance": str(TOLERANCE)})
    except TypeError as error:
        raise ValueError(f"exam: {error}") from error
    wrong = [str(fault) for fault in specs.faults(spec)]
    if wrong:
        raise ValueError("exam: " + "; ".join(wrong))
    return PlaceExam(
        title=both(data, "title"),
        spec=spec,
        window_days=_whole(data, "window_days"),
        entry_minutes=_whole(data, "entry_minutes"),
        certificate_years=_whole(data, "certificate_years") or 0,
    )


def _whole(data: dict[str, Any], name: str) -> int | None:
    value = data.get(name)
    if value is not None and (type(value) is not int or value < 0):
        raise ValueError(f"exam: {name} is a whole number")
    return value


def _texts(data: dict[str, Any], part: str) -> tuple[Text, ...]:
    entries = data.get(part, [])
    if not isinstance(entries, list):
        raise ValueError(f"{part} is a list of texts in zh and en")
    return tuple(both({part: entry}, part) for entry in entries)
