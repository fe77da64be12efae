"""Signed checkpoints of the ledger: small files to be kept where the database is not."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from examapp.core.canonical import canonical

ALGORITHM = "Ed25519"


class BadCheckpointError(Exception):
    """The file is not a checkpoint, or its signature does not fit."""


def signing_key(folder: Path) -> Ed25519PrivateKey:
    """The installation's key, made once; only its owner may read it."""
    path = folder / "checkpoint.pem"
    folder.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _write_new(path, Ed25519PrivateKey.generate())
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise BadCheckpointError(f"{path} holds no {ALGORITHM} key")
    return key


def _write_new(path: Path, key: Ed25519PrivateKey) -> None:
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def signed(facts: dict[str, Any], key: Ed25519PrivateKey) -> str:
    """The text of a checkpoint file; algorithm, key id and public key stand in it."""
    public = _raw(key.public_key())
    body = facts | {
        "algorithm": ALGORITHM,
        "key_id": hashlib.sha256(public).hexdigest()[:16],
        "public_key": public.hex(),
    }
    body["signature"] = key.sign(canonical(body)).hex()
    return json.dumps(body, indent=2) + "\n"


def read(path: Path, *, key: Ed25519PrivateKey | None = None) -> dict[str, Any]:
    """A checkpoint whose signature fits; with `key`, it must be signed by it.

    Raises BadCheckpointError.
    """
    try:
        body: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        signature = bytes.fromhex(body.pop("signature"))
        public = bytes.fromhex(body["public_key"])
        if body["algorithm"] != ALGORITHM:
            raise BadCheckpointError(f"{path}: unknown algorithm {body['algorithm']!r}")
        Ed25519PublicKey.from_public_bytes(public).verify(signature, canonical(body))
        number, digest = int(body["number"]), str(body["digest"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadCheckpointError(f"{path} is not a checkpoint: {error}") from error
    except InvalidSignature as error:
        raise BadCheckpointError(f"{path}: the signature does not fit: altered") from error
    if key is not None and public != _raw(key.public_key()):
        raise BadCheckpointError(f"{path}: signed by another key than this installation's")
    return body | {"number": number, "digest": digest}
