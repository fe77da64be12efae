"""Certificates: their serials, how long they hold, and what they are worth today."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from examapp.core.refusals import N_, RuleBroken

_ALPHABET = "0123456789ABCDEFGHJKMNPQRTVWXYZ"  # 31 signs: a prime, and none looks like another
RANDOM_PLACES = 10
_LOOKALIKES = str.maketrans("ILOS", "1105")


class Standing(StrEnum):
    """What a certificate is worth on a day."""

    VALID = "valid"
    NOT_YET = "not-yet"
    EXPIRED = "expired"
    REVOKED = "revoked"


class AlreadyRevoked(RuleBroken):
    """A certificate is revoked once."""

    code = "already_revoked"
    words = N_("This certificate has already been revoked.")


@dataclass(frozen=True)
class Validity:
    """First and last day on which a certificate holds, both included."""

    valid_from: date
    valid_until: date
    revoked: bool = False


def standing(certificate: Validity, today: date) -> Standing:
    """The standing on a day in the bureau's own time zone."""
    if certificate.revoked:
        return Standing.REVOKED
    if today < certificate.valid_from:
        return Standing.NOT_YET
    return Standing.VALID if today <= certificate.valid_until else Standing.EXPIRED


def valid_until(valid_from: date, years: int) -> date:
    """The last day of so many years: the day before the anniversary."""
    try:
        anniversary = valid_from.replace(year=valid_from.year + years)
    except ValueError:  # 29 February in a year without one
        anniversary = date(valid_from.year + years, 3, 1)
    return date.fromordinal(anniversary.toordinal() - 1)


def serial(year: int, number: int) -> str:
    """A serial that cannot be guessed or counted: year, ten random places, check character.

    `number` is drawn at random below serial_space() by the caller.
    """
    if not 0 <= number < serial_space():
        raise ValueError("the random part of a serial lies below serial_space()")
    base, places = len(_ALPHABET), ""
    for _ in range(RANDOM_PLACES):
        number, digit = divmod(number, base)
        places = _ALPHABET[digit] + places
    body = f"{year:04d}{places}"
    return f"{year:04d}-{places[:5]}-{places[5:]}-{_check(body)}"


def serial_space() -> int:
    """How many different random parts there are in a year."""
    space: int = len(_ALPHABET) ** RANDOM_PLACES
    return space


def normal(text: str) -> str | None:
    """A serial as typed by hand in its printed form, or None where the check does not fit.

    Spaces, dashes, lower case and full-width signs of a Chinese keyboard are forgiven; I and L
    are read as 1, O as 0, S as 5.
    """
    typed = unicodedata.normalize("NFKC", text).upper()
    bare = "".join(c for c in typed if c.isalnum()).translate(_LOOKALIKES)
    if len(bare) != 4 + RANDOM_PLACES + 1 or any(c not in _ALPHABET for c in bare):
        return None
    if _check(bare[:-1]) != bare[-1]:
        return None
    return f"{bare[:4]}-{bare[4:9]}-{bare[9:14]}-{bare[14]}"


def _check(body: str) -> str:
    """A weighted sum modulo a prime: catches any one wrong sign and any two that changed places.

    The weights 1 to 14 differ from each other, from 0 and from -1 modulo 31, so that no
    such slip leaves the sum as it was, not even one with the check sign itself.
    """
    total = sum((place + 1) * _ALPHABET.index(char) for place, char in enumerate(body))
    return _ALPHABET[total % len(_ALPHABET)]
