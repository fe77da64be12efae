"""What an exam asks for: how many of which topic, kind and difficulty, and for how many points."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from examapp.core.allocation import allocate
from examapp.core.items import Difficulty, Kind
from examapp.core.refusals import N_, Fault, RuleBroken
from examapp.core.scoring import Band

Cell = tuple[str, Kind, Difficulty]
TOLERANCE = Fraction(1, 4)
MOST_TOLERANCE = Fraction(5)


class Counts(StrEnum):
    """Which of several tries counts."""

    BEST = "best"
    LAST = "last"
    FIRST = "first"


@dataclass(frozen=True)
class SpecLine:
    """`count` items of a topic (or of all topics under it), kind and difficulty (None: any)."""

    topic: str
    kind: Kind
    difficulty: Difficulty | None
    count: int
    points: Fraction

    def accepts(self, cell: Cell) -> bool:
        """Whether items of that topic, kind and difficulty may fill the line."""
        topic, kind, difficulty = cell
        within = topic == self.topic or topic.startswith(self.topic + ".")
        return within and kind == self.kind and self.difficulty in (None, difficulty)


@dataclass(frozen=True)
class ExamSpec:
    """The field's test blueprint, with the rules that turn responses into an outcome.

    `tolerance` is by how much a paper's expected points may differ from the target, in points
    of 100; None draws plainly, as exams did before papers were levelled.
    """

    lines: tuple[SpecLine, ...]
    minutes: int
    cut_score: Fraction
    bands: tuple[Band, ...] = ()
    tries: int = 1
    counts: Counts = Counts.BEST
    tolerance: Fraction | None = None

    @property
    def items(self) -> int:
        """How many items a paper has."""
        return sum(line.count for line in self.lines)

    @property
    def points(self) -> Fraction:
        """The most that a paper can earn."""
        return sum((line.count * line.points for line in self.lines), Fraction(0))

    def as_data(self) -> dict[str, Any]:
        """The spec in JSON's types, exact; digested and stored in this form."""
        return {
            "lines": [
                {
                    "topic": line.topic,
                    "kind": str(line.kind),
                    "difficulty": line.difficulty and str(line.difficulty),
                    "count": line.count,
                    "points": str(line.points),
                }
                for line in self.lines
            ],
            "minutes": self.minutes,
            "cut_score": str(self.cut_score),
            "bands": [{"code": band.code, "least": str(band.least)} for band in self.bands],
            "tries": self.tries,
            "counts": str(self.counts),
        } | ({} if self.tolerance is None else {"tolerance": str(self.tolerance)})


def from_data(data: dict[str, Any]) -> ExamSpec:
    """Read what `as_data` wrote; KeyError or ValueError where it is something else."""
    return ExamSpec(
        lines=tuple(_line(line) for line in data["lines"]),
        minutes=int(data["minutes"]),
        cut_score=Fraction(data["cut_score"]),
        bands=tuple(Band(band["code"], Fraction(band["least"])) for band in data.get("bands", ())),
        tries=int(data.get("tries", 1)),
        counts=Counts(data.get("counts", "best")),
        tolerance=Fraction(data["tolerance"]) if "tolerance" in data else None,
    )


def _line(data: dict[str, Any]) -> SpecLine:
    difficulty = data.get("difficulty")
    return SpecLine(
        topic=data["topic"],
        kind=Kind(data["kind"]),
        difficulty=Difficulty(difficulty) if difficulty else None,
        count=int(data["count"]),
        points=Fraction(data["points"]),
    )


def faults(spec: ExamSpec) -> Iterator[Fault]:
    """What cannot be right in a spec by itself, whatever the bank holds."""
    if not spec.lines:
        yield Fault("lines", N_("ask for at least one item"))
    for number, line in enumerate(spec.lines, 1):
        if line.count < 1 or line.points <= 0:
            yield Fault(f"line {number}", N_("count and points must be more than nothing"))
    if not 1 <= spec.minutes <= 600:
        yield Fault("minutes", N_("give 1 to 600 minutes"))
    if not 1 <= spec.tries <= 10:
        yield Fault("tries", N_("give 1 to 10 tries"))
    if spec.lines and not 0 < spec.cut_score <= spec.points:
        facts = {"points": str(spec.points)}
        yield Fault("cut_score", N_("the cut score lies above 0 and not above %(points)s"), facts)
    if spec.tolerance is not None and not 0 < spec.tolerance <= MOST_TOLERANCE:
        yield Fault("tolerance", N_("the tolerance lies above 0 and not above 5 points of 100"))
    for band in spec.bands:
        if not 0 <= band.least <= spec.points:
            yield Fault("bands", N_("a band begins beyond the paper's points"))


@dataclass(frozen=True)
class Shortage:
    """A line that the bank cannot fill: how many it wants and how many it can have."""

    line: SpecLine
    wanted: int
    available: int

    @property
    def missing(self) -> int:
        return self.wanted - self.available


class BankTooSmall(RuleBroken):
    """The bank cannot fill the spec; `shortages` says exactly where and by how much."""

    code = "bank_too_small"
    words = N_("The question bank does not hold enough items for this exam.")

    def __init__(self, shortages: list[Shortage]) -> None:
        self.shortages = shortages
        super().__init__(missing=sum(shortage.missing for shortage in shortages))


def shortages(spec: ExamSpec, cells: Iterable[Cell]) -> list[Shortage]:
    """Where the items, given as their cells, cannot fill the lines all at once.

    Lines may overlap (a topic and one under it, a band and any): an item serves one line
    only, and the most that can be served is found, so the figure is exact.
    """
    sizes = Counter(cells)
    filled = allocate([(line.count, line.accepts) for line in spec.lines], sizes)
    return [
        Shortage(line, line.count, served.total())
        for line, served in zip(spec.lines, filled, strict=True)
        if served.total() < line.count
    ]
