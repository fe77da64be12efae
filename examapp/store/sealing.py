"""Columns that stand sealed in the database: its files, dumps and backups do not tell them."""

from __future__ import annotations

import os
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Engine, LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

_MARK = b"sealed1"
_NONCE = 12


class SealedWithoutKeyError(Exception):
    """A sealed column was asked for on an engine that was not given the installation's key."""


class Sealed(TypeDecorator[bytes]):
    """Bytes under AES-256-GCM with a key that is kept outside the database.

    Bytes without our mark are given back as they stand: seeds of exams that were published
    before sealing.
    """

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        nonce = os.urandom(_NONCE)
        return _MARK + nonce + AESGCM(_key(dialect)).encrypt(nonce, value, _MARK)

    def process_result_value(self, value: Any, dialect: Dialect) -> bytes | None:
        if value is None or not bytes(value).startswith(_MARK):
            return None if value is None else bytes(value)
        sealed = bytes(value)[len(_MARK) :]
        return AESGCM(_key(dialect)).decrypt(sealed[:_NONCE], sealed[_NONCE:], _MARK)


def give_key(engine: Engine, key: bytes) -> None:
    """Let the engine's sealed columns be read and written with this key of 32 bytes."""
    engine.dialect.sealing_key = key  # type: ignore[attr-defined]


def _key(dialect: Dialect) -> bytes:
    key: bytes | None = getattr(dialect, "sealing_key", None)
    if key is None:
        raise SealedWithoutKeyError()
    return key
