"""Who people are to the platform: roles, rank bands and audiences, and what excludes what."""

from __future__ import annotations

import re
import unicodedata
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


class NoRole(RuleBroken):
    """Somebody without a role could open no page at all."""

    code = "no_role"
    words = N_("Choose at least one role.")


def require_separation(roles: Iterable[Role]) -> None:
    """Raise NoRole or, where the roles break the separation of duties, RolesClash."""
    held = set(roles)
    if not held:
        raise NoRole()
    if {Role.ADMIN, Role.AUDITOR} <= held:
        raise RolesClash()


USERNAME_MOST = 40
NAME_MOST = 40
UNIT_NAME_MOST = 60
CODE_MOST = 40
_USERNAME = re.compile(rf"[\w.@-]{{2,{USERNAME_MOST}}}")
_CODE = re.compile(rf"[\w.-]{{1,{CODE_MOST}}}")


def fold(username: str) -> str:
    """User names are the same in any case, any width (ｌｉ is li) and with spaces around."""
    return unicodedata.normalize("NFKC", username).strip().casefold()


def is_username(folded: str) -> bool:
    """Whether a folded name can be a user name: letters (Chinese too), digits, . _ - and @."""
    return _USERNAME.fullmatch(folded) is not None


def is_code(code: str) -> bool:
    """Whether a text can be the code of a unit: letters, digits, . _ and -."""
    return _CODE.fullmatch(code) is not None


PASSWORD_MIN = 10
PASSWORD_MAX = 128
TELLING_NAME = 4  # a shorter user name inside a password gives nothing away


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
    named = len(username) >= TELLING_NAME and fold(username) in fold(password)
    plain = len(set(password)) < 4 or named
    if wrong_length or plain:
        raise WeakPassword(least=PASSWORD_MIN, most=PASSWORD_MAX)


class SamePassword(RuleBroken):
    """A one-time password stays one-time: it cannot be chosen again."""

    code = "same_password"
    words = N_("Choose a password other than the present one.")
