"""Which laws somebody means by a name: the whole title, its beginning, a part of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from examapp.core.law.titles import STATE
from examapp.services.laws.catalogue import Listed, spelling

SHORTENED, NO_FIT = 3, 9
_ENDS = ("法", "典", "条例", "规定", "办法")


def by_title(laws: Iterable[Listed], sought: Sequence[str]) -> list[Listed]:
    """Laws in whose title all the words stand, the likeliest first; else what they shorten."""
    fits = [(fit(one, sought), one.rank, one) for one in laws]
    best = min((found[0] for found, *_ in fits if found), default=NO_FIT)
    # Somebody who writes a part of a title did not mean the laws whose names it could shorten.
    worst = SHORTENED if best == SHORTENED else SHORTENED - 1
    fitting = [(found, rank, one) for found, rank, one in fits if found and found[0] <= worst]
    return [one for *_, one in sorted(fitting, key=lambda entry: entry[:2])]


def fit(one: Listed, sought: Sequence[str]) -> tuple[int, bool] | None:
    """How well a title fits, least is best; a law that does not hold comes after one that does."""
    spelled = [key for word in sought if (key := spelling(word))]
    keys = [key for key in spelled if key != STATE] or spelled
    best = min((_fit(name, keys) for name in one.names), default=NO_FIT) if keys else NO_FIT
    return None if best == NO_FIT else (best, not one.in_force)


def _fit(name: str, keys: Sequence[str]) -> int:
    """0 the whole title, 1 its beginning, 2 a part, 3 a shortened name (民诉法), 9 none."""
    if all(stands_in(key, name) for key in keys):
        whole = " ".join(keys) == name
        return 0 if whole else 1 if name.startswith(keys[0]) else 2
    return SHORTENED if len(keys) == 1 and _shortens(keys[0], name) else NO_FIT


def _shortens(key: str, name: str) -> bool:
    """Whether the key has the first character, some others in order, and the end of a title."""
    if len(key) < 3 or key[0] != name[0] or not (key.endswith(_ENDS) and name.endswith(_ENDS)):
        return False
    rest = iter(name)
    return all(character in rest for character in key)


def stands_in(key: str, name: str) -> bool:
    """In a Chinese title anywhere, in an English one where a word begins (port, not transport)."""
    return bool(key) and (key in name if not key.isascii() else f" {key}" in f" {name}")
