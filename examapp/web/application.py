"""Puts the house together; reads as a table of contents."""

from __future__ import annotations

import gc

from flask import Flask
from flask_bootstrap import Bootstrap5
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from examapp.config import Settings, check, from_environment
from examapp.store.engine import check_settings, make_engine
from examapp.store.migrations import upgrade
from examapp.web import (
    access,
    health,
    languages,
    names,
    navigation,
    presentation,
    refusals,
    response_headers,
    signed_in,
    transaction,
)
from examapp.web.rooms import ROOMS


def create_app(settings: Settings | None = None) -> Flask:
    """The application on a checked and migrated database."""
    settings = settings or from_environment()
    check(settings)
    app = Flask(__name__, static_folder="static", template_folder="templates")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="examapp",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        PERMANENT_SESSION_LIFETIME=12 * 3600,
        SESSION_REFRESH_EACH_REQUEST=False,
        MAX_CONTENT_LENGTH=8 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        WTF_CSRF_TIME_LIMIT=None,
        BOOTSTRAP_SERVE_LOCAL=True,
    )
    app.extensions["settings"] = settings
    engine = make_engine(settings.database_url, sealing_key=settings.sealing_key)
    check_settings(engine)
    upgrade(engine)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    transaction.install(app, engine)
    languages.install(app, settings.instance)
    CSRFProtect(app)
    Bootstrap5(app)
    signed_in.install(app)
    access.install(app)
    refusals.install(app)
    response_headers.install(app)
    presentation.install(app)
    names.install(app)
    navigation.install(app)
    health.install(app)
    for room in ROOMS:
        app.register_blueprint(room)
    # Looking for cycles every 700 objects cost a twentieth of every save.
    gc.set_threshold(50_000, 20, 100)
    return app
