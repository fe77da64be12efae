"""What differs between two states of a question, part by part and word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from examapp.core.items import LANGUAGES, ItemContent

_WORDS = re.compile(r"[A-Za-z0-9]+|\s+|.", re.DOTALL)
_TOO_DIFFERENT = 0.3


@dataclass(frozen=True)
class Change:
    """One part that differs; `place` is like `stem.zh`, `option B.en`, `key` or `cites`."""

    place: str
    before: str
    after: str


@dataclass(frozen=True)
class Piece:
    """A stretch of text that stayed (`kept`), went (`gone`) or came (`new`)."""

    how: str
    text: str


@dataclass(frozen=True)
class Clash:
    """One part that differs between two people's states, and who of them changed it."""

    place: str
    theirs: str
    mine: str
    they_changed: bool
    i_changed: bool


def parts(content: ItemContent) -> dict[str, str]:
    """Every part of a question as text, in reading order."""
    said = {
        "topic": content.topic,
        "kind": str(content.kind),
        "difficulty": str(content.difficulty),
        "use": str(content.use),
        "asks": str(content.asks),
    }
    texts = [("stem", content.stem)]
    texts += [(f"option {letter}", text) for letter, text in content.options]
    texts += [("rationale", content.rationale)]
    for place, text in texts:
        said |= {f"{place}.{language}": text.get(language, "") for language in LANGUAGES}
    said["key"] = ", ".join(sorted(content.key))
    said["cites"] = "\n".join(str(cite) for cite in content.cites)
    said["enemies"] = "\n".join(sorted(content.enemies))
    return said


def changes(before: ItemContent, after: ItemContent) -> list[Change]:
    """The parts that differ, in reading order."""
    old, new = parts(before), parts(after)
    return [
        Change(place, old.get(place, ""), new.get(place, ""))
        for place in _places(old, new)
        if old.get(place, "") != new.get(place, "")
    ]


def clashes(base: ItemContent, theirs: ItemContent, mine: ItemContent) -> list[Clash]:
    """Where two states that both began from `base` differ from each other."""
    began = parts(base)
    return [
        Clash(
            change.place,
            change.before,
            change.after,
            they_changed=change.before != began.get(change.place, ""),
            i_changed=change.after != began.get(change.place, ""),
        )
        for change in changes(theirs, mine)
    ]


def _places(old: dict[str, str], new: dict[str, str]) -> list[str]:
    order = list({**old, **new})
    return sorted(order, key=lambda place: (_rank(place), order.index(place)))


def _rank(place: str) -> tuple[int, str]:
    """Options by letter between the stem and the rationale, whichever state has them."""
    if place.startswith("option "):
        return 1, place.split(".")[0]
    before = ("topic", "kind", "difficulty", "use", "asks", "stem.zh", "stem.en")
    return (0, "") if place in before else (2, "")


def pieces(before: str, after: str) -> Iterator[Piece]:
    """The way from one text to the other, by words in English and by signs in Chinese."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    match = SequenceMatcher(None, old, new, autojunk=False)
    if match.ratio() < _TOO_DIFFERENT:
        yield from _nonempty(("gone", before), ("new", after))
        return
    for how, i, j, k, m in match.get_opcodes():
        if how == "equal":
            yield Piece("kept", "".join(old[i:j]))
        else:
            yield from _nonempty(("gone", "".join(old[i:j])), ("new", "".join(new[k:m])))


def _nonempty(*pairs: tuple[str, str]) -> Iterator[Piece]:
    return (Piece(how, text) for how, text in pairs if text)
