"""The first administrator of a new installation comes in by a one-time link."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from examapp.core.people import Role, require_strong
from examapp.core.refusals import NotFound
from examapp.services.people.accounts import NewPerson, add
from examapp.services.people.signing_in import set_password
from examapp.store.people import SetupLink, Unit, User, UserRole

LASTS = timedelta(hours=24)


def needed(db: Session) -> bool:
    """Whether nobody administers this installation yet."""
    return not db.scalar(select(exists().where(UserRole.role == Role.ADMIN)))


def new_link(db: Session, *, now: datetime) -> str:
    """A secret for the link, valid for a day; only its digest is kept."""
    token = secrets.token_urlsafe(24)
    db.add(SetupLink(token_digest=_digest(token), expires_at=now + LASTS))
    return token


def require_valid(db: Session, token: str, *, now: datetime) -> None:
    """Raise NotFound unless the link can still be used."""
    fits = exists().where(
        SetupLink.token_digest == _digest(token),
        SetupLink.used_at.is_(None),
        SetupLink.expires_at > now,
    )
    if not needed(db) or not db.scalar(select(fits)):
        raise NotFound()


def first_administrator(
    db: Session, token: str, *, unit: str, username: str, name: str, password: str, now: datetime
) -> User:
    """Use the link up: the bureau's top unit (if there is none) and its administrator."""
    require_valid(db, token, now=now)
    require_strong(password, username)
    used = db.execute(
        update(SetupLink)
        .where(SetupLink.token_digest == _digest(token), SetupLink.used_at.is_(None))
        .values(used_at=now)
        .returning(SetupLink.id)
    ).first()
    if used is None:
        raise NotFound()
    top = db.scalar(select(Unit).where(Unit.parent_id.is_(None)))
    if top is None:
        top = Unit(code="top", name=unit)
        db.add(top)
        db.flush()
    new = NewPerson(username, name, top.id, "", "staff", "civil-servants", frozenset({Role.ADMIN}))
    user, _ = add(db, new, by=None, now=now)
    set_password(user, password)
    user.must_change_password = False
    user.initial_expires_at = None
    return user


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
