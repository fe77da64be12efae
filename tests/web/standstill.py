"""Time that stands still and chance that repeats itself, for comparing answers byte by byte."""

from __future__ import annotations

import hashlib
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import pytest

from examapp import clock
from tests.bureau import MINUTE, NOW


class Chance:
    """Chance that repeats itself: both bureaus draw the same ids, seeds and serials."""

    def __init__(self) -> None:
        self.begin(0)

    def begin(self, at: int) -> None:
        self.numbers = count(at)

    def install(self, patch: pytest.MonkeyPatch) -> None:
        patch.setattr(secrets, "token_urlsafe", lambda _n=0: f"id{next(self.numbers):014d}")
        patch.setattr(secrets, "token_hex", lambda n=16: f"{next(self.numbers):0{2 * n}d}")
        patch.setattr(secrets, "token_bytes", self._bytes)
        patch.setattr(secrets, "choice", lambda signs: signs[next(self.numbers) % len(signs)])
        patch.setattr(secrets, "randbelow", lambda most: next(self.numbers) % most)

    def _bytes(self, _length: int = 32) -> bytes:
        return hashlib.sha256(str(next(self.numbers)).encode()).digest()


CHANCE = Chance()


@contextmanager
def frozen() -> Iterator[None]:
    """Ten minutes past NOW, wherever the platform looks at its clock."""
    with pytest.MonkeyPatch.context() as patch:
        real = clock.now
        for module in [m for name, m in sys.modules.items() if name.startswith("examapp.")]:
            for name in [n for n, value in vars(module).items() if value is real]:
                patch.setattr(module, name, lambda: NOW + 10 * MINUTE)
        CHANCE.install(patch)
        yield
