"""Settings from the environment; every one is described in docs/settings.md."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from examapp.core.ease import DEFAULT_PRIOR, EasePrior, read_prior

PREFIX = "EXAMAPP_"
ROOT = Path(__file__).resolve().parent.parent


class UnsafeSettingError(Exception):
    """A setting with which the server must not run; the message says what to do."""


@dataclass(frozen=True)
class Settings:
    """How the platform runs here.

    database_url    SQLAlchemy address; SQLite file under `instance` unless given
    secret_key      signs cookies; kept in `instance` unless given
    instance        folder for the database, keys, checkpoints and compiled translations
    content         folder of guides, registers and policy packs
    question_bank   folder of authored items
    https           cookies only over HTTPS
    trusted_proxies how many proxies in front set X-Forwarded-For and -Proto
    policy          code of the policy pack for the yearly sheet
    sealing_key     seals what is secret before an exam; kept in `instance` unless given
    ease            expected share of right answers by band, and the weight of that expectation
    """

    database_url: str
    secret_key: str
    instance: Path
    content: Path
    question_bank: Path
    https: bool
    trusted_proxies: int
    policy: str
    sealing_key: bytes
    ease: EasePrior = DEFAULT_PRIOR


def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; UnsafeSettingError where one is unusable."""

    def get(name: str, default: str) -> str:
        return environ.get(PREFIX + name, default)

    instance = Path(get("INSTANCE", str(ROOT / "instance"))).resolve()
    database_url = get("DATABASE_URL", f"sqlite:///{instance / 'examapp.db'}")
    return Settings(
        database_url=_psycopg(database_url),
        secret_key=get("SECRET_KEY", "") or _kept_key(instance),
        instance=instance,
        content=Path(get("CONTENT", str(ROOT / "content"))),
        question_bank=Path(get("QUESTION_BANK", str(ROOT / "question_bank"))),
        https=get("HTTPS", "0") == "1",
        trusted_proxies=_whole(get("TRUSTED_PROXIES", "0"), "TRUSTED_PROXIES"),
        policy=get("POLICY", "bureau-a"),
        sealing_key=_sealing_key(get("SEALING_KEY", ""), instance),
        ease=_ease(get("EASE", ""), get("EASE_WEIGHT", str(DEFAULT_PRIOR.weight))),
    )


def _psycopg(url: str) -> str:
    """PostgreSQL is reached with psycopg 3, however the address begins."""
    for scheme in ("postgres://", "postgresql://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    return url


def _whole(text: str, name: str) -> int:
    if not text.isdigit():
        raise UnsafeSettingError(f"{PREFIX}{name} is a whole number, not {text!r}")
    return int(text)


def _kept_key(instance: Path) -> str:
    """The key of this installation that signs cookies."""
    return _kept(instance / "secret_key")


def _sealing_key(given: str, instance: Path) -> bytes:
    """The key that seals columns: never in the database, or a dump would tell it."""
    return hashlib.sha256((given or _kept(instance / "keys" / "sealing.key")).encode()).digest()


def _kept(path: Path) -> str:
    """A secret made once; only its owner may read it, and nobody ever sees half of it."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, written = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):  # another process was first: its key holds
            os.link(written, path)
        os.unlink(written)
    return path.read_text().strip()


def _ease(text: str, weight: str) -> EasePrior:
    """Three percentages, easy first, such as 85,65,45."""
    try:
        return read_prior(text, weight) if text else read_prior(DEFAULT_PRIOR.spelled, weight)
    except ValueError as error:
        raise UnsafeSettingError(f"{PREFIX}EASE and {PREFIX}EASE_WEIGHT: {error}") from error


def check(settings: Settings) -> None:
    """Raise UnsafeSettingError for settings that would endanger what is kept here."""
    if len(settings.secret_key) < 32:
        raise UnsafeSettingError(f"{PREFIX}SECRET_KEY needs at least 32 characters")
    given = os.environ.get(f"{PREFIX}SEALING_KEY", "")
    if given and len(given) < 32:
        raise UnsafeSettingError(f"{PREFIX}SEALING_KEY needs at least 32 characters")
    if settings.database_url.startswith("sqlite") and ":memory:" in settings.database_url:
        raise UnsafeSettingError(
            f"{PREFIX}DATABASE_URL names a database in memory: all would be lost"
        )
