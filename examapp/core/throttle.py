"""How guessing of passwords is stopped without locking anybody out on exam day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from examapp.core.refusals import N_, RuleBroken

FREE_TRIES = 5
LONGEST_WAIT = timedelta(minutes=5)
MOST_TRIES = 100
MEMORY = timedelta(days=30)
ADDRESS_TRIES = 300
ADDRESS_MEMORY = timedelta(minutes=15)


class TooManyTries(RuleBroken):
    """Wait until `facts['until']`; a known device of the account is not held up."""

    code = "too_many_tries"
    words = N_("Too many wrong passwords. Please wait until %(until)s, then try again.")


def wait_after(failures: int) -> timedelta:
    """The pause after so many wrong passwords in a row: none for five, then doubling."""
    if failures < FREE_TRIES:
        return timedelta()
    return min(timedelta(seconds=2 ** min(failures - FREE_TRIES, 20)), LONGEST_WAIT)


def next_try_at(failed_at: Iterable[datetime]) -> datetime | None:
    """When the account may be tried again from an unknown device; None: at once.

    `failed_at` are the wrong tries since the last right one. At most MOST_TRIES count in
    MEMORY (NIST SP 800-63B, 3.2.2); past that only a known device or a new one-time
    password opens the account.
    """
    times = sorted(failed_at)
    if not times:
        return None
    if len(times) >= MOST_TRIES:
        return times[-MOST_TRIES] + MEMORY
    pause = wait_after(len(times))
    return times[-1] + pause if pause else None


def require_may_try(
    failed_at: Iterable[datetime], *, address_failures: int, known_device: bool, now: datetime
) -> None:
    """Raise TooManyTries when this try must not be looked at.

    A device on which the person signed in before has a count of its own, so a stranger's
    guesses never stop the person: that is what keeps exam day open.
    """
    until = next_try_at(failed_at)
    if until and now < until:
        raise TooManyTries(until=until)
    if address_failures >= ADDRESS_TRIES and not known_device:
        raise TooManyTries(until=now + ADDRESS_MEMORY)
