"""Makes one law of its sheets: one file's, or the parts of a law split over several files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePosixPath

from examapp.core.law.text import Heading, Level, ProvisionKind
from examapp.library.law_texts.body import Body, Draft
from examapp.library.law_texts.findings import Oddity
from examapp.library.law_texts.heads import Head
from examapp.library.law_texts.sheets import Sheet

_NAME_DAY = re.compile(
    r"[（(]([0-9]{4})-([0-9]{2})-([0-9]{2})[）)]$|^([0-9]{4})-([0-9]{2})-([0-9]{2})$"
    r"|[_-]([0-9]{4})([0-9]{2})([0-9]{2})$"
)


@dataclass(frozen=True)
class Joined:
    """One law before it is judged: its head, all entries, and from which files they come."""

    files: tuple[str, ...]
    head: Head
    body: Body
    listed: frozenset[tuple[str, int]]
    oddities: tuple[Oddity, ...]
    drafts_of: dict[int, str]


def join(head: Sheet | None, parts: Sequence[Sheet]) -> Joined:
    """The head's law with the parts in the order of their articles, the preamble first."""
    sheets = [*([head] if head else []), *sorted(parts, key=_first_article)]
    body = Body([entry for sheet in sheets for entry in sheet.instrument.body.entries])
    _level_closing_heading(body)
    _number_annexes(body)
    return Joined(
        files=tuple(dict.fromkeys(sheet.file for sheet in sheets)),
        head=head.instrument.head if head else Head("", (), (), ()),
        body=body,
        listed=frozenset(key for sheet in sheets for key, _ in sheet.instrument.listed),
        oddities=tuple(oddity for sheet in sheets for oddity in sheet.oddities),
        drafts_of={id(d): sheet.file for sheet in sheets for d in sheet.instrument.body.drafts},
    )


def _first_article(sheet: Sheet) -> tuple[int, int, int]:
    """Preamble first, then by the first article; what has neither stands last."""
    for draft in sheet.instrument.body.drafts:
        if draft.kind is ProvisionKind.ARTICLE:
            return (1, *draft.order)
        if draft.kind is ProvisionKind.PREAMBLE and draft.label:
            return (0, 0, 0)
    return (2, 0, 0)


def _level_closing_heading(body: Body) -> None:
    """附则 without a number stands beside the parts where a law has parts."""
    headings = [entry for entry in body.entries if isinstance(entry, Heading)]
    if any(heading.level is Level.PART for heading in headings):
        body.entries[:] = [
            replace(entry, level=Level.PART) if entry == _CLOSING else entry
            for entry in body.entries
        ]


_CLOSING = Heading(Level.CHAPTER, "", "附则")


def _number_annexes(body: Body) -> None:
    annexes = (draft for draft in body.drafts if draft.kind is ProvisionKind.ANNEX)
    for number, draft in enumerate(annexes, 1):
        draft.key = f"annex-{number}"


def prefix_of(file: str) -> str:
    """What the files of a split law have in common in their names: all before `__`."""
    return PurePosixPath(file).stem.partition("__")[0]


def name_of(file: str) -> str:
    """A file's name without the day of an edition: what to call a law that has no title."""
    return _NAME_DAY.sub("", prefix_of(file)) or PurePosixPath(file).stem


def continues(whole: Sheet, parts: Sequence[Sheet]) -> bool:
    """Whether the parts begin with the article after the last one of a law."""
    last = max((order for order in _articles(whole)), default=(0, 0))
    first = min((order for part in parts for order in _articles(part)), default=(0, 0))
    return bool(last[0]) and first == (last[0] + 1, 0) and not overlapping(parts)


def overlapping(parts: Sequence[Sheet]) -> bool:
    """Whether a number stands in two of them, so that they are no parts of one law."""
    orders = [order for part in parts for order in set(_articles(part))]
    return len(orders) > len(set(orders))


def _articles(sheet: Sheet) -> list[tuple[int, int]]:
    drafts = sheet.instrument.body.drafts
    return [draft.order for draft in drafts if draft.kind is ProvisionKind.ARTICLE]


def day_in_name(file: str) -> date | None:
    """The day of an edition that a collection writes into its file names."""
    match = _NAME_DAY.search(PurePosixPath(file).stem)
    if not match:
        return None
    try:
        return date(*(int(part) for part in match.groups() if part))
    except ValueError:
        return None


def repeated(drafts: Iterable[Draft]) -> tuple[list[Draft], list[Draft]]:
    """Drafts whose number was there before: with the same words, and with other words."""
    first: dict[str, Draft] = {}
    same: list[Draft] = []
    other: list[Draft] = []
    for draft in drafts:
        if before := first.get(draft.key):
            (same if before.lines == draft.lines else other).append(draft)
        first.setdefault(draft.key, draft)
    return same, other
