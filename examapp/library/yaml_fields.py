"""Fields of a YAML entry, each told with its line when it is missing or wrong."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from examapp.core import citations
from examapp.core.citations import Citation
from examapp.core.refusals import Invalid
from examapp.library.yaml_lines import Document


class WrongFieldError(Exception):
    """A field that is missing or wrong: on which line, and why."""

    def __init__(self, line: int, words: str) -> None:
        self.line, self.words = line, words
        super().__init__(words)


class Fields:
    """One mapping of a document and where it stands in it; no other fields than `known`."""

    def __init__(self, document: Document, *path: Any, known: Collection[str]) -> None:
        self.document, self.path = document, path
        self.data: Any = document.data
        for step in path:
            self.data = self.data[step]
        if not isinstance(self.data, dict):
            raise self.wrong("", "fields belong here, such as id: ...")
        for name in self.data:
            if name not in known:
                raise self.wrong(name, f"there is no field {name}")

    def wrong(self, name: Any, words: str) -> WrongFieldError:
        """The error for a field, to be raised."""
        return WrongFieldError(self.document.line(*self.path, name), words)

    def has(self, name: str) -> bool:
        """Whether the field is given."""
        return self.data.get(name) is not None

    def _needed(self, name: str) -> Any:
        if not self.has(name):
            raise self.wrong(name, f"{name} is missing")
        return self.data[name]

    def text(self, name: str) -> str:
        """A text that is not empty."""
        value = self._needed(name)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(name, f"{name} is a text")
        return value

    def one_of(self, name: str, choices: Collection[str]) -> str:
        """One of a few words."""
        value = self.text(name)
        if value not in choices:
            raise self.wrong(name, f"{name} is one of {', '.join(choices)}, not {value}")
        return value

    def both(self, name: str) -> dict[str, str]:
        """A text in Chinese and English."""
        value = self._needed(name)
        languages = {"zh", "en"}
        good = isinstance(value, dict) and set(value) == languages
        if not good or not all(isinstance(text, str) and text.strip() for text in value.values()):
            raise self.wrong(name, f"{name} stands in zh and en")
        return {"zh": value["zh"], "en": value["en"]}

    def both_or_none(self, name: str) -> dict[str, str]:
        """A text in both languages; empty where it is not given."""
        return self.both(name) if self.has(name) else {}

    def words(self, name: str) -> tuple[str, ...]:
        """A list of ids; empty where it is not given."""
        value = self.data.get(name) or []
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            raise self.wrong(name, f"{name} is a list of ids")
        return tuple(value)

    def cites(self, name: str) -> tuple[Citation, ...]:
        """A list of citations; empty where it is not given."""
        try:
            return tuple(map(citations.parse, self.words(name)))
        except Invalid as invalid:
            raise self.wrong(name, "; ".join(map(str, invalid.faults))) from invalid

    def whole(self, name: str, *, least: int) -> int:
        """A whole number that is not too small."""
        value = self._needed(name)
        if type(value) is not int or value < least:
            raise self.wrong(name, f"{name} is a whole number, {least} at least")
        return value

    def flag(self, name: str) -> bool:
        """true or false; false where it is not given."""
        value = self.data.get(name, False)
        if not isinstance(value, bool):
            raise self.wrong(name, f"{name} is true or false")
        return value

    def day(self, name: str) -> date:
        """A day, written 2026-11-22."""
        value = self._needed(name)
        if type(value) is not date:
            raise self.wrong(name, f"{name} is a day such as 2026-11-22, not {value!r}")
        return value

    def day_or_none(self, name: str) -> date | None:
        """A day; None where it is not given."""
        return self.day(name) if self.has(name) else None

    def size(self, name: str) -> int:
        """How many entries the list of that name has; there must be one."""
        value = self._needed(name)
        if not isinstance(value, list) or not value:
            raise self.wrong(name, f"{name} is a list of one entry at least")
        return len(value)
