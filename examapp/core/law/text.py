"""The text of one edition of a law as a value: headings and provisions in order."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from examapp.core.canonical import digest


class Level(StrEnum):
    """What a heading heads: 编, 分编, 章, 节."""

    PART = "part"
    SUBPART = "subpart"
    CHAPTER = "chapter"
    SECTION = "section"


class ProvisionKind(StrEnum):
    """An article; the words before the first one; a numbered point (一、) of an amendment or a
    decision that has no articles; an annex after the last article."""

    ARTICLE = "article"
    PREAMBLE = "preamble"
    POINT = "point"
    ANNEX = "annex"


@dataclass(frozen=True)
class Heading:
    """第一章 总则: `label` is 第一章, `title` 总则; 附则 alone has no label."""

    level: Level
    label: str
    title: str


@dataclass(frozen=True)
class Provision:
    """One article, preamble, point or annex.

    `key` names it within the edition: `33`, `120-1`, `preamble`, `point-3`, `annex-1`;
    `label` is how the law writes it (第三十三条, 序言, 三, 附件一); `title` only for annexes that
    have one. `lines` are its lines as printed, without the label: paragraphs (款) and, each on a
    line of its own, items （一）（二）.
    """

    kind: ProvisionKind
    key: str
    label: str
    lines: tuple[str, ...]
    title: str = ""

    @property
    def text(self) -> str:
        """The lines joined by a line end."""
        return "\n".join(self.lines)


Entry = Heading | Provision
_GOES_ON = ("：", "；", "，", "、", ":", ";", ",")
_ITEM = re.compile(r"[（(][一二三四五六七八九十百]+[）)]|[0-9０-９]+[.．、]")


@dataclass(frozen=True)
class LawText:
    """One edition as read from files; dates are None where the text does not tell them.

    `adopted` is the day of the newest adoption, amendment or revision that the head names;
    `effective` the day from which this edition holds; `instrument` the head's line about the
    newest change (the decision or order), empty for a law that was never changed; `history` all
    lines of the head.
    """

    title: str
    adopted: date | None
    effective: date | None
    instrument: str
    history: tuple[str, ...]
    body: tuple[Entry, ...]

    @property
    def provisions(self) -> tuple[Provision, ...]:
        """All provisions in order."""
        return tuple(entry for entry in self.body if isinstance(entry, Provision))

    @property
    def articles(self) -> tuple[Provision, ...]:
        """The articles alone, in order."""
        return tuple(p for p in self.provisions if p.kind is ProvisionKind.ARTICLE)

    @property
    def chapters(self) -> int:
        """How many chapters (章) are headed by a number."""
        chapters = (e for e in self.body if isinstance(e, Heading) and e.level is Level.CHAPTER)
        return sum(1 for heading in chapters if heading.label)

    @property
    def digest(self) -> str:
        """SHA-256 over headings and provisions: equal for equal words, whatever the file."""
        return digest(self.as_data()["body"])

    def provision(self, key: str) -> Provision | None:
        """The provision of that key, if there is one."""
        return next((p for p in self.provisions if p.key == key), None)

    def as_data(self) -> dict[str, Any]:
        """Plain JSON, from which `from_data` makes the same value again."""
        return {
            "title": self.title,
            "adopted": self.adopted.isoformat() if self.adopted else None,
            "effective": self.effective.isoformat() if self.effective else None,
            "instrument": self.instrument,
            "history": list(self.history),
            "body": [_entry_data(entry) for entry in self.body],
        }


def _entry_data(entry: Entry) -> list[Any]:
    if isinstance(entry, Heading):
        return [str(entry.level), entry.label, entry.title]
    return [str(entry.kind), entry.key, entry.label, entry.title, list(entry.lines)]


def from_data(data: Mapping[str, Any]) -> LawText:
    """The value that `as_data` wrote."""
    return LawText(
        title=data["title"],
        adopted=_day(data["adopted"]),
        effective=_day(data["effective"]),
        instrument=data["instrument"],
        history=tuple(data["history"]),
        body=tuple(_entry(entry) for entry in data["body"]),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _entry(data: list[Any]) -> Entry:
    if len(data) == 3:
        return Heading(Level(data[0]), data[1], data[2])
    kind, key, label, title, lines = data
    return Provision(ProvisionKind(kind), key, label, tuple(lines), title)


def paragraphs(lines: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Lines by paragraph (款): an enumerated line belongs to the paragraph that introduces it.

    So does a line after one that does not end its sentence, as in the lists of members of
    articles 65, 86, 93 and 124 of the Constitution, which have no （一）（二）.
    """
    found: list[list[str]] = []
    for line in lines:
        if found and (_ITEM.match(line) or found[-1][-1].endswith(_GOES_ON)):
            found[-1].append(line)
        else:
            found.append([line])
    return tuple(map(tuple, found))
