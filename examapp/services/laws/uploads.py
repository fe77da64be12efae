"""Texts that somebody uploaded and has not confirmed yet: their own, for a day."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from examapp.core.law.text import LawText, from_data
from examapp.core.refusals import N_, Fault, Invalid, NotFound
from examapp.services.people.persons import Person
from examapp.store.base import new_public_id
from examapp.store.laws import LawUpload

KEPT = timedelta(days=1)
MOST_BYTES = 20 * 1024 * 1024


@dataclass(frozen=True)
class Waiting:
    """One law as read from files, `number` among those of its upload.

    `oddities` are plain facts ({"code", "words", "facts", "line", "file"}); a `grave` law cannot
    be imported.
    """

    number: int
    files: tuple[str, ...]
    text: LawText
    gaps: tuple[str, ...] = ()
    oddities: tuple[Mapping[str, Any], ...] = ()
    grave: bool = False

    def as_data(self) -> dict[str, Any]:
        return {**vars(self), "text": self.text.as_data()}


@dataclass(frozen=True)
class Upload:
    """What waits for a word: the laws, and the files in which none was found with the reason."""

    public_id: str
    source: str
    laws: tuple[Waiting, ...]
    refused: tuple[tuple[str, Fault], ...]
    uploaded_at: datetime

    def law(self, number: int) -> Waiting:
        """One of the laws by its number; NotFound where it is not among them."""
        for law in self.laws:
            if law.number == number:
                return law
        raise NotFound()


def keep(
    db: Session,
    person: Person,
    laws: Iterable[Waiting],
    refused: Iterable[tuple[str, Fault]],
    *,
    source: str,
    now: datetime,
) -> Upload:
    """Keep what was read until its owner decides; their earlier upload is thrown away."""
    db.execute(
        delete(LawUpload).where(
            (LawUpload.user_id == person.id) | (LawUpload.uploaded_at <= now - KEPT)
        )
    )
    upload = Upload(new_public_id(), source, tuple(laws), tuple(refused), now)
    row = LawUpload(
        public_id=upload.public_id,
        user_id=person.id,
        source=source,
        texts=packed(upload),
        uploaded_at=now,
    )
    db.add(row)
    db.flush()
    return upload


def packed(upload: Upload) -> bytes:
    """As a row keeps it; Invalid where that is too much."""
    data = {
        "laws": [law.as_data() for law in upload.laws],
        "refused": [[file, why.words, why.facts] for file, why in upload.refused],
    }
    packed = zlib.compress(json.dumps(data, ensure_ascii=False, default=str).encode(), 6)
    if len(packed) > MOST_BYTES:
        words = N_("These texts are too much at once. Choose fewer files.")
        raise Invalid([Fault("files", words, {})])
    return packed


def mine(db: Session, person: Person, public_id: str, *, now: datetime) -> Upload:
    """One's own upload of the last day; else NotFound."""
    return upload_of(row_of(db, person, public_id, now))


def waiting(db: Session, person: Person, *, now: datetime) -> str | None:
    """The public id of what the person uploaded and neither imported nor threw away."""
    return db.scalar(
        select(LawUpload.public_id).where(
            LawUpload.user_id == person.id, LawUpload.uploaded_at > now - KEPT
        )
    )


def row_of(
    db: Session, person: Person, public_id: str, now: datetime, *, alone: bool = False
) -> LawUpload:
    """The row of one's own upload of the last day, `alone` with nobody beside; else NotFound."""
    query = select(LawUpload).where(
        LawUpload.public_id == public_id,
        LawUpload.user_id == person.id,
        LawUpload.uploaded_at > now - KEPT,
    )
    row = db.scalar(query.with_for_update() if alone else query)
    if row is None:
        raise NotFound()
    return row


def upload_of(row: LawUpload) -> Upload:
    """What a row keeps."""
    data = json.loads(zlib.decompress(row.texts))
    refused = tuple((file, Fault(file, words, facts)) for file, words, facts in data["refused"])
    laws = tuple(map(_waiting, data["laws"]))
    return Upload(row.public_id, row.source, laws, refused, row.uploaded_at)


def _waiting(data: Mapping[str, Any]) -> Waiting:
    return Waiting(
        number=data["number"],
        files=tuple(data["files"]),
        text=from_data(data["text"]),
        gaps=tuple(data["gaps"]),
        oddities=tuple(data["oddities"]),
        grave=data["grave"],
    )


def set_days(
    db: Session,
    person: Person,
    public_id: str,
    number: int,
    *,
    adopted: date | None,
    effective: date | None,
    now: datetime,
) -> Upload:
    """Fill in the days that a file does not tell; Invalid where they cannot be.

    What the file tells stays: its text is the authority.
    """
    row = row_of(db, person, public_id, now, alone=True)
    upload = upload_of(row)
    law = upload.law(number)
    text = replace(
        law.text,
        adopted=law.text.adopted or adopted,
        effective=law.text.effective or effective,
    )
    _require_days(text, now.date())
    laws = tuple(replace(law, text=text) if law is one else one for one in upload.laws)
    upload = replace(upload, laws=laws)
    row.texts = packed(upload)
    db.flush()
    return upload


def _require_days(text: LawText, today: date) -> None:
    faults = []
    if text.adopted is None:
        faults.append(Fault("adopted", N_("Say when it was adopted or last amended."), {}))
    elif not date(1949, 1, 1) <= text.adopted <= today + timedelta(days=1):
        faults.append(Fault("adopted", N_("This day cannot be the day of its adoption."), {}))
    elif text.effective and text.effective < text.adopted:
        words = N_("A law comes into force on the day of its adoption at the earliest.")
        faults.append(Fault("effective", words, {}))
    if text.effective and text.effective.year > today.year + 20:
        faults.append(Fault("effective", N_("This day is too far off."), {}))
    if faults:
        raise Invalid(faults)


def throw_away(db: Session, person: Person, public_id: str) -> None:
    """Forget an upload of one's own; saying it twice does no harm."""
    db.execute(
        delete(LawUpload).where(LawUpload.public_id == public_id, LawUpload.user_id == person.id)
    )
