"""./run serve: production."""

from __future__ import annotations

import os

import click
from sqlalchemy.orm import Session

from examapp.authored import load_authored
from examapp.clock import now
from examapp.config import PREFIX, UnsafeSettingError, check, from_environment
from examapp.services.people import setup
from examapp.serving import serve as serve_forever
from examapp.store.engine import UnsafeDatabaseError, check_settings, make_engine
from examapp.store.migrations import upgrade


@click.command()
@click.option("--host", default=lambda: os.environ.get(f"{PREFIX}HOST", "127.0.0.1"))
@click.option("--port", type=int, default=lambda: int(os.environ.get(f"{PREFIX}PORT", "8000")))
@click.option("--workers", type=int, default=lambda: int(os.environ.get(f"{PREFIX}WORKERS", "2")))
def serve(host: str, port: int, workers: int) -> None:
    """Check the settings, bring database and content up to date, and serve."""
    settings = from_environment()
    try:
        check(settings)
        engine = make_engine(settings.database_url, sealing_key=settings.sealing_key)
        check_settings(engine)
    except (UnsafeSettingError, UnsafeDatabaseError) as error:
        raise click.ClickException(f"refused: {error}") from error
    if host not in ("127.0.0.1", "localhost", "::1") and not settings.https:
        raise click.ClickException(
            f"refused: passwords would cross the network in clear. Put a TLS proxy in front and "
            f"set {PREFIX}HTTPS=1, or serve on 127.0.0.1."
        )
    upgrade(engine)
    with Session(engine) as db, db.begin():
        load_authored(db, settings, now=now())
        link = setup.new_link(db, now=now()) if setup.needed(db) else None
    engine.dispose()
    if link:
        click.echo("Nobody administers this installation yet. Open this link once, within a day:")
        click.echo(f"    http://{host}:{port}/setup/{link}")
    serve_forever(host=host, port=port, workers=workers)
