"""What is on the shelf and in the bank, counted; and what the record of readings says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from examapp.core import place_rules
from examapp.core.items import LANGUAGES, Asks, Difficulty, Kind, Use
from examapp.core.spec import Cell, ExamSpec, shortages
from examapp.library.guide_files import AuthoredGuide
from examapp.library.guide_style import characters
from examapp.library.policy_files import AuthoredPolicy
from examapp.library.question_files import AuthoredItem
from examapp.library.reading_files import AuthoredReading


def tally(items: Iterable[AuthoredItem]) -> dict[str, int]:
    """How many items there are, by kind, difficulty, use, what they ask, and language."""
    counts: Counter[str] = Counter()
    for item in items:
        content = item.content
        counts.update(("items", content.kind, content.difficulty, content.use, content.asks))
        counts.update(language for language in LANGUAGES if content.stem.get(language))
    names = ("items", *Kind, *Difficulty, *Use, *Asks, *LANGUAGES)
    return {str(name): counts[name] for name in names}


def by_guide(
    guides: Iterable[AuthoredGuide], items: Sequence[AuthoredItem]
) -> list[dict[str, Any]]:
    """Each guide with its sections, its Chinese characters, and its topic's items counted."""
    return [
        {
            "guide": guide.code,
            "topic": guide.topic,
            "level": guide.level,
            "sections": len(guide.sections),
            "characters": sum(characters(s.body.get("zh", "")) for s in guide.sections),
            **tally(item for item in items if item.content.topic == guide.topic),
        }
        for guide in sorted(guides, key=lambda guide: (guide.position, guide.code))
    ]


def by_level(guides: Iterable[AuthoredGuide], items: Sequence[AuthoredItem]) -> dict[str, Any]:
    """Guides, sections and items of the three levels: first duty, general, by post."""
    levels: dict[str, list[AuthoredGuide]] = {}
    for guide in guides:
        levels.setdefault(guide.level, []).append(guide)
    return {
        level: {
            "guides": len(group),
            "sections": sum(len(guide.sections) for guide in group),
            "items": sum(item.content.topic in {g.topic for g in group} for item in items),
        }
        for level, group in sorted(levels.items())
    }


@dataclass(frozen=True)
class ReadingReport:
    """What second readers found: first readings, how many agreed, and what was changed.

    `differed` are items whose first reader chose something else than the key; `reworded` those
    that were read in an earlier wording too, because it was improved; `unread` are drafts.
    """

    first_readings: int
    agreed: int
    differed: tuple[str, ...]
    reworded: tuple[str, ...]
    unread: tuple[str, ...]

    @property
    def rate(self) -> float:
        """The share of first readings that agreed; 1 where nothing was read."""
        return self.agreed / self.first_readings if self.first_readings else 1.0


def reading_report(
    items: Sequence[AuthoredItem], readings: Iterable[AuthoredReading], unread: Sequence[str]
) -> ReadingReport:
    """The record of readings summed up: the first reading of each item that still exists."""
    digests = {item.code: item.content.digest for item in items}
    first: dict[str, AuthoredReading] = {}
    earlier: set[str] = set()
    for reading in sorted(readings, key=lambda r: _order(r, digests)):
        if reading.code in digests:
            first.setdefault(reading.code, reading)
            if reading.digest != digests[reading.code]:
                earlier.add(reading.code)
    differed = tuple(sorted(code for code, reading in first.items() if not reading.agrees))
    return ReadingReport(
        first_readings=len(first),
        agreed=len(first) - len(differed),
        differed=differed,
        reworded=tuple(sorted(earlier - set(differed))),
        unread=tuple(unread),
    )


def _order(reading: AuthoredReading, digests: Mapping[str, str]) -> tuple[Any, ...]:
    """By day; on one day an earlier wording was read before the present one."""
    return reading.on, reading.digest == digests.get(reading.code), reading.line


@dataclass(frozen=True)
class Filling:
    """Whether the bank holds the exam of a policy pack so many times over.

    `held` is how often its scarcest line could be filled at once with all others; `short` says
    of each line that cannot: topic and kind, how many are wanted and how many there are.
    """

    pack: str
    times: int
    held: int
    short: tuple[tuple[str, str, int, int], ...]


def fillings(
    packs: Iterable[AuthoredPolicy], in_force: Iterable[AuthoredItem], times: int
) -> Iterator[Filling]:
    """For every pack with an exam: can it be filled so many times with different exam items?"""
    cells = Counter(
        (item.content.topic, item.content.kind, item.content.difficulty)
        for item in in_force
        if item.content.use is Use.EXAM
    )
    there = list(cells.elements())
    for pack in packs:
        exam = place_rules.from_data(pack.content).exam
        if exam is None:
            continue
        short = shortages(_times(exam.spec, times), there)
        yield Filling(
            pack=pack.code,
            times=times,
            held=_held(exam.spec, there, times),
            short=tuple((s.line.topic, str(s.line.kind), s.wanted, s.available) for s in short),
        )


def _times(spec: ExamSpec, times: int) -> ExamSpec:
    lines = tuple(replace(line, count=line.count * times) for line in spec.lines)
    return replace(spec, lines=lines)


def _held(spec: ExamSpec, there: Sequence[Cell], most: int) -> int:
    return next(n for n in range(most, -1, -1) if not n or not shortages(_times(spec, n), there))
