"""Every law in short, as it stands on a day: what search and lists need of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from examapp.core.bigrams import folded
from examapp.core.law.titles import title_key
from examapp.store.laws import Edition, Law

_BRACKETS = str.maketrans("", "", "()")
LEVELS = ("first-duty", "general", "post")


@dataclass(frozen=True)
class Listed:
    """A law with the edition that holds on a day, or that is the first to come.

    Where the words of that edition are missing and those of an earlier one are here, the earlier
    one stands in for it (`stands_in`). `in_force`: the law has begun to hold and is not repealed.
    """

    id: int
    code: str
    kind: str
    title: dict[str, str]
    short_title: dict[str, str]
    level: str | None
    edition_id: int
    adopted: date
    effective: date
    repealed: date | None
    has_text: bool
    in_force: bool
    stands_in: bool

    @property
    def rank(self) -> tuple[int, int]:
        """The constitution, the register by level, then what came with its text alone."""
        if self.kind == "constitution":
            return 0, self.id
        return (LEVELS.index(self.level) + 1 if self.level in LEVELS else 4), self.id

    @cached_property
    def names(self) -> tuple[str, ...]:
        """All its names for comparing with what somebody typed."""
        titles = (*self.title.values(), *self.short_title.values())
        names = [name for title in titles if (name := spelling(title))]
        bare = [name.translate(_BRACKETS) for name in names if "(" in name]
        return tuple(dict.fromkeys((*names, *bare)))


def spelling(title: str) -> str:
    """A title as it is compared: a Chinese one by its key, an English one by its words."""
    return " ".join(folded(title if title.isascii() else title_key(title)).split())


def listed(db: Session, *, on: date) -> dict[int, Listed]:
    """All laws by the id of the edition that counts on a day."""
    columns = (
        Law.id, Law.code, Law.kind, Law.title, Law.short_title, Law.level,
        Edition.id.label("edition_id"), Edition.adopted, Edition.effective, Edition.repealed,
        Edition.text_digest.is_not(None).label("has_text"),
    )  # fmt: skip
    query = select(*columns).join(Edition, Edition.law_id == Law.id).order_by(Edition.adopted)
    return {one.edition_id: one for one in _on(db.execute(query), on)}


def is_empty(db: Session) -> bool:
    """Whether not one text is here."""
    return db.scalar(select(Edition.id).where(Edition.text_digest.is_not(None)).limit(1)) is None


def _on(rows: Iterable[Row[Any]], on: date) -> Iterator[Listed]:
    """Of each law the newest edition that has begun, else the first one."""
    by_law: dict[int, list[Row[Any]]] = {}
    for row in rows:
        by_law.setdefault(row.id, []).append(row)
    for editions in by_law.values():
        begun = [row for row in editions if row.effective <= on] or editions[:1]
        shown = next((row for row in reversed(begun) if row.has_text), begun[-1])
        repealed = begun[-1].repealed
        in_force = begun[-1].effective <= on and not (repealed and repealed <= on)
        yield Listed(**shown._mapping, in_force=in_force, stands_in=shown is not begun[-1])
