"""Private notes beside articles; they follow their article into newer editions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from examapp.core.law.numbers import key_order
from examapp.core.refusals import N_, Fault, Invalid
from examapp.services.laws.following import Followed, followed
from examapp.services.people.persons import Person
from examapp.services.study.notes import MOST, NoteChanged
from examapp.store.laws import Article, ArticleNote, Edition, Law
from examapp.store.upsert import insert_unless_there


@dataclass(frozen=True)
class Beside:
    """A note as it stands beside an article: which edition it was written on, and since when
    the article has other words (`followed` tells what happened meanwhile)."""

    note: ArticleNote
    edition: Edition
    followed: Followed

    @property
    def older(self) -> bool:
        """Whether the article's words changed since the note was written."""
        return not self.followed.same_words


def notes_on(db: Session, person: Person, law: Law, edition: Edition) -> dict[str, list[Beside]]:
    """The person's notes by the article beside which they stand in an edition, own words first."""
    rows = db.scalars(
        select(ArticleNote)
        .where(
            ArticleNote.user_id == person.id,
            ArticleNote.edition_id.in_([known.id for known in law.editions]),
        )
        .order_by(ArticleNote.changed_at.desc())
        .execution_options(populate_existing=True)
    ).all()
    notes = {(note.edition_id, note.key): note for note in rows}
    editions = {e.id: e for e in law.editions}
    found: dict[str, list[Beside]] = {}
    for start, places in followed(db, law, notes, edition).items():
        for place in places:
            beside = Beside(notes[start], editions[start[0]], place)
            found.setdefault(place.key, []).append(beside)
    return {key: sorted(there, key=_newest_edition) for key, there in found.items()}


def _newest_edition(beside: Beside) -> int:
    return -beside.edition.adopted.toordinal()


def save_note(
    db: Session,
    person: Person,
    article: Article,
    body: str,
    *,
    upon: ArticleNote | None,
    revision: int,
    now: datetime,
) -> None:
    """Save what was written beside an article upon `revision` of a note (0: there was none yet).

    Raises NoteChanged where another window saved something else meanwhile; saving the same
    twice does no harm. An emptied note keeps its row, so that revisions go on.
    """
    body = body.replace("\r\n", "\n").strip()
    if len(body) > MOST:
        raise Invalid([Fault("body", N_("a note has at most %(most)s characters"), {"most": MOST})])
    saved = (
        _change(db, upon, body, revision, now)
        if upon and revision
        else _begin(db, person, article, body, now)
    )
    if not saved and _body(db, person, article, upon) != body:
        raise NoteChanged()


def _begin(db: Session, person: Person, article: Article, body: str, now: datetime) -> bool:
    made = db.execute(
        insert_unless_there(db, ArticleNote)
        .values(
            user_id=person.id,
            edition_id=article.edition_id,
            key=article.key,
            body=body,
            revision=1,
            changed_at=now,
        )
        .returning(ArticleNote.id)
    )
    return made.scalar() is not None


def _change(db: Session, note: ArticleNote, body: str, revision: int, now: datetime) -> bool:
    # The condition on the revision decides between two windows, not a look beforehand.
    changed = db.execute(
        update(ArticleNote)
        .where(ArticleNote.id == note.id, ArticleNote.revision == revision)
        .values(body=body, revision=revision + 1, changed_at=now)
        .returning(ArticleNote.id)
    )
    return changed.scalar() is not None


def _body(db: Session, person: Person, article: Article, upon: ArticleNote | None) -> str | None:
    mine = (ArticleNote.user_id == person.id,)
    here = (
        (ArticleNote.id == upon.id,)
        if upon
        else (ArticleNote.edition_id == article.edition_id, ArticleNote.key == article.key)
    )
    return db.scalar(select(ArticleNote.body).where(*mine, *here))


@dataclass(frozen=True)
class NotedLaw:
    """A law with one person's notes on it: the edition, the article's label, the note."""

    law: Law
    notes: list[tuple[Edition, str, ArticleNote]]


def my_notes(db: Session, person: Person) -> list[NotedLaw]:
    """All notes of a person beside articles, by law and in the law's order."""
    rows = db.execute(
        select(Law, Edition, Article.label, ArticleNote)
        .join(Edition, Edition.id == ArticleNote.edition_id)
        .join(Law, Law.id == Edition.law_id)
        .outerjoin(
            Article,
            (Article.edition_id == ArticleNote.edition_id) & (Article.key == ArticleNote.key),
        )
        .where(ArticleNote.user_id == person.id, ArticleNote.body != "")
        .order_by(Law.level.is_(None), Law.id)
    ).all()
    found: dict[int, NotedLaw] = {}
    for law, edition, label, note in rows:
        entry = found.setdefault(law.id, NotedLaw(law, []))
        entry.notes.append((edition, label or note.key, note))
    for entry in found.values():
        entry.notes.sort(key=lambda row: (*key_order(row[2].key), row[0].adopted))
    return list(found.values())
