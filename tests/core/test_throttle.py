"""How long one waits after wrong passwords."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examapp.core import throttle
from examapp.core.throttle import TooManyTries, next_try_at, require_may_try, wait_after

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def wrong(count: int, last: datetime = NOW) -> list[datetime]:
    return [last - number * SECOND for number in range(count)]


def guess(failed: list[datetime], **fields: object) -> None:
    given = {"address_failures": 0, "known_device": False, "now": NOW + SECOND / 2, **fields}
    require_may_try(failed, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 0), (4, 0), (5, 1), (6, 2), (10, 32), (14, 300), (99, 300)]
)
def test_the_pause_doubles_up_to_five_minutes(failures, seconds):
    assert wait_after(failures) == timedelta(seconds=seconds)


def test_five_slips_of_the_finger_cost_nothing_the_sixth_waits():
    guess(wrong(4))
    with pytest.raises(TooManyTries) as refusal:
        guess(wrong(5))
    assert refusal.value.facts["until"] == NOW + SECOND


def test_after_the_pause_one_may_try_again():
    guess(wrong(5), now=NOW + SECOND)


def test_a_hundred_wrong_tries_close_the_account_until_the_first_is_forgotten():
    tries = wrong(100)
    assert next_try_at(tries) == min(tries) + throttle.MEMORY


def test_an_address_that_guesses_at_many_accounts_is_stopped_but_not_its_known_devices():
    with pytest.raises(TooManyTries):
        guess([], address_failures=throttle.ADDRESS_TRIES)
    guess([], address_failures=throttle.ADDRESS_TRIES, known_device=True)


@given(st.integers(1, 400))
def test_a_patient_guesser_never_gets_more_than_a_hundred_tries_in_the_memory(gap):
    """Whatever the pace: try, wait as told or longer, try again, for thirty days."""
    tries: list[datetime] = []
    now, end = NOW, NOW + throttle.MEMORY
    while now < end and len(tries) < 200:
        until = next_try_at([t for t in tries if t > now - throttle.MEMORY])
        if until and now < until:
            now = until
            continue
        tries.append(now)
        now += gap * SECOND
    assert len(tries) <= throttle.MOST_TRIES
