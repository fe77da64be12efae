"""content/calendar.yaml: the days of legal publicity as people write them (docs/formats.md)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path

from examapp.core.calendar_days import BASES, PublicityDay, Rule, Span
from examapp.library.faults import FileFault
from examapp.library.registers import Registers, citation_faults
from examapp.library.yaml_fields import Fields, WrongFieldError
from examapp.library.yaml_lines import BadYamlError, Document, read

FIELDS = (
    "id", "title", "why", "basis", "when", "laws", "topics", "posts", "cites", "since", "years",
)  # fmt: skip


def read_calendar(
    content: Path, registers: Registers | None = None
) -> tuple[tuple[PublicityDay, ...], list[FileFault]]:
    """All publicity days and every fault; with the registers, ids that they do not know too.

    A content folder without the file has no such days.
    """
    name = f"{content.name}/calendar.yaml"
    try:
        document = read(content / "calendar.yaml")
    except FileNotFoundError:
        return (), []
    except BadYamlError as error:
        return (), [FileFault(name, error.line, error.why)]
    days: dict[str, PublicityDay] = {}
    faults: list[FileFault] = []
    for index, data in enumerate(document.data or []):
        called = (data.get("id") if isinstance(data, dict) else None) or f"entry {index + 1}"
        try:
            day = _day(document, index)
        except WrongFieldError as error:
            faults.append(FileFault(name, error.line, f"{called}: {error.words}"))
            continue
        if day.code in days:
            faults.append(FileFault(name, document.line(index), f"{day.code} stands here twice"))
        days[day.code] = day
        faults += [
            FileFault(name, document.line(index, field), f"{called}: {words}")
            for field, words in _strangers(day, registers)
        ]
    return tuple(days.values()), faults


def _day(document: Document, index: int) -> PublicityDay:
    fields = Fields(document, index, known=FIELDS)
    return PublicityDay(
        code=fields.text("id"),
        title=fields.both("title"),
        why=fields.both("why"),
        basis=fields.one_of("basis", BASES),
        rule=_rule(fields),
        laws=fields.words("laws"),
        topics=fields.words("topics"),
        posts=fields.words("posts"),
        cites=fields.cites("cites"),
        since=fields.whole("since", least=1) if fields.has("since") else 1,
        years=dict(_years(fields)),
    )


def _rule(fields: Fields) -> Rule:
    try:
        return Rule(fields.text("when"))
    except ValueError as error:
        raise fields.wrong("when", f"when: {error}") from error


def _years(fields: Fields) -> Iterator[tuple[int, Span]]:
    years = fields.data.get("years") or {}
    if not isinstance(years, dict):
        raise fields.wrong("years", "years are written 2025: [2025-06-23, 2025-06-29]")
    for year, days in years.items():
        is_span = isinstance(days, list) and len(days) == 2 and all(type(d) is date for d in days)
        if not is_span or not days[0] <= days[1] or year not in (days[0].year, days[1].year):
            words = f"years: {year} needs its first and last day, [2025-06-23, 2025-06-29]"
            raise fields.wrong("years", words)
        yield year, (days[0], days[1])


def _strangers(day: PublicityDay, registers: Registers | None) -> Iterator[tuple[str, str]]:
    if registers is None:
        return
    known: dict[str, Collection[str]] = {
        "laws": registers.laws,
        "topics": registers.topics,
        "posts": registers.posts,
    }
    for field, register in known.items():
        for code in getattr(day, field):
            if code not in register:
                yield field, f'content/{field}.yaml knows no "{code}"'
    for words in citation_faults(registers, day.cites):
        yield "cites", words
