"""What an uploaded text would do: new law, new edition, nothing; and what it would hold."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from examapp.core.law.changes import HOLDS, ChangeKind, Comparison
from examapp.core.law.compare import compare
from examapp.core.law.text import LawText
from examapp.core.law.titles import title_key
from examapp.services.bank.revisions import in_force
from examapp.services.laws.importing import gives_way
from examapp.services.laws.placing import known_titles
from examapp.services.laws.reading import text_of
from examapp.services.laws.texts import settled
from examapp.services.laws.uploads import Waiting
from examapp.store.bank import ItemCitation
from examapp.store.laws import Edition, Law
from examapp.store.study import Guide, Section, SectionCitation


class Would(StrEnum):
    """What importing it would do."""

    NEW_LAW = "new-law"
    NEWER = "newer"
    OLDER = "older"
    FILLS = "fills"
    SAME = "same"
    DIFFERS = "differs"
    BETTER = "better"
    DAY_MISSING = "day-missing"
    REFUSED = "refused"


UPLOADED = "uploaded"  # whatever the files are called, they are not the fetched collection
Coming = Mapping[tuple[str, date | None], LawText]  # what the same upload brings
BRINGS = frozenset({Would.NEW_LAW, Would.NEWER, Would.OLDER, Would.FILLS, Would.BETTER})


@dataclass(frozen=True)
class Effect:
    """What a step from one edition to the next holds: items and sections on changed articles.

    `counts` are articles by kind of change; None where the older edition's words are missing, so
    that nobody can compare and all that cites it is held.
    """

    old: Edition | None
    counts: dict[str, int] | None
    items: int
    sections: int
    day: date


@dataclass(frozen=True)
class Plan:
    """What a text would do; `effective` is from when it would hold, `assumed` if nobody said."""

    waiting: Waiting
    would: Would
    law: Law | None
    edition: Edition | None
    effective: date | None
    assumed: bool
    effects: tuple[Effect, ...]

    @property
    def brings(self) -> bool:
        """Whether there is something to import."""
        return self.would in BRINGS


def plans(db: Session, laws: Sequence[Waiting], *, today: date) -> list[Plan]:
    """What each would do as things stand now; nothing is written."""
    ids = known_titles(db)
    told = [settled(one.text) for one in laws]
    coming = {(title_key(text.title), text.adopted): text for text in told}
    return [
        _plan(db, one, text, ids.get(title_key(text.title)), coming, today)
        for one, text in zip(laws, told, strict=True)
    ]


def _plan(
    db: Session,
    waiting: Waiting,
    text: LawText,
    law_id: int | None,
    coming: Coming,
    today: date,
) -> Plan:
    law = db.get(Law, law_id) if law_id else None
    edition = _edition(law, text.adopted)
    would = _would(waiting, text, law, edition)
    known = edition.effective if edition and not edition.effective_assumed else None
    effective = known or text.effective or text.adopted
    assumed = known is None and text.effective is None
    effects = tuple(_effects(db, law, edition, text, effective, coming, today)) if law else ()
    return Plan(
        waiting, would, law, edition, effective, assumed, effects if would in BRINGS else ()
    )


def _edition(law: Law | None, adopted: date | None) -> Edition | None:
    """The edition of that day; where the text tells none, the only one that is known."""
    if law is None:
        return None
    if adopted is None:
        return law.editions[0] if len(law.editions) == 1 else None
    return next((one for one in law.editions if one.adopted == adopted), None)


def _would(waiting: Waiting, text: LawText, law: Law | None, edition: Edition | None) -> Would:
    if text.adopted is None and edition is None:
        return Would.DAY_MISSING
    if waiting.grave or not text.provisions:
        return Would.REFUSED
    if edition is not None:
        return _beside(edition, text)
    if law is None or not law.editions:
        return Would.NEW_LAW
    newest = max(one.adopted for one in law.editions)
    return Would.NEWER if text.adopted and text.adopted > newest else Would.OLDER


def _beside(edition: Edition, text: LawText) -> Would:
    """What a text would do to an edition that is known."""
    if edition.text_digest is None:
        return Would.FILLS
    if edition.text_digest == text.digest:
        tells_day = edition.effective_assumed and text.effective is not None
        return Would.BETTER if tells_day else Would.SAME
    return Would.BETTER if gives_way(edition, UPLOADED) else Would.DIFFERS


def _effects(
    db: Session,
    law: Law,
    edition: Edition | None,
    text: LawText,
    effective: date | None,
    coming: Coming,
    today: date,
) -> Iterator[Effect]:
    """The step to this edition from the one before, and from it to the one after."""
    adopted = edition.adopted if edition else text.adopted
    if adopted is None or effective is None:
        return
    before = [one for one in law.editions if one.adopted < adopted]
    after = [one for one in law.editions if one.adopted > adopted]
    if before:
        old = _words(db, before[-1], coming)
        yield _effect(db, before[-1], old, text, max(effective, today))
    if after and edition is not None:
        day = max(after[0].effective, today)
        yield _effect(db, edition, text, _words(db, after[0], coming), day)


def _words(db: Session, edition: Edition, coming: Coming) -> LawText | None:
    """The words of an edition: here already, or coming with the same upload."""
    key = (title_key(edition.law.title.get("zh", "")), edition.adopted)
    return text_of(db, edition) or coming.get(key)


def _effect(
    db: Session, old: Edition, old_text: LawText | None, new_text: LawText | None, day: date
) -> Effect:
    if old_text is None or new_text is None:
        return Effect(old, None, _items(db, old, None), _sections(db, old, None), day)
    comparison = compare(old_text, new_text)
    keep = {p.key for p in old_text.provisions} | {"preamble"}
    keep -= _touched(comparison)
    return Effect(old, _counts(comparison), _items(db, old, keep), _sections(db, old, keep), day)


def _touched(comparison: Comparison) -> set[str]:
    """Keys of the older edition whose words changed or went."""
    keys = {key for change in comparison.changes if change.kind in HOLDS for key in change.old}
    return keys | {old for old, _ in comparison.other if old is not None}


def _counts(comparison: Comparison) -> dict[str, int]:
    counts = {kind.value: len(comparison.of(kind)) for kind in ChangeKind}
    return {kind: count for kind, count in counts.items() if count}


def _items(db: Session, edition: Edition, keep: Collection[str] | None) -> int:
    """Items in force that cite the edition, but for those on articles that keep their words."""
    query = select(func.count(ItemCitation.revision_id.distinct())).where(
        ItemCitation.edition_id == edition.id, ItemCitation.revision_id.in_(in_force())
    )
    if keep is not None:
        query = query.where(ItemCitation.article.not_in(keep))
    return db.scalar(query) or 0


def _sections(db: Session, edition: Edition, keep: Collection[str] | None) -> int:
    query = (
        select(func.count(SectionCitation.section_id.distinct()))
        .join(Section, Section.id == SectionCitation.section_id)
        .join(Guide, Guide.id == Section.guide_id)
        .where(
            SectionCitation.edition_id == edition.id,
            Section.withdrawn_at.is_(None),
            Guide.withdrawn_at.is_(None),
        )
    )
    if keep is not None:
        query = query.where(SectionCitation.article.not_in(keep))
    return db.scalar(query) or 0
