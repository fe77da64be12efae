"""From the authored files to the database: registers, shelf, bank, readings, policy packs."""

from __future__ import annotations

from datetime import UTC, datetime, time

from sqlalchemy.orm import Session

from examapp.config import Settings
from examapp.library.faults import FileFault
from examapp.library.guide_files import AuthoredGuide, read_guides
from examapp.library.policy_files import read_policies
from examapp.library.question_files import read_bank
from examapp.library.reading_files import read_readings
from examapp.library.registers import RegisteredEdition, RegisteredLaw, read_registers
from examapp.services.assessments.policies import PackFacts, load_policies
from examapp.services.bank.loading import load_items, load_readings, load_topics
from examapp.services.laws.register import EditionFacts, LawFacts, load_laws
from examapp.services.study.loading import GuideFacts, SectionFacts, load_guides


class FaultyFilesError(Exception):
    """The authored files have faults; nothing was loaded."""

    def __init__(self, faults: list[FileFault]) -> None:
        self.faults = faults
        super().__init__("\n".join(map(str, faults)))


def load_authored(db: Session, settings: Settings, *, now: datetime) -> dict[str, int]:
    """Load everything, all or nothing; what was new or changed, by kind."""
    registers = read_registers(settings.content)
    bank = read_bank(settings.question_bank)
    readings, reading_faults = read_readings(settings.question_bank)
    guides, guide_faults = read_guides(settings.content)
    packs, pack_faults = read_policies(settings.content)
    faults = [*registers.faults, *bank.faults, *reading_faults, *guide_faults, *pack_faults]
    if faults:
        raise FaultyFilesError(faults)
    load_topics(db, [(topic.code, topic.title) for topic in registers.topics.values()])
    load_laws(db, [_law(law) for law in registers.laws.values()], now=now)
    items = load_items(db, [(item.code, item.content) for item in bank.items], now=now)
    read = load_readings(
        db,
        [
            (r.code, r.digest, r.choice, r.reader, datetime.combine(r.on, time(4), UTC), r.remark)
            for r in readings
        ],
    )
    sections = load_guides(db, [_guide(guide) for guide in guides], now=now)
    load_policies(db, [PackFacts(p.code, p.year, p.digest, p.content) for p in packs], now=now)
    return {
        "items added": items["added"],
        "items revised": items["revised"],
        "items held, since a trainer revised them last": items["held"],
        "readings": read,
        "sections changed": sections.total() - sections["unchanged"],
    }


def load_registered_laws(db: Session, settings: Settings, *, now: datetime) -> None:
    """Load the register of laws alone, as an import of texts needs it: it knows them by name."""
    registers = read_registers(settings.content)
    if registers.faults:
        raise FaultyFilesError(list(registers.faults))
    load_laws(db, [_law(law) for law in registers.laws.values()], now=now)


def _law(law: RegisteredLaw) -> LawFacts:
    return LawFacts(
        code=law.code,
        kind=law.kind,
        title=law.title,
        short_title=law.short_title,
        editions=tuple(map(_edition, law.editions)),
        issuer=dict(law.issuer),
        level=law.level,
        posts=law.posts,
        in_force_since=law.in_force_since,
    )


def _edition(edition: RegisteredEdition) -> EditionFacts:
    return EditionFacts(
        adopted=edition.adopted,
        effective=edition.effective,
        articles=edition.articles,
        chapters=edition.chapters,
        repealed=edition.repealed,
        instrument=dict(edition.instrument),
        news=dict(edition.news),
    )


def _guide(guide: AuthoredGuide) -> GuideFacts:
    return GuideFacts(
        code=guide.code,
        topic=guide.topic,
        level=guide.level,
        posts=guide.posts,
        audiences=guide.audiences,
        position=guide.position,
        title=guide.title,
        summary=guide.summary,
        sections=tuple(
            SectionFacts(s.code, s.minutes, s.check_items, s.cites, s.title, s.body)
            for s in guide.sections
        ),
    )
