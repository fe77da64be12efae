"""What reading law files brings: laws, what was odd about each, and files that are refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from examapp.core.law.text import LawText
from examapp.core.refusals import Fault


@dataclass(frozen=True)
class Oddity:
    """One thing to know about a law as read: mended, left out, missing or doubtful.

    `code` is a stable name, `words` the English sentence with places for `facts`; `line` the
    first line (in Word and HTML: paragraph) of `file` where it stands. A law with a `grave`
    oddity cannot be imported: the files do not tell what the law says.
    """

    code: str
    words: str
    facts: dict[str, Any] = field(default_factory=dict)
    line: int | None = None
    file: str = ""
    grave: bool = False

    def __str__(self) -> str:
        return self.words % self.facts if self.facts else self.words

    @property
    def plain(self) -> dict[str, Any]:
        """As plain JSON, for keeping beside the text."""
        return {
            "code": self.code,
            "words": self.words,
            "facts": self.facts,
            "line": self.line,
            "file": self.file,
        }


@dataclass(frozen=True)
class ReadLaw:
    """One law found; `files` as named by the caller, `gaps` the labels missing in the sequence."""

    files: tuple[str, ...]
    text: LawText
    gaps: tuple[str, ...]
    oddities: tuple[Oddity, ...]

    @property
    def grave(self) -> bool:
        """Whether something forbids importing it."""
        return any(oddity.grave for oddity in self.oddities)


@dataclass(frozen=True)
class Refused:
    """A file in which no law was found, or which must not be opened, and why."""

    file: str
    reason: Fault


@dataclass(frozen=True)
class ReadFiles:
    """All laws in the order of their titles; `skipped` are files of other kinds in a folder."""

    laws: tuple[ReadLaw, ...]
    refused: tuple[tuple[str, Fault], ...]
    skipped: tuple[str, ...] = ()


class UnreadableError(Exception):
    """This file cannot be read; `words` says why, filled with `facts`."""

    def __init__(self, words: str, **facts: Any) -> None:
        self.words, self.facts = words, facts
        super().__init__(words % facts if facts else words)
