"""The mark of this browser: which accounts signed in here, and which sitting it holds."""

from __future__ import annotations

from typing import Any

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from examapp.core.people import fold
from examapp.services.people.signing_in import device_digest
from examapp.store.base import new_public_id

COOKIE = "examapp_device"
YEAR = 365 * 24 * 3600
MOST_ACCOUNTS = 8


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="device")


def _mark() -> dict[str, Any]:
    try:
        mark = _signer().loads(request.cookies.get(COOKIE, ""))
    except BadSignature:
        return {"id": "", "of": []}
    return mark if isinstance(mark, dict) and {"id", "of"} <= set(mark) else {"id": "", "of": []}


def known_to(username: str) -> str:
    """The digest of this browser for an account that signed in here before; else ""."""
    mark, account = _mark(), fold(username)
    return device_digest(f"{mark['id']}:{account}") if account in mark["of"] else ""


def this_device() -> str:
    """The digest that marks this browser as the holder of a sitting."""
    return device_digest(_mark()["id"])


def remember(response: Response, username: str) -> None:
    """Mark this browser as one that the account knows."""
    mark, account = _mark(), fold(username)
    others = [name for name in mark["of"] if name != account]
    fresh = {"id": mark["id"] or new_public_id(), "of": [account, *others][:MOST_ACCOUNTS]}
    response.set_cookie(
        COOKIE,
        str(_signer().dumps(fresh)),
        max_age=YEAR,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
