"""Adding people, changing their roles and units, one-time passwords, disabling."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from examapp.core.ledger import Event
from examapp.core.people import Role, fold, require_separation
from examapp.core.refusals import N_, NotFound, RuleBroken
from examapp.services.ledger import record
from examapp.services.people.persons import Person
from examapp.services.people.signing_in import HASHER, INITIAL_LASTS
from examapp.store.base import new_public_id
from examapp.store.people import SignInTry, Unit, User, UserRole

_PLAIN = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks like something else on paper


class NameTaken(RuleBroken):
    """User names are unique."""

    code = "name_taken"
    words = N_("There is already somebody with the user name %(username)s.")


class LastAdministrator(RuleBroken):
    """Somebody must be able to let others in."""

    code = "last_administrator"
    words = N_("This is the last administrator; name another one first.")


@dataclass(frozen=True)
class NewPerson:
    """What is needed to add somebody."""

    username: str
    name: str
    unit_id: int
    post: str
    rank_band: str
    audience: str
    roles: frozenset[Role]


@dataclass(frozen=True)
class OneTime:
    """A password that somebody is given on paper, and the hash of it, which is all that stays."""

    password: str
    hash: str


def one_time() -> OneTime:
    """Four groups of four signs that can be read aloud; 79 bits."""
    signs = "".join(secrets.choice(_PLAIN) for _ in range(16))
    password = "-".join(signs[i : i + 4] for i in range(0, 16, 4))
    return OneTime(password, HASHER.hash(password))


def add(
    db: Session, new: NewPerson, *, by: Person | None, now: datetime, given: OneTime | None = None
) -> tuple[User, str]:
    """Add a person with a one-time password, which is returned and kept nowhere.

    Raises NameTaken, NoRole or RolesClash.
    """
    username = fold(new.username)
    require_separation(new.roles)
    if db.scalar(select(User.id).where(User.username == username)):
        raise NameTaken(username=username)
    given = given or one_time()
    user = User(
        username=username,
        name=new.name.strip(),
        unit_id=new.unit_id,
        post=new.post,
        rank_band=new.rank_band,
        audience=new.audience,
        created_at=now,
        password_hash=given.hash,
        must_change_password=True,
        initial_expires_at=now + INITIAL_LASTS,
        roles=[UserRole(role=str(role)) for role in sorted(new.roles)],
    )
    try:
        with db.begin_nested():
            db.add(user)
    except IntegrityError:  # somebody added the same name in this very moment
        raise NameTaken(username=username) from None
    facts = {"roles": sorted(map(str, new.roles)), "unit": _unit_code(db, new.unit_id)}
    record(db, Event.USER_ADDED, user.public_id, facts, actor=by.public_id if by else None, now=now)
    return user, given.password


@dataclass(frozen=True)
class Details:
    """Everything about a person that an administrator edits on one page."""

    name: str
    unit_id: int
    post: str
    rank_band: str
    audience: str
    roles: frozenset[Role]


def edit(db: Session, user: User, wanted: Details, *, by: Person, now: datetime) -> None:
    """Change what differs; every change of weight is recorded.

    Raises NoRole, RolesClash or LastAdministrator before anything is changed.
    """
    change_roles(db, user, wanted.roles, by=by, now=now)
    move(db, user, wanted.unit_id, by=by, now=now)
    changed: dict[str, object] = {}
    for field in ("post", "rank_band", "audience"):
        old, new = getattr(user, field), getattr(wanted, field)
        if old != new:
            changed[field] = {"from": old, "to": new}
            setattr(user, field, new)
    if user.name != wanted.name.strip():
        changed["name"] = "changed"  # the record outlives the person's file: no names in it
        user.name = wanted.name.strip()
    if changed:
        record(db, Event.DETAILS_CHANGED, user.public_id, changed, actor=by.public_id, now=now)


def change_roles(
    db: Session, user: User, roles: Iterable[Role], *, by: Person | None, now: datetime
) -> None:
    """Replace the roles; the person's sessions end.

    Raises NoRole, RolesClash or LastAdministrator.
    """
    wanted = frozenset(roles)
    held = frozenset(Role(role.role) for role in user.roles)
    if wanted == held:
        return
    require_separation(wanted)
    if Role.ADMIN in held - wanted:
        _require_another_administrator(db, user)
    db.execute(delete(UserRole).where(UserRole.user_id == user.id))
    db.flush()
    db.expire(user, ["roles"])
    db.add_all(UserRole(user_id=user.id, role=str(role)) for role in sorted(wanted))
    user.session_stamp = new_public_id()
    facts = {"from": sorted(map(str, held)), "to": sorted(map(str, wanted))}
    record(
        db, Event.ROLES_CHANGED, user.public_id, facts, actor=by.public_id if by else None, now=now
    )
    db.flush()


def move(db: Session, user: User, unit_id: int, *, by: Person, now: datetime) -> None:
    """Put the person into another unit; acts on the next request."""
    if unit_id == user.unit_id:
        return
    facts = {"from": _unit_code(db, user.unit_id), "to": _unit_code(db, unit_id)}
    user.unit_id = unit_id
    user.session_stamp = new_public_id()
    record(db, Event.UNIT_CHANGED, user.public_id, facts, actor=by.public_id, now=now)


def disable(db: Session, user: User, *, by: Person, now: datetime) -> None:
    """Shut the person out from the next request on; nothing of theirs is deleted."""
    if user.disabled_at:
        return
    if any(role.role == Role.ADMIN for role in user.roles):
        _require_another_administrator(db, user)
    user.disabled_at = now
    user.session_stamp = new_public_id()
    record(db, Event.USER_DISABLED, user.public_id, {}, actor=by.public_id, now=now)


def enable(db: Session, user: User, *, by: Person, now: datetime) -> None:
    """Let a disabled person in again."""
    if user.disabled_at is None:
        return
    user.disabled_at = None
    record(db, Event.USER_ENABLED, user.public_id, {}, actor=by.public_id, now=now)


def reset_password(db: Session, user: User, *, by: Person | None, now: datetime) -> str:
    """A new one-time password, returned and kept nowhere; all sessions end."""
    given = one_time()
    user.password_hash = given.hash
    user.session_stamp = new_public_id()
    user.must_change_password = True
    user.initial_expires_at = now + INITIAL_LASTS
    # Counts as a right try, so that earlier guesses by strangers no longer hold the person up.
    db.add(SignInTry(account=user.username, device="", address="", at=now, right=True))
    record(
        db, Event.PASSWORD_RESET, user.public_id, {}, actor=by.public_id if by else None, now=now
    )
    return given.password


def by_public_id(db: Session, public_id: str) -> User:
    """Anybody at all, for administrators; NotFound where there is nobody."""
    user = db.scalar(select(User).where(User.public_id == public_id))
    if user is None:
        raise NotFound()
    return user


def _require_another_administrator(db: Session, user: User) -> None:
    # Locked, so that two administrators who remove each other wait for one another.
    administrators = db.scalars(
        select(User.id)
        .join(UserRole)
        .where(UserRole.role == Role.ADMIN, User.disabled_at.is_(None))
        .order_by(User.id)
        .with_for_update()
    ).all()
    if not set(administrators) - {user.id}:
        raise LastAdministrator()


def _unit_code(db: Session, unit_id: int) -> str:
    return db.get_one(Unit, unit_id).code


def by_username(db: Session, username: str) -> User:
    """Somebody by user name, for commands; NotFound where there is nobody."""
    user = db.scalar(select(User).where(User.username == fold(username)))
    if user is None:
        raise NotFound()
    return user
