"""Builders of guides and checks for the tests of the study room."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.core.citations import parse
from examapp.core.items import Use
from examapp.services.people.persons import Person
from examapp.services.study.checks import draw, hand_in
from examapp.services.study.loading import GuideFacts, SectionFacts, load_guides
from examapp.store.bank import ItemRevision
from examapp.store.study import Check, Guide, Section
from tests.bureau import NOW, make_item, make_shelf


def section_facts(code: str = "s1", *, cites: str = "law-x:1", **fields: object) -> SectionFacts:
    return SectionFacts(
        **{  # type: ignore[arg-type]
            "code": code,
            "minutes": 40,
            "check_items": 3,
            "cites": tuple(parse(cite) for cite in cites.split()),
            "title": {"zh": f"节{code}", "en": f"Section {code}"},
            "body": {"zh": f"正文{code} [[law-x:1]]", "en": f"Text {code} [[law-x:1]]"},
            **fields,
        }
    )


def guide_facts(code: str = "g1", *sections: SectionFacts, **fields: object) -> GuideFacts:
    return GuideFacts(
        **{  # type: ignore[arg-type]
            "code": code,
            "topic": "law.basic",
            "level": "general",
            "posts": (),
            "audiences": (),
            "position": 10,
            "title": {"zh": f"指南{code}", "en": f"Guide {code}"},
            "summary": {"zh": "简介", "en": "Summary"},
            "sections": sections or (section_facts(),),
            **fields,
        }
    )


def load(db: Session, *guides: GuideFacts, now=NOW):
    """Load guides on a shelf with the law law-x."""
    make_shelf(db)
    return load_guides(db, guides, now=now)


def the_section(db: Session, code: str = "s1", guide: str = "g1") -> Section:
    return db.scalars(
        select(Section).join(Section.guide).where(Guide.code == guide, Section.code == code)
    ).one()


def section_with_items(db: Session, count: int = 3, **fields: object) -> Section:
    """Section s1 on article 1, with so many study items on it."""
    load(db, guide_facts("g1", section_facts(**fields)))
    for number in range(count):
        make_item(db, f"study-{number}", use=Use.STUDY)
    return the_section(db)


def keys(db: Session, check: Check) -> dict[int, frozenset[str]]:
    """The right choice at every place."""
    found = {}
    for place, (revision_id, _) in enumerate(check.items, 1):
        found[place] = frozenset(db.get_one(ItemRevision, revision_id).content["key"])
    return found


def wrongs(db: Session, check: Check, how_many: int) -> dict[int, frozenset[str]]:
    """Right choices but for the first places (all items are single choice with key B)."""
    right = keys(db, check)
    return {place: frozenset("A") if place <= how_many else key for place, key in right.items()}


def pass_check(db: Session, person: Person, section: Section, now=NOW) -> Check:
    check = draw(db, person, section, now=now)
    return hand_in(db, person, check.public_id, keys(db, check), now=now)
