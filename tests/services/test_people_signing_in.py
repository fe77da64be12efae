"""Guessing stops, the person gets in all the same, and a password changed ends other sessions."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from examapp.core import throttle
from examapp.core.people import SamePassword, WeakPassword
from examapp.core.throttle import TooManyTries
from examapp.services.people import accounts, signing_in
from examapp.services.people.persons import by_id, with_stamp
from examapp.services.people.signing_in import WrongPassword, change_password, sign_in
from examapp.store.people import SignInTry
from tests.bureau import NOW, make_person, make_user

RIGHT = "correct horse 9"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _cheap_hashing(monkeypatch):
    """Hundreds of tries: the rules under test do not depend on the cost of the hash."""
    cheap = signing_in.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(signing_in, "HASHER", cheap)
    monkeypatch.setattr(signing_in, "_NOBODYS_HASH", cheap.hash("nobody"))


@pytest.fixture
def li(db):
    user = make_user(db, "li")
    signing_in.set_password(user, RIGHT)
    db.flush()
    return user


def attempt(db, password=RIGHT, *, username="li", device="", address="10.0.0.9", now=NOW):
    return sign_in(db, username, password, address=address, device=device, now=now)


def code(result) -> str:
    return result.refusal.code if result.refusal else ""


def guess(db, times: int, *, now=NOW, **where) -> None:
    """Wrong tries as fast as the pauses allow."""
    for _ in range(times):
        while code(attempt(db, "wrong guess", now=now, **where)) == "too_many_tries":
            now += throttle.LONGEST_WAIT


def test_guessing_is_held_up_and_even_the_right_password_waits(db, li):
    for _ in range(throttle.FREE_TRIES):
        assert code(attempt(db, "wrong guess")) == "wrong_password"
    assert code(attempt(db)) == "too_many_tries"
    assert attempt(db, now=NOW + 2 * timedelta(seconds=1)).person


def test_a_try_that_was_not_looked_at_is_not_counted(db, li):
    for _ in range(20):
        attempt(db, "wrong guess")
    count = db.scalar(select(func.count()).select_from(SignInTry))
    assert count == throttle.FREE_TRIES


def test_at_most_a_hundred_tries_count_against_an_account(db, li):
    guess(db, throttle.MOST_TRIES)
    for days in (1, 10, 29):
        assert code(attempt(db, now=NOW + days * DAY)) == "too_many_tries"
    looked_at = db.scalar(select(func.count()).select_from(SignInTry))
    assert looked_at == throttle.MOST_TRIES


def test_on_exam_day_the_persons_own_device_is_not_held_up(db, li):
    guess(db, throttle.MOST_TRIES)
    assert attempt(db, device="own device", now=NOW + DAY).person


def test_a_known_device_has_a_count_of_its_own(db, li):
    for _ in range(throttle.FREE_TRIES):
        attempt(db, "wrong guess", device="own device")
    assert code(attempt(db, device="own device")) == "too_many_tries"
    assert attempt(db, device="").person


def test_a_right_password_begins_the_count_anew(db, li):
    for _ in range(3):
        for _ in range(throttle.FREE_TRIES - 1):
            assert code(attempt(db, "wrong guess")) == "wrong_password"
        assert attempt(db).person


def test_a_new_one_time_password_opens_an_account_that_was_guessed_at(db, li):
    guess(db, throttle.MOST_TRIES)
    later = NOW + DAY
    password = accounts.reset_password(db, li, by=None, now=later)
    assert attempt(db, password, now=later).person


def test_an_address_that_tries_many_accounts_is_stopped(db, li):
    for number in range(throttle.ADDRESS_TRIES):
        attempt(db, "wrong guess", username=f"user{number}", address="10.9.9.9")
    assert code(attempt(db, address="10.9.9.9")) == "too_many_tries"
    assert attempt(db, address="10.9.9.9", device="own device").person
    assert attempt(db, address="10.0.0.9").person


def test_an_unknown_name_is_refused_in_the_same_words(db, li):
    assert code(attempt(db, username="nobody")) == code(attempt(db, "wrong guess"))


def test_a_disabled_person_cannot_be_told_from_an_unknown_name(db, li):
    li.disabled_at = NOW
    assert code(attempt(db)) == "wrong_password"


def test_tries_older_than_the_memory_are_forgotten_at_the_next_sign_in(db, li):
    attempt(db, "wrong guess")
    attempt(db, now=NOW + throttle.MEMORY)
    assert db.scalar(select(func.count()).select_from(SignInTry)) == 1


def test_a_new_password_ends_every_other_session(db, li):
    stamp = li.session_stamp
    fresh = change_password(db, by_id(db, li.id), RIGHT, "quite another horse", now=NOW)
    db.flush()
    assert with_stamp(db, li.public_id, stamp) is None
    assert with_stamp(db, li.public_id, fresh)
    assert attempt(db, "quite another horse").person


@pytest.mark.parametrize(
    ("old", "new", "refusal"),
    [
        ("wrong guess", "quite another horse", WrongPassword),
        (RIGHT, RIGHT, SamePassword),
        (RIGHT, "short", WeakPassword),
    ],
)
def test_a_password_is_not_changed_without_the_old_one_nor_into_the_old_one(
    db, li, old, new, refusal
):
    with pytest.raises(refusal):
        change_password(db, by_id(db, li.id), old, new, now=NOW)
    assert attempt(db).person


def test_whoever_finds_an_open_session_cannot_guess_the_present_password(db, li):
    person = by_id(db, li.id)
    for _ in range(throttle.FREE_TRIES):
        with pytest.raises(WrongPassword):
            change_password(db, person, "wrong guess", "quite another horse", now=NOW)
    with pytest.raises(TooManyTries):
        change_password(db, person, RIGHT, "quite another horse", now=NOW)
    assert attempt(db).person


def test_signing_out_everywhere_ends_every_session(db):
    person = make_person(db, "wang")
    signing_in.sign_out_everywhere(db, person)
    db.flush()
    assert with_stamp(db, person.public_id, person.stamp) is None
