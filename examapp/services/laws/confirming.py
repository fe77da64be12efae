"""What was uploaded and confirmed goes into the library, step by step."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from examapp.services.laws.importing import Imported, Incoming, import_texts
from examapp.services.laws.uploads import Waiting, packed, row_of, upload_of
from examapp.services.people.persons import Person

AT_ONCE = 5000
"""Articles of one portion: nobody who sits an exam meanwhile waits long for a confirmed save."""


@dataclass(frozen=True)
class Done:
    """What became of one portion; `rest` still waits to be gone on with."""

    imported: tuple[Imported, ...]
    rest: tuple[Waiting, ...]


def confirm(
    db: Session,
    person: Person,
    public_id: str,
    *,
    take: Collection[int],
    replacing: Collection[int],
    now: datetime,
) -> Done:
    """Import the chosen laws, at most some thousand articles at once; the others are forgotten.

    Whoever says it twice finds nothing left the second time: NotFound.
    """
    row = row_of(db, person, public_id, now, alone=True)
    upload = upload_of(row)
    chosen = [law for law in upload.laws if law.number in take and not law.grave]
    portion = _portion(chosen)
    done = [
        import_texts(
            db,
            [Incoming(law.text, tuple(map(dict, law.oddities)))],
            source=upload.source,
            by=person,
            replace=law.number in replacing,
            now=now,
        )[0]
        for law in portion
    ]
    rest = tuple(chosen[len(portion) :])
    if rest:
        row.texts = packed(replace(upload, laws=rest, refused=()))
    else:
        db.delete(row)
    db.flush()
    return Done(tuple(done), rest)


def _portion(laws: list[Waiting]) -> list[Waiting]:
    """The first laws that together do not pass the bound; one at least."""
    found: list[Waiting] = []
    articles = 0
    for law in laws:
        articles += len(law.text.provisions)
        if found and articles > AT_ONCE:
            break
        found.append(law)
    return found
