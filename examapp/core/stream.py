"""Our own documented stream of chance: SHA-256 in counter mode with rejection sampling."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


class Stream:
    """Numbers that depend on the key alone, the same in every language (docs/lottery.md).

    Block i is SHA-256(key ‖ i as 8 bytes, big-endian); it gives four 64-bit numbers,
    big-endian, in order.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._counter = 0
        self._words: list[int] = []

    @classmethod
    def of(cls, seed: bytes, *labels: str) -> Stream:
        """The stream of a seed for a purpose; labels are joined by a zero byte."""
        return cls(hashlib.sha256(seed + b"\0" + "\0".join(labels).encode()).digest())

    def word(self) -> int:
        """The next 64-bit number."""
        if not self._words:
            block = hashlib.sha256(self._key + self._counter.to_bytes(8, "big")).digest()
            self._words = [int.from_bytes(block[i : i + 8], "big") for i in (24, 16, 8, 0)]
            self._counter += 1
        return self._words.pop()

    def below(self, bound: int) -> int:
        """A number from 0 to bound - 1, every one equally likely; bound is at least 1."""
        limit = (1 << 64) - (1 << 64) % bound
        while (word := self.word()) >= limit:
            pass
        return word % bound

    def shuffle(self, things: Sequence[T]) -> list[T]:
        """Fisher and Yates from the last place down to the second."""
        order = list(things)
        for last in range(len(order) - 1, 0, -1):
            other = self.below(last + 1)
            order[last], order[other] = order[other], order[last]
        return order

    def picking(self, things: Sequence[T]) -> Iterator[T]:
        """The things one by one in random order, each costing the same however many there are.

        A Fisher-Yates shuffle from the front that keeps only the places it moved.
        """
        moved: dict[int, int] = {}
        for place in range(len(things)):
            other = place + self.below(len(things) - place)
            yield things[moved.get(other, other)]
            moved[other] = moved.get(place, place)
