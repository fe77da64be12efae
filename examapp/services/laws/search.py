"""Search in all laws: by title, by number, and by the words that stand in their articles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.core.bigrams import counter_of, wanted
from examapp.core.law.queries import Place, place_of, words_of
from examapp.core.snippets import Piece, snippet
from examapp.services.laws.catalogue import Listed, listed
from examapp.services.laws.texts import searched
from examapp.services.laws.title_search import by_title, fit, stands_in
from examapp.store import law_search
from examapp.store.laws import Article

PAGE = 20
MOST_LAWS, MOST_PLACES = 12, 20
_article = Article.__table__.c  # the table, not its class: thousands of rows may be looked through


@dataclass(frozen=True)
class Hit:
    """A provision that was found: how often the words stand in it, and where."""

    law: Listed
    key: str
    label: str
    hits: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Found:
    """What a search found.

    `laws`: whose titles fit; `places`: articles asked for by number; `hits`: one page of the
    `total` provisions in whose words the query stands.
    """

    words: tuple[str, ...]
    laws: list[Listed]
    places: list[Hit]
    hits: list[Hit]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages of hits there are."""
        return max(1, -(-self.total // PAGE))


def search(db: Session, query: str, *, on: date, law: str | None = None, page: int = 1) -> Found:
    """Laws, places and provisions of the editions in force on a day (of one law: its code).

    Every word must stand in the provision or in its law's title, one at least in the provision.
    """
    laws = listed(db, on=on)
    words = words_of(query)
    place = place_of(query) or (place_of(f"第{query}条") if law else None)
    within = {e: one for e, one in laws.items() if _asked(one, law)}
    matches = _Matches(db, within, words)
    ordered = matches.ordered()
    page = max(1, min(page, -(-len(ordered) // PAGE)))
    return Found(
        words=tuple(words),
        laws=[] if law else by_title(laws.values(), _named(place, words))[:MOST_LAWS],
        places=_places(db, within, place) if place else [],
        hits=matches.hits(ordered[(page - 1) * PAGE : page * PAGE]),
        total=len(ordered),
        page=page,
    )


def _named(place: Place | None, words: Sequence[str]) -> Sequence[str]:
    """What may be a law's title: the name before a number, else all the words."""
    return [place.law] if place and place.law else words


def _asked(one: Listed, law: str | None) -> bool:
    return one.code == law if law else one.in_force


def _places(db: Session, within: dict[int, Listed], place: Place) -> list[Hit]:
    """The article of that number in the law that was named, else in every law in turn."""
    fitting = by_title(within.values(), [place.law]) if place.law else list(within.values())
    if place.law and fitting:
        best = fit(fitting[0], [place.law])
        fitting = [one for one in fitting if fit(one, [place.law]) == best]
    laws = {one.edition_id: one for one in fitting}
    rows = db.execute(
        select(Article.edition_id, Article.key, Article.label, Article.text).where(
            Article.edition_id.in_(laws), Article.key == place.key
        )
    )
    found = [Hit(laws[e], key, label, 0, snippet(text, ())) for e, key, label, text in rows]
    return sorted(found, key=lambda hit: hit.law.rank)[:MOST_PLACES]


class _Matches:
    """The provisions in which words stand: the index narrows down, the words decide."""

    def __init__(self, db: Session, within: dict[int, Listed], words: Sequence[str]) -> None:
        self._db, self._within, self._words = db, within, words
        self._counters = [counter_of(word) for word in words]
        self._titled = {
            edition_id: [any(stands_in(word, name) for name in one.names) for word in words]
            for edition_id, one in within.items()
        }

    def ordered(self) -> list[tuple[int, int]]:
        """(article id, hits) of all that match: the likeliest laws first, then the most hits."""
        found = []
        for article_id, edition_id, position, title, text in self._candidates():
            if not (titled := self._titled.get(edition_id)):
                continue
            counts = [count(searched(title, text)) for count in self._counters]
            if any(counts) and all(map(max, counts, titled)):
                level, law_id = self._within[edition_id].rank
                worth = (-sum(titled), level, -sum(counts), law_id, position)
                found.append((worth, article_id, sum(counts)))
        return [(article_id, hits) for _, article_id, hits in sorted(found)]

    def _candidates(self) -> Iterable[Any]:
        """What the index cannot rule out; words that are in some title may miss in the text."""
        in_titles = [any(of_word) for of_word in zip(*self._titled.values(), strict=True)]
        titled = {word for word, found in zip(self._words, in_titles, strict=False) if found}
        needed = [word for word in self._words if word not in titled]
        if needed or len(self._words) < 2:
            return self._matching(" ".join(needed or self._words))
        rows = [row for word in self._words for row in self._matching(word)]
        return {row.id: row for row in rows}.values()

    def _matching(self, words: str) -> Iterable[Any]:
        terms = wanted(words)
        if not any(terms):
            return []
        matching = law_search.match(self._db, *terms).subquery()
        return self._db.execute(
            select(
                Article.id, Article.edition_id, Article.position, Article.title, Article.text
            ).join(matching, matching.c.id == Article.id)
        )

    def hits(self, ordered: Sequence[tuple[int, int]]) -> list[Hit]:
        """One page of hits, with snippets."""
        counts = dict(ordered)
        query = select(Article).where(Article.id.in_(counts))
        rows = {article.id: article for article in self._db.scalars(query)}
        return [self._hit(rows[article_id], counts[article_id]) for article_id in counts]

    def _hit(self, article: Article, hits: int) -> Hit:
        pieces = snippet(searched(article.title, article.text), self._words)
        law = self._within[article.edition_id]
        return Hit(law, article.key, article.label, hits, pieces)
