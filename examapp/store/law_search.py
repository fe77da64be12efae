"""The index of articles by bigrams: FTS5 on SQLite, a tsvector on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Integer, text
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import TextualSelect

INSERT = {
    "sqlite": "INSERT INTO article_search (rowid, words) VALUES (:id, :words)",
    "postgresql": (
        "INSERT INTO article_search (article_id, words)"
        " VALUES (:id, array_to_tsvector(string_to_array(:words, ' ')))"
    ),
}
DELETE = {
    # Without content of its own FTS5 must be told what it forgets.
    "sqlite": (
        "INSERT INTO article_search (article_search, rowid, words) VALUES ('delete', :id, :words)"
    ),
    "postgresql": "DELETE FROM article_search WHERE article_id = :id",
}
MATCH = {
    "sqlite": "SELECT rowid AS id FROM article_search WHERE article_search MATCH :query",
    "postgresql": (
        "SELECT article_id AS id FROM article_search WHERE words @@ CAST(:query AS tsquery)"
    ),
}


def insert(db: Session, rows: Iterable[tuple[int, Sequence[str]]]) -> None:
    """Enter articles by id with their words."""
    _each(db, INSERT, rows)


def delete(db: Session, rows: Iterable[tuple[int, Sequence[str]]]) -> None:
    """Take articles out; the words must be those with which they were entered."""
    _each(db, DELETE, rows)


def _each(
    db: Session, statements: dict[str, str], rows: Iterable[tuple[int, Sequence[str]]]
) -> None:
    values = [{"id": number, "words": _spaced(words)} for number, words in rows]
    if values:
        db.execute(text(statements[_dialect(db)]), values)


def _spaced(words: Sequence[str]) -> str:
    """Each word once: neither index counts or places them."""
    return " ".join(dict.fromkeys(words))


def match(db: Session, whole: Sequence[str], beginnings: Sequence[str]) -> TextualSelect:
    """A statement that gives the ids of articles that hold all words and all beginnings."""
    sqlite = _dialect(db) == "sqlite"
    term, beginning, joint = ('"{}"', '"{}"*', " AND ") if sqlite else ("'{}'", "'{}':*", " & ")
    terms = [term.format(word) for word in whole]
    terms += [beginning.format(word) for word in beginnings]
    statement = text(MATCH[_dialect(db)]).bindparams(query=joint.join(terms))
    return statement.columns(id=Integer)


def _dialect(db: Session) -> str:
    return db.get_bind().dialect.name
