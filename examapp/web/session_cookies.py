"""Flask's signed session cookies, each verified once: every save brings the same cookie again."""

from __future__ import annotations

import time
from copy import deepcopy
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import SignatureExpired, URLSafeTimedSerializer

MOST = 4096


def install(app: Flask) -> None:
    """Put the remembering serializer behind the application's sessions."""
    app.session_interface = _Sessions()


class VerifiedOnce:
    """A serializer that remembers which cookies were signed by us, and when.

    A signature that was right stays right, so only the age is checked again; whose session
    it is and whether it still holds is asked of the database on every request (signed_in.py).
    """

    def __init__(self, serializer: URLSafeTimedSerializer) -> None:
        self._serializer = serializer
        self._known: dict[str, tuple[Any, float]] = {}

    def dumps(self, value: Any) -> Any:
        return self._serializer.dumps(value)

    def loads(self, cookie: str, max_age: int) -> Any:
        """What the cookie says; raises BadSignature, or SignatureExpired, which is one."""
        known = self._known.get(cookie)
        if known is None:
            value, signed = self._serializer.loads(cookie, max_age, return_timestamp=True)
            if len(self._known) >= MOST:
                self._known.clear()
            known = self._known[cookie] = (value, signed.timestamp())
        if not 0 <= int(time.time()) - known[1] <= max_age:
            raise SignatureExpired("the session is over")
        return deepcopy(known[0])


class _Sessions(SecureCookieSessionInterface):
    """Sessions as Flask keeps them, with one serializer for the life of the application."""

    def __init__(self) -> None:
        self._verified: VerifiedOnce | None = None

    def get_signing_serializer(self, app: Flask) -> Any:
        if self._verified is None:
            serializer = super().get_signing_serializer(app)
            if serializer is None:
                return None
            self._verified = VerifiedOnce(serializer)
        return self._verified
