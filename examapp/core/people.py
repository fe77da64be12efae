"""Who people are to the platform: roles, rank bands and audiences, and what excludes what."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from examapp.core.refusals import N_, RuleBroken


class Role(StrEnum):
    """What a person may do; one person may hold several."""

    CADRE = "cadre"
    TRAINER = "trainer"
    PERSONNEL = "personnel"
    ADMIN = "admin"
    AUDITOR = "auditor"


class RankBand(StrEnum):
    """Where a person stands: leading cadre or staff."""

    LEADING = "leading"
    STAFF = "staff"


class Audience(StrEnum):
    """For whom a text or an exam is meant (R1, R48)."""

    LEADING_CADRES = "leading-cadres"
    CIVIL_SERVANTS = "civil-servants"
    ENFORCEMENT = "enforcement"
    SUPPORT = "support"


class RolesClash(RuleBroken):
    """Nobody both administers and audits: the record would be watched by whom it watches."""

    code = "roles_clash"
    words = N_("One person cannot be both administrator and auditor.")


def require_separation(roles: Iterable[Role]) -> None:
    """Raise RolesClash where the roles together break the separation of duties."""
    if {Role.ADMIN, Role.AUDITOR} <= set(roles):
        raise RolesClash()


PASSWORD_MIN = 10
PASSWORD_MAX = 128


class WeakPassword(RuleBroken):
    """Too short, too long, too plain, or the name itself."""

    code = "weak_password"
    words = N_(
        "Choose a password of %(least)s to %(most)s characters, with at least four different "
        "ones, that does not contain your user name."
    )


def require_strong(password: str, username: str) -> None:
    """Raise WeakPassword; length counts, as NIST SP 800-63B has it, not composition."""
    wrong_length = not PASSWORD_MIN <= len(password) <= PASSWORD_MAX
    plain = len(set(password)) < 4 or (username and username.lower() in password.lower())
    if wrong_length or plain:
        raise WeakPassword(least=PASSWORD_MIN, most=PASSWORD_MAX)
