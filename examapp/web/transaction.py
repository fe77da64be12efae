"""One request, one transaction: a view that answers commits, a view that raises does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, request
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from examapp.store.engine import reading

View = TypeVar("View", bound=Callable[..., Any])
SAFE = {"GET", "HEAD", "OPTIONS"}


def install(app: Flask, engine: Engine) -> None:
    """Open a session when first asked for; end it with the answer."""
    app.extensions["engine"] = engine
    app.extensions["reading_engine"] = reading(engine)
    app.after_request(_commit)
    app.teardown_request(_close)


def writes(view: View) -> View:
    """Mark a view that writes although it is asked for with GET (a reading position)."""
    view.writes = True  # type: ignore[attr-defined]
    return view


def db() -> Session:
    """The session of this request; its transaction writes only where the request may."""
    if "db" not in g:
        g.db = Session(_engine(), expire_on_commit=False)
    return g.db  # type: ignore[no-any-return]


def _engine() -> Engine:
    view = current_app.view_functions.get(request.endpoint or "")
    may_write = request.method not in SAFE or getattr(view, "writes", False)
    kind = "engine" if may_write else "reading_engine"
    return current_app.extensions[kind]  # type: ignore[no-any-return]


def refuse() -> None:
    """What the request did so far is taken back: called where an exception becomes a page."""
    session = g.pop("db", None)
    if session is not None:
        session.rollback()
        session.close()


def _commit(response: Response) -> Response:
    # Here and not at teardown: a commit that fails must be a 500, never a page of success.
    session = g.get("db")
    if session is not None:
        session.commit()
    return response


def _close(_error: BaseException | None) -> None:
    session = g.pop("db", None)
    if session is not None:
        session.close()
