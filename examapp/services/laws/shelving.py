"""How the shelf of laws is ordered, narrowed down, and marked with what is new."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from examapp.core.law.titles import title_key
from examapp.core.study import LEVELS
from examapp.services.laws.shelf import OnRegister

LATELY = timedelta(days=365)


def by_level(entries: Sequence[OnRegister]) -> list[tuple[str, list[OnRegister]]]:
    """The laws of the register by the level of the must-know lists; empty levels left out."""
    of = {level: [entry for entry in entries if entry.law.level == level] for level in LEVELS}
    return [(level, found) for level, found in of.items() if found]


def kinds(entries: Sequence[OnRegister]) -> list[str]:
    """The kinds of law that are here, in the shelf's order."""
    return list(dict.fromkeys(entry.law.kind for entry in entries))


def fits(entry: OnRegister, words: str, kind: str) -> bool:
    """Whether a law is of a kind and has all the words in one of its names."""
    titles = (*entry.law.title.values(), *entry.law.short_title.values())
    names = [name for title in titles for name in (title.lower(), title_key(title).lower())]
    asked = words.strip("《》").lower().split()
    said = any(all(word in name for word in asked) for name in names)
    return said and kind in ("", entry.law.kind)


def news_of(entry: OnRegister, today: date) -> list[str]:
    """What is to be said of a law at a glance: repealed, to-come, new, amended."""
    edition = entry.edition
    if edition.repealed and edition.repealed <= today:
        return ["repealed"]
    found = ["to-come"] if any(e.effective > today for e in entry.law.editions) else []
    if not today - LATELY <= edition.effective <= today:
        return found
    first = entry.law.in_force_since or entry.law.editions[0].effective
    amended = first < edition.effective or len(edition.history) > 1
    return [*found, "amended" if amended else "new"]
