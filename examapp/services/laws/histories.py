"""The history of one article: each wording, from when to when, and what changed before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from examapp.core.law.changes import Change, ChangeKind
from examapp.core.law.diff import Piece
from examapp.services.laws import reading
from examapp.services.laws.comparing import QUIET, changes, difference
from examapp.services.laws.reading import StandingEdition
from examapp.store.laws import Article, Edition, Law

Words = dict[tuple[int, str], Article]


@dataclass(frozen=True)
class Wording:
    """An article in one edition whose words are here, and how it came from the one before.

    `kind` is a kind of change, or empty where no earlier edition has words or the article.
    """

    standing: StandingEdition
    articles: tuple[Article, ...]
    kind: str
    pieces: tuple[Piece, ...]

    @property
    def edition(self) -> Edition:
        """The edition of this wording."""
        return self.standing.edition


@dataclass(frozen=True)
class _Stage:
    """Under which keys an article stands in an edition, and stood in the one before."""

    edition: Edition
    keys: tuple[str, ...]
    kind: str
    before: tuple[str, ...]


def history(db: Session, law: Law, edition: Edition, key: str, *, today: date) -> list[Wording]:
    """An article's wordings in all editions that have words here, the newest first."""
    told = [other for other in law.editions if other.text_digest is not None]
    here = told.index(edition)
    stages = [*_back(db, law, told[: here + 1], key), *_on(db, law, told[here:], key)]
    words = _words(db, stages)
    standing = {entry.edition.id: entry for entry in reading.editions(law, on=today)}
    older = [None, *(stage.edition for stage in stages)]
    wordings = [
        _wording(stage, before, words, standing)
        for stage, before in zip(stages, older, strict=False)
    ]
    return wordings[::-1]


def _back(db: Session, law: Law, told: Sequence[Edition], key: str) -> list[_Stage]:
    """From the last of these editions back to the one in which the article came about."""
    keys: tuple[str, ...] = (key,)
    found: list[_Stage] = []
    for old, new in zip([None, *told][-2::-1], told[::-1], strict=False):
        if not keys:
            break
        met = [c for c in changes(db, law, old, new) if {*c.new} & {*keys}] if old else []
        before = _union([change.old for change in met]) if met else keys if old else ()
        found.insert(0, _Stage(new, keys, _loudest(met) if old else "", before))
        keys = before
    return found


def _on(db: Session, law: Law, told: Sequence[Edition], key: str) -> list[_Stage]:
    """From the first of these editions on, to the one in which the article went."""
    keys: tuple[str, ...] = (key,)
    found: list[_Stage] = []
    for old, new in pairwise(told):
        if not keys:
            break
        met = [c for c in changes(db, law, old, new) if {*c.old} & {*keys}]
        after = _union([change.new for change in met]) if met else keys
        found.append(_Stage(new, after, _loudest(met), keys))
        keys = after
    return found


def _union(keys: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for some in keys for key in some))


def _loudest(met: Sequence[Change]) -> str:
    """What is to be told of several changes; a preamble that no change names is as it was."""
    kinds = [change.kind for change in met] or [ChangeKind.UNCHANGED]
    return str(next((kind for kind in kinds if kind not in QUIET), kinds[0]))


def _words(db: Session, stages: Sequence[_Stage]) -> Words:
    places = [(stage.edition.id, key) for stage in stages for key in stage.keys]
    if not places:
        return {}
    rows = db.scalars(select(Article).where(tuple_(Article.edition_id, Article.key).in_(places)))
    return {(row.edition_id, row.key): row for row in rows}


def _wording(
    stage: _Stage, before: Edition | None, words: Words, standing: dict[int, StandingEdition]
) -> Wording:
    here = _of(stage.edition, stage.keys, words)
    old = _of(before, stage.before, words) if before else ()
    return Wording(standing[stage.edition.id], here, stage.kind, difference(old, here))


def _of(edition: Edition, keys: Sequence[str], words: Words) -> tuple[Article, ...]:
    return tuple(words[edition.id, key] for key in keys if (edition.id, key) in words)


def editions_with(db: Session, law: Law, key: str) -> list[Edition]:
    """The editions in which an article of that number stands with its words, the oldest first."""
    query = select(Article.edition_id).where(
        Article.key == key, Article.edition_id.in_([edition.id for edition in law.editions])
    )
    there = set(db.scalars(query))
    return [edition for edition in law.editions if edition.id in there]
