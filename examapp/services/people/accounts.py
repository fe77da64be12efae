"""Adding people, changing their roles and units, one-time passwords, disabling."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from examapp.core.ledger import Event
from examapp.core.people import Role, require_separation
from examapp.core.refusals import N_, NotFound, RuleBroken
from examapp.services.ledger import record
from examapp.services.people.persons import Person
from examapp.services.people.signing_in import INITIAL_LASTS, fold, set_password
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


def one_time_password() -> str:
    """Four groups of four signs that can be read aloud; 79 bits."""
    signs = "".join(secrets.choice(_PLAIN) for _ in range(16))
    return "-".join(signs[i : i + 4] for i in range(0, 16, 4))


def add(db: Session, new: NewPerson, *, by: Person | None, now: datetime) -> tuple[User, str]:
    """Add a person with a one-time password, which is returned and kept nowhere.

    Raises NameTaken or RolesClash.
    """
    username = fold(new.username)
    require_separation(new.roles)
    if db.scalar(select(User.id).where(User.username == username)):
        raise NameTaken(username=username)
    password = one_time_password()
    user = User(
        username=username,
        name=new.name.strip(),
        unit_id=new.unit_id,
        post=new.post,
        rank_band=new.rank_band,
        audience=new.audience,
        created_at=now,
        must_change_password=True,
        initial_expires_at=now + INITIAL_LASTS,
        roles=[UserRole(role=str(role)) for role in sorted(new.roles)],
    )
    set_password(user, password)
    db.add(user)
    db.flush()
    facts = {"roles": sorted(map(str, new.roles)), "unit": _unit_code(db, new.unit_id)}
    record(db, Event.USER_ADDED, user.public_id, facts, actor=by.public_id if by else None, now=now)
    return user, password


def change_roles(
    db: Session, user: User, roles: Iterable[Role], *, by: Person | None, now: datetime
) -> None:
    """Replace the roles; the person's sessions end. Raises RolesClash or LastAdministrator."""
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
    password = one_time_password()
    set_password(user, password)
    user.must_change_password = True
    user.initial_expires_at = now + INITIAL_LASTS
    # Counts as a right try, so that earlier guesses by strangers no longer hold the person up.
    db.add(SignInTry(account=user.username, device="", address="", at=now, right=True))
    record(
        db, Event.PASSWORD_RESET, user.public_id, {}, actor=by.public_id if by else None, now=now
    )
    return password


def by_public_id(db: Session, public_id: str) -> User:
    """Anybody at all, for administrators; NotFound where there is nobody."""
    user = db.scalar(select(User).where(User.public_id == public_id))
    if user is None:
        raise NotFound()
    return user


def _require_another_administrator(db: Session, user: User) -> None:
    others = db.scalar(
        select(User.id)
        .join(UserRole)
        .where(UserRole.role == Role.ADMIN, User.id != user.id, User.disabled_at.is_(None))
        .limit(1)
    )
    if others is None:
        raise LastAdministrator()


def _unit_code(db: Session, unit_id: int) -> str:
    return db.get_one(Unit, unit_id).code
