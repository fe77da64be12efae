"""What a question is: its kinds, its parts, and what must hold for it to be well formed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from examapp.core import citations
from examapp.core.canonical import digest
from examapp.core.citations import Citation
from examapp.core.refusals import N_, Fault

LANGUAGES = ("zh", "en")
Text = dict[str, str]


class Kind(StrEnum):
    """Single choice, multiple choice, true or false."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    JUDGEMENT = "judgement"


class Difficulty(StrEnum):
    """The author's band; the expected share of right answers comes from it at first."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


class Use(StrEnum):
    """Where an item may appear: in exams, or in section checks only."""

    EXAM = "exam"
    STUDY = "study"


class Asks(StrEnum):
    """Whether the item asks to recall a rule or to apply it to a case."""

    RECALL = "recall"
    APPLY = "apply"


TRUE, FALSE = "true", "false"
JUDGEMENT_OPTIONS: tuple[tuple[str, Text], ...] = (
    (TRUE, {"zh": "正确", "en": "True"}),
    (FALSE, {"zh": "错误", "en": "False"}),
)


@dataclass(frozen=True)
class ItemContent:
    """One state of a question, without identity: equal content has an equal digest.

    Options are (id, text) in the author's order; `key` holds ids of the right ones.
    """

    topic: str
    kind: Kind
    difficulty: Difficulty
    use: Use
    asks: Asks
    stem: Text
    options: tuple[tuple[str, Text], ...]
    key: frozenset[str]
    rationale: Text
    cites: tuple[Citation, ...]
    enemies: frozenset[str] = frozenset()

    @property
    def option_ids(self) -> tuple[str, ...]:
        return tuple(option_id for option_id, _ in self.options)

    def as_data(self) -> dict[str, Any]:
        """The content in JSON's types; `from_data` reads it back to an equal value."""
        return {
            "topic": self.topic,
            "kind": str(self.kind),
            "difficulty": str(self.difficulty),
            "use": str(self.use),
            "asks": str(self.asks),
            "stem": dict(self.stem),
            "options": [[option_id, dict(text)] for option_id, text in self.options],
            "key": sorted(self.key),
            "rationale": dict(self.rationale),
            "cites": [str(cite) for cite in self.cites],
            "enemies": sorted(self.enemies),
        }

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical content: what a paper, a pool and a reading refer to."""
        return digest(self.as_data())


def from_data(data: dict[str, Any]) -> ItemContent:
    """Read what `as_data` wrote."""
    return ItemContent(
        topic=data["topic"],
        kind=Kind(data["kind"]),
        difficulty=Difficulty(data["difficulty"]),
        use=Use(data["use"]),
        asks=Asks(data["asks"]),
        stem=data["stem"],
        options=tuple((option_id, text) for option_id, text in data["options"]),
        key=frozenset(data["key"]),
        rationale=data["rationale"],
        cites=tuple(citations.parse(cite) for cite in data["cites"]),
        enemies=frozenset(data["enemies"]),
    )


def faults(content: ItemContent) -> Iterator[Fault]:
    """Everything that keeps the item from being well formed, each at the part it concerns."""
    yield from _text_faults(content)
    yield from _KEY_FAULTS[content.kind](content)
    if not content.cites:
        yield Fault("cites", N_("cite the article that decides the item"))


def _text_faults(content: ItemContent) -> Iterator[Fault]:
    parts = [("stem", content.stem), ("rationale", content.rationale)]
    parts += [(f"option {option_id}", text) for option_id, text in content.options]
    for place, text in parts:
        for language in LANGUAGES:
            if not text.get(language, "").strip():
                yield Fault(place, N_("the %(language)s text is missing"), {"language": language})
    for language in LANGUAGES:
        seen = [text.get(language, "").strip() for _, text in content.options]
        if len(set(seen)) < len(seen) and all(seen):
            yield Fault(
                "options", N_("two options read the same (%(language)s)"), {"language": language}
            )


def _choice_faults(content: ItemContent) -> Iterator[Fault]:
    ids = content.option_ids
    if not 3 <= len(ids) <= 6:
        yield Fault("options", N_("give three to six options, not %(count)s"), {"count": len(ids)})
    for stranger in sorted(content.key - set(ids)):
        facts = {"key": stranger, "options": ", ".join(ids)}
        yield Fault("key", N_('key "%(key)s" is not one of the options %(options)s'), facts)


def _single_faults(content: ItemContent) -> Iterator[Fault]:
    yield from _choice_faults(content)
    if len(content.key) != 1:
        words = N_("a single choice has exactly one right option, not %(count)s")
        yield Fault("key", words, {"count": len(content.key)})


def _multiple_faults(content: ItemContent) -> Iterator[Fault]:
    yield from _choice_faults(content)
    if len(content.key) < 2:
        words = N_("a multiple choice has at least two right options, not %(count)s")
        yield Fault("key", words, {"count": len(content.key)})


def _judgement_faults(content: ItemContent) -> Iterator[Fault]:
    if content.key not in ({TRUE}, {FALSE}):
        yield Fault("key", N_("the key of a true/false item is true or false"))
    if content.options != JUDGEMENT_OPTIONS:
        yield Fault("options", N_("a true/false item has no options of its own"))


_KEY_FAULTS = {
    Kind.SINGLE: _single_faults,
    Kind.MULTIPLE: _multiple_faults,
    Kind.JUDGEMENT: _judgement_faults,
}
