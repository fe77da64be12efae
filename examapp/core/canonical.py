"""One byte string for one value: the form in which facts are digested and chained."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any


def plain(value: Any) -> Any:
    """The value in JSON's own types; raises TypeError for what has no exact form there.

    Fractions become "n/d" (or "n"), times RFC 3339 in UTC with microseconds, bytes hex.
    Floats are refused: no figure that is digested may be rounded.
    """
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if isinstance(value, (set, frozenset)):
        return sorted(plain(inner) for inner in value)
    raise TypeError(f"no canonical form for {type(value).__name__}")


def instant(moment: datetime) -> str:
    """An aware moment as UTC text with microseconds, so that text order is time order."""
    if moment.tzinfo is None:
        raise TypeError("a moment without a time zone has no canonical form")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def canonical(value: Any) -> bytes:
    """UTF-8 JSON with sorted keys and no white space."""
    text = json.dumps(plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def digest(value: Any) -> str:
    """SHA-256 of the canonical form, in lower-case hex."""
    return hashlib.sha256(canonical(value)).hexdigest()
