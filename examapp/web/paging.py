"""Long lists, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")
SIZE = 50


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows of one page, and which of how many it is."""

    rows: Sequence[Row]
    number: int
    pages: int
    total: int


def page_of(rows: Sequence[Row], number: int | None, size: int = SIZE) -> Page[Row]:
    """The page with this number; numbers outside mean the nearest page there is."""
    pages = max(1, -(-len(rows) // size))
    number = min(max(number or 1, 1), pages)
    return Page(rows[(number - 1) * size : number * size], number, pages, len(rows))
