"""Is the process alive, and can it do its work?"""

from __future__ import annotations

from flask import Blueprint, Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from examapp.services.readiness import require_answer
from examapp.store.engine import UnsafeDatabaseError, check_settings
from examapp.store.migrations import is_current
from examapp.web.transaction import db

room = Blueprint("health", __name__)


@room.get("/healthz")
def healthz() -> tuple[str, int]:
    """200 as long as the process answers."""
    return "ok", 200


@room.get("/readyz")
def readyz() -> tuple[str, int]:
    """200 when the database answers, is migrated, and its settings are right."""
    engine = current_app.extensions["engine"]
    try:
        require_answer(db())
        check_settings(engine)
        ready = is_current(engine)
    except (SQLAlchemyError, UnsafeDatabaseError) as error:
        current_app.logger.error("not ready: %s", error)
        return "not ready", 503
    return ("ready", 200) if ready else ("database not migrated", 503)


def install(app: Flask) -> None:
    """Open the two addresses."""
    app.register_blueprint(room)
