"""Coming in with a password, and everything that ends a session."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from examapp.core import throttle
from examapp.core.people import SamePassword, fold, require_strong
from examapp.core.refusals import N_, RuleBroken
from examapp.services.people.persons import Person, by_id
from examapp.store.base import new_public_id
from examapp.store.people import SignInTry, User

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODYS_HASH = HASHER.hash("nobody has this password")
INITIAL_LASTS = timedelta(days=30)
OWN_ACCOUNT = "own account"  # where others would have a device: tries at the present password


class WrongPassword(RuleBroken):
    """Name and password do not fit together; which of the two is wrong is not said."""

    code = "wrong_password"
    words = N_("The user name and the password do not fit together.")


class InitialExpired(RuleBroken):
    """A one-time password holds for thirty days."""

    code = "initial_expired"
    words = N_("This one-time password has expired. Ask your administrator for a new one.")


@dataclass(frozen=True)
class SignInResult:
    """What became of a try: a person, or the refusal; the try is on record either way.

    The caller commits before it raises `refusal`, so that a wrong try is never forgotten.
    """

    person: Person | None
    refusal: RuleBroken | None


def sign_in(
    db: Session, username: str, password: str, *, address: str, device: str, now: datetime
) -> SignInResult:
    """Check a password under the throttle; `device` is "" unless the account knows it."""
    account = fold(username)
    # Tries at one account wait for one another: guesses in parallel would be counted too late.
    lock = select(User.id).where(User.username == account).with_for_update(key_share=True)
    db.execute(lock)
    try:
        throttle.require_may_try(
            _failures(db, account, device, now),
            address_failures=_address_failures(db, address, now),
            known_device=bool(device),
            now=now,
        )
    except throttle.TooManyTries as refusal:
        return SignInResult(None, refusal)
    user = db.scalar(select(User).where(User.username == account, User.disabled_at.is_(None)))
    right = _verify(user, password)
    db.add(SignInTry(account=account, device=device, address=address, at=now, right=right))
    if user is None or not right:
        return SignInResult(None, WrongPassword())
    if user.must_change_password and user.initial_expires_at and now >= user.initial_expires_at:
        return SignInResult(None, InitialExpired())
    if user.password_hash and HASHER.check_needs_rehash(user.password_hash):
        user.password_hash = HASHER.hash(password)
    _forget_old_tries(db, account, now)
    return SignInResult(by_id(db, user.id), None)


def _verify(user: User | None, password: str) -> bool:
    """An unknown name costs the same time as a known one."""
    try:
        HASHER.verify(
            user.password_hash if user and user.password_hash else _NOBODYS_HASH, password
        )
    except (VerificationError, InvalidHashError):
        return False
    return user is not None and user.password_hash is not None


def _failures(db: Session, account: str, device: str, now: datetime) -> list[datetime]:
    """Wrong tries of the account on this device (or on unknown ones) since the last right one."""
    tries = db.execute(
        select(SignInTry.at, SignInTry.right)
        .where(
            SignInTry.account == account,
            SignInTry.device == device,
            SignInTry.at > now - throttle.MEMORY,
        )
        .order_by(SignInTry.at.desc(), SignInTry.id.desc())
        .limit(throttle.MOST_TRIES)
    ).all()
    failed: list[datetime] = []
    for at, right in tries:
        if right:
            break
        failed.append(at)
    return failed


def _forget_old_tries(db: Session, account: str, now: datetime) -> None:
    old = SignInTry.at <= now - throttle.MEMORY
    db.execute(delete(SignInTry).where(SignInTry.account == account, old))


def _address_failures(db: Session, address: str, now: datetime) -> int:
    return (
        db.scalar(
            select(func.count()).where(
                SignInTry.address == address,
                SignInTry.right.is_(False),
                SignInTry.at > now - throttle.ADDRESS_MEMORY,
            )
        )
        or 0
    )


def device_digest(token: str) -> str:
    """What is kept of a device's cookie."""
    return hashlib.sha256(token.encode()).hexdigest()[:32]


def require_own_password(db: Session, person: Person, password: str, *, now: datetime) -> User:
    """Ask somebody who is signed in for their password again, under the throttle.

    Raises TooManyTries, or WrongPassword (which the caller must commit: the try counts).
    """
    user = db.get_one(User, person.id, with_for_update={"key_share": True})
    failures = _failures(db, user.username, OWN_ACCOUNT, now)
    throttle.require_may_try(failures, address_failures=0, known_device=True, now=now)
    right = _verify(user, password)
    db.add(SignInTry(account=user.username, device=OWN_ACCOUNT, address="", at=now, right=right))
    if not right:
        raise WrongPassword()
    return user


def change_password(db: Session, person: Person, old: str, new: str, *, now: datetime) -> str:
    """Set a password of one's own; every session but this one ends. Returns the new stamp.

    Raises WrongPassword (which the caller must commit: the try counts), TooManyTries,
    SamePassword or WeakPassword.
    """
    user = require_own_password(db, person, old, now=now)
    if new == old:
        raise SamePassword()
    require_strong(new, user.username)
    set_password(user, new)
    user.must_change_password = False
    user.initial_expires_at = None
    return user.session_stamp


def set_password(user: User, password: str) -> None:
    """Store the hash; all sessions of the person end."""
    user.password_hash = HASHER.hash(password)
    user.session_stamp = new_public_id()


def sign_out_everywhere(db: Session, person: Person) -> None:
    """Every session of the person ends on its next request."""
    db.get_one(User, person.id).session_stamp = new_public_id()


def prefer_language(db: Session, person: Person, locale: str) -> None:
    """Remember the language that the person chose."""
    db.get_one(User, person.id).locale = locale
