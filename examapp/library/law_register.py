"""A law of content/laws.yaml: facts alone, its newest edition last (docs/formats.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from examapp.core.citations import Citation
from examapp.core.study import LEVELS
from examapp.library.yaml_fields import Fields
from examapp.library.yaml_lines import Document

KINDS = ("constitution", "law", "regulation", "decision")
LAW = (
    "id", "kind", "title", "short", "issuer", "level", "posts", "in_force_since", "preamble",
    "editions",
)  # fmt: skip
EDITION = (
    "adopted", "effective", "repealed", "articles", "first", "last", "chapters", "instrument",
    "news",
)  # fmt: skip


@dataclass(frozen=True)
class RegisteredEdition:
    """Facts of one edition of a law.

    `last` is the number of its last article where articles such as 120-1 make it smaller than
    the number of articles, `first` that of its first where it goes on counting after another
    instrument, as the amendments of the Constitution do; `instrument` what made the edition
    ("2018 amendment"); `news` what it changed, in our own words.
    """

    adopted: date
    effective: date
    articles: int
    chapters: int
    repealed: date | None = None
    last: int | None = None
    first: int = 1
    instrument: Mapping[str, str] = field(default_factory=dict)
    news: Mapping[str, str] = field(default_factory=dict)

    def has(self, article: str) -> bool:
        """Whether there can be an article of that key: `33`, or `120-1` where some are so."""
        number, _, extra = article.partition("-")
        last = self.last or self.first + self.articles - 1
        return self.first <= int(number) <= last and (not extra or last < self.articles)


@dataclass(frozen=True)
class RegisteredLaw:
    """A law that matters here; the newest edition stands last.

    `level` and `posts` say whose it is, as on the "must know" lists; `in_force_since` is the
    day on which the law first came into force, its anniversary.
    """

    code: str
    kind: str
    title: dict[str, str]
    short_title: dict[str, str]
    editions: tuple[RegisteredEdition, ...]
    issuer: Mapping[str, str] = field(default_factory=dict)
    level: str = "general"
    posts: tuple[str, ...] = ()
    in_force_since: date | None = None
    preamble: bool = False

    def has(self, cite: Citation) -> bool:
        """Whether the newest edition can have the cited article."""
        if cite.article == "preamble":
            return self.preamble
        return self.editions[-1].has(cite.article)


def read_law(document: Document, index: int) -> RegisteredLaw:
    """One law of the register; WrongFieldError names what is wrong and its line."""
    fields = Fields(document, index, known=LAW)
    editions = tuple(
        _edition(Fields(document, index, "editions", place, known=EDITION))
        for place in range(fields.size("editions"))
    )
    law = RegisteredLaw(
        code=fields.text("id"),
        kind=fields.one_of("kind", KINDS),
        title=fields.both("title"),
        short_title=fields.both("short"),
        editions=editions,
        issuer=fields.both_or_none("issuer"),
        level=fields.one_of("level", LEVELS) if fields.has("level") else "general",
        posts=fields.words("posts"),
        in_force_since=fields.day_or_none("in_force_since"),
        preamble=fields.flag("preamble"),
    )
    _fits_together(law, fields)
    return law


def _edition(fields: Fields) -> RegisteredEdition:
    edition = RegisteredEdition(
        adopted=fields.day("adopted"),
        effective=fields.day("effective"),
        articles=fields.whole("articles", least=1),
        chapters=fields.whole("chapters", least=0),
        repealed=fields.day_or_none("repealed"),
        last=fields.whole("last", least=1) if fields.has("last") else None,
        first=fields.whole("first", least=1) if fields.has("first") else 1,
        instrument=fields.both_or_none("instrument"),
        news=fields.both_or_none("news"),
    )
    if edition.effective < edition.adopted:
        raise fields.wrong("effective", "an edition is not in force before it is adopted")
    if edition.repealed and edition.repealed <= edition.effective:
        raise fields.wrong("repealed", "an edition is repealed after it came into force")
    if edition.last and edition.last >= edition.articles:
        raise fields.wrong("last", "last is only for a law with inserted articles such as 120-1")
    return edition


def _fits_together(law: RegisteredLaw, fields: Fields) -> None:
    days = [(edition.adopted, edition.effective) for edition in law.editions]
    if days != sorted(set(days)):
        raise fields.wrong("editions", "editions stand in the order of their adoption, each once")
    if any(edition.repealed for edition in law.editions[:-1]):
        raise fields.wrong("editions", "only the newest edition can be repealed")
    if law.in_force_since and law.in_force_since > law.editions[0].effective:
        raise fields.wrong("in_force_since", "a law came into force before or with its editions")
    if bool(law.posts) != (law.level == "post"):
        raise fields.wrong("posts", "posts stand with level post, and only there")
