"""Laws new, amended or repealed since a moment, those of the reader's post first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from examapp.clock import local_date
from examapp.core.law.changes import ChangeKind
from examapp.core.law.concern import Concern, concern
from examapp.services.laws import visits
from examapp.services.people.persons import Person
from examapp.store.laws import ArticleChange, Edition, EditionChange, Law

YEAR = timedelta(days=365)
YOUNG = 2 * YEAR
"""Older editions are never news, whenever they are imported."""
TOLD = (
    ChangeKind.MODIFIED,
    ChangeKind.ADDED,
    ChangeKind.REMOVED,
    ChangeKind.SPLIT,
    ChangeKind.MERGED,
)


class What(StrEnum):
    """What happened to the law."""

    NEW = "new"
    AMENDED = "amended"
    EDITION = "edition"
    REPEALED = "repealed"


@dataclass(frozen=True)
class Novelty:
    """One edition that is news: what it is, how near to the reader, what changed in it.

    `day` is from when it holds, or until when for a repeal. `before` is the edition with which
    it is compared; `counts` are articles by kind of change, empty where nobody compared.
    """

    law: Law
    edition: Edition
    what: What
    concern: Concern
    day: date
    before: Edition | None
    counts: dict[str, int]

    @property
    def order(self) -> tuple[int, float, str]:
        """Nearest first, then the newest day."""
        return list(Concern).index(self.concern), -self.day.toordinal(), self.law.code


@dataclass(frozen=True)
class Since:
    """From when the reader asks; `first` where they never came before."""

    at: datetime
    first: bool


def since_visit(before: datetime | None, *, now: datetime) -> Since:
    """What counts as new: since the visit before, else of the last twelve months."""
    return Since(before or now - YEAR, before is None)


def novelties(db: Session, person: Person, since: Since, *, now: datetime) -> list[Novelty]:
    """Editions that became known, were adopted or came into force since then, and repeals."""
    today = local_date(now)
    found = [e for e in _young(db, today) if _is_news(e, since, today)]
    changes = _changes(db, [e.id for e in found])
    entries = [_novelty(edition, person, changes, today, since) for edition in found]
    return sorted(entries, key=lambda entry: entry.order)


def waiting(db: Session, person: Person, *, now: datetime) -> int:
    """How many laws of the reader's own lists are news since the last visit."""
    since = since_visit(visits.last(db, person), now=now)
    today = local_date(now)
    return len(
        {
            edition.law_id
            for edition in _young(db, today)
            if _is_news(edition, since, today)
            and concern(edition.law.level, edition.law.posts, person.post)
            in (Concern.POST, Concern.EVERYBODY)
        }
    )


def _young(db: Session, today: date) -> Sequence[Edition]:
    young = or_(Edition.adopted >= today - YOUNG, Edition.repealed >= today - YOUNG)
    return db.scalars(select(Edition).where(young).options(joinedload(Edition.law))).all()


def _is_news(edition: Edition, since: Since, today: date) -> bool:
    return _edition_is_news(edition, since, today) or _repeal_is_news(edition, since, today)


def _edition_is_news(edition: Edition, since: Since, today: date) -> bool:
    """Texts off the register are no news for having come: hundreds come with one import."""
    if edition.adopted < today - YOUNG or edition.adopted > today:
        return False
    begun = local_date(since.at)
    if edition.adopted > begun or begun < edition.effective <= today:
        return True
    registered = edition.law.level is not None
    return registered and not since.first and edition.known_at > since.at


def _repeal_is_news(edition: Edition, since: Since, today: date) -> bool:
    """A repeal, unless a newer edition of the same law took the place."""
    newest = edition.law.editions[-1].id == edition.id
    gone = edition.repealed
    return newest and gone is not None and local_date(since.at) < gone <= today


def _novelty(
    edition: Edition,
    person: Person,
    changes: dict[int, tuple[Edition, dict[str, int]]],
    today: date,
    since: Since,
) -> Novelty:
    law = edition.law
    repealed = _repeal_is_news(edition, since, today)
    before, counts = changes.get(edition.id, (None, {}))
    return Novelty(
        law=law,
        edition=edition,
        what=What.REPEALED if repealed else what_it_is(law, edition),
        concern=concern(law.level, law.posts, person.post),
        day=edition.repealed if repealed and edition.repealed else edition.effective,
        before=None if repealed else before,
        counts=counts,
    )


def what_it_is(law: Law, edition: Edition) -> What:
    """A new law or an amended one, as far as the register and the library tell."""
    if any(other.adopted < edition.adopted for other in law.editions) or edition.instrument:
        return What.AMENDED
    if law.in_force_since is None:
        return What.EDITION
    return What.NEW if law.in_force_since >= edition.effective else What.AMENDED


def _changes(db: Session, editions: Collection[int]) -> dict[int, tuple[Edition, dict[str, int]]]:
    """Of each edition: the one before it, and how many articles changed in which way."""
    pairs = db.scalars(
        select(EditionChange)
        .where(
            EditionChange.new_edition_id.in_(editions),
            EditionChange.superseded_at.is_(None),
            EditionChange.compared,
        )
        .options(joinedload(EditionChange.old))
    ).all()
    counts = _counts(db, [pair.id for pair in pairs])
    return {pair.new_edition_id: (pair.old, dict(counts[pair.id])) for pair in pairs}


def _counts(db: Session, changes: Iterable[int]) -> dict[int, Counter[str]]:
    """Articles by kind: a split counts its old article once, a merger its new one."""
    found: dict[int, Counter[str]] = {change: Counter() for change in changes}
    key = func.coalesce(ArticleChange.new_key, ArticleChange.old_key)
    no_article = or_(*(key.startswith(word) for word in ("preamble", "point", "annex")))
    rows = db.execute(
        select(
            ArticleChange.change_id, ArticleChange.kind, func.count(ArticleChange.group.distinct())
        )
        .where(ArticleChange.change_id.in_(found), ArticleChange.kind.in_(TOLD), ~no_article)
        .group_by(ArticleChange.change_id, ArticleChange.kind)
    )
    for change, kind, count in rows:
        found[change][kind] += count
    return found
