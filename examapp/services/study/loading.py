"""Bring authored guides into the database; what vanished from the files is withdrawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.clock import local_date
from examapp.core.citations import Citation
from examapp.core.refusals import N_, Fault, Invalid
from examapp.services.laws.carrying import carried, record_carried
from examapp.services.laws.citing import editions_on
from examapp.store.bank import Topic
from examapp.store.laws import Law
from examapp.store.study import Guide, Section, SectionCitation


@dataclass(frozen=True)
class SectionFacts:
    """A section as its author wrote it; its code is unique in the guide and stays."""

    code: str
    minutes: int
    check_items: int
    cites: tuple[Citation, ...]
    title: dict[str, str]
    body: dict[str, str]


@dataclass(frozen=True)
class GuideFacts:
    """A guide as its author wrote it, sections in reading order."""

    code: str
    topic: str
    level: str
    posts: tuple[str, ...]
    audiences: tuple[str, ...]
    position: int
    title: dict[str, str]
    summary: dict[str, str]
    sections: tuple[SectionFacts, ...]


def load_guides(db: Session, guides: Iterable[GuideFacts], *, now: datetime) -> Counter[str]:
    """Make the shelf what the files say; counts sections `added`, `changed`, `withdrawn`.

    Nothing is deleted: notes, checks and credits refer to it. A guide or section that
    comes back is the same one as before. Raises Invalid for an unknown topic or law.
    """
    wanted = list(guides)
    _require_known(db, wanted)
    known = {guide.code: guide for guide in db.scalars(select(Guide)).all()}
    done: Counter[str] = Counter()
    for facts in wanted:
        guide = known.pop(facts.code, None)
        if guide is None:
            guide = Guide(code=facts.code)
            db.add(guide)
        _fill_guide(guide, facts)
        _load_sections(db, guide, facts.sections, done, now)
    for guide in known.values():
        guide.withdrawn_at = guide.withdrawn_at or now
        _withdraw(guide.sections, done, now)
    db.flush()
    return done


def _require_known(db: Session, guides: Sequence[GuideFacts]) -> None:
    topics = set(db.scalars(select(Topic.code)))
    laws = set(db.scalars(select(Law.code)))
    wrong = [fault for guide in guides for fault in _unknown(guide, topics, laws)]
    if wrong:
        raise Invalid(wrong)


def _unknown(guide: GuideFacts, topics: set[str], laws: set[str]) -> Iterator[Fault]:
    if guide.topic not in topics:
        yield Fault(guide.code, N_('there is no topic "%(topic)s"'), {"topic": guide.topic})
    cited = {cite.law for section in guide.sections for cite in section.cites}
    for law in sorted(cited - laws):
        yield Fault(guide.code, N_('the register of laws knows no "%(law)s"'), {"law": law})


def _fill_guide(guide: Guide, facts: GuideFacts) -> None:
    guide.topic, guide.level, guide.position = facts.topic, facts.level, facts.position
    guide.posts, guide.audiences = list(facts.posts), list(facts.audiences)
    guide.title, guide.summary = facts.title, facts.summary
    guide.withdrawn_at = None


def _load_sections(
    db: Session, guide: Guide, sections: Sequence[SectionFacts], done: Counter[str], now: datetime
) -> None:
    known = {section.code: section for section in guide.sections}
    for position, facts in enumerate(sections, 1):
        section = known.pop(facts.code, None)
        if section is None:
            section = Section(code=facts.code)
            guide.sections.append(section)
            done["added"] += 1
        elif _differs(section, facts):
            done["changed"] += 1
        section.position = position
        section.withdrawn_at = None
        _fill_section(db, section, facts, now)
    _withdraw(known.values(), done, now)


def _facts(section: Section | SectionFacts) -> tuple[Any, ...]:
    return section.minutes, section.check_items, section.title, section.body


def _authored(section: Section) -> tuple[str, ...]:
    return tuple(cite.authored for cite in section.citations if cite.authored)


def _rewritten(section: Section, facts: SectionFacts) -> bool:
    """Whether its author wrote it anew: what followed the law's numbers meanwhile is no change."""
    return _facts(section) != _facts(facts) or _authored(section) != tuple(map(str, facts.cites))


def _differs(section: Section, facts: SectionFacts) -> bool:
    return _rewritten(section, facts) or section.withdrawn_at is not None


def _fill_section(db: Session, section: Section, facts: SectionFacts, now: datetime) -> None:
    """A section written anew cites the editions of today; one left alone keeps its own."""
    rewritten = _rewritten(section, facts)
    section.minutes, section.check_items, section.title, section.body = _facts(facts)
    if rewritten:
        _cite(db, section, facts, now)


def _cite(db: Session, section: Section, facts: SectionFacts, now: datetime) -> None:
    """Cite the editions of today; what moved and is spelled as before stays where it moved to."""
    editions = editions_on(db, facts.cites, local_date(now))
    authored = {cite.position: cite.authored for cite in section.citations}
    went = carried(db, "section_id", section.id, authored) if section.id else {}
    cites = []
    for position, wrote in enumerate(facts.cites, 1):
        kept = went.get(str(wrote))
        cite = kept.cite if kept else wrote
        cites.append(
            SectionCitation(
                position=position,
                law=cite.law,
                article=cite.article,
                paragraph=cite.paragraph,
                item=cite.item,
                edition_id=kept.edition_id if kept else editions[cite.law].id,
                authored=str(wrote),
            )
        )
    section.citations = cites
    written = [(position, str(cite)) for position, cite in enumerate(facts.cites, 1)]
    places = [(position, wrote, went[wrote]) for position, wrote in written if wrote in went]
    if places:
        db.flush()
        record_carried(db, "section_id", section.id, places, now=now)


def _withdraw(sections: Iterable[Section], done: Counter[str], now: datetime) -> None:
    for section in sections:
        if section.withdrawn_at is None:
            section.withdrawn_at = now
            done["withdrawn"] += 1
