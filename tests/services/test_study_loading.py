"""Guides from the files: added, changed, withdrawn - never deleted."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from examapp.core.refusals import Invalid
from examapp.services.study.notes import save_note
from examapp.store.study import Guide, SectionCitation
from tests.bureau import NOW, make_person
from tests.services.study_builders import guide_facts, load, section_facts, the_section

LATER = NOW + timedelta(days=1)


def cites_of(db, section):
    rows = db.scalars(
        select(SectionCitation)
        .where(SectionCitation.section_id == section.id)
        .order_by(SectionCitation.position)
    )
    return [(row.article, row.paragraph, row.item) for row in rows]


def test_guides_and_sections_are_added_in_order(db):
    done = load(
        db, guide_facts("g1", section_facts("b"), section_facts("a", cites="law-x:2.1(3) law-x:3"))
    )
    assert done == {"added": 2}
    guide = db.scalars(select(Guide)).one()
    assert [(s.code, s.position) for s in guide.sections] == [("b", 1), ("a", 2)]
    assert cites_of(db, the_section(db, "a")) == [("2", 1, 3), ("3", None, None)]


def test_loading_the_same_files_twice_changes_nothing(db):
    facts = guide_facts("g1", section_facts("a", cites="law-x:1 law-x:2"))
    load(db, facts)
    assert not load(db, facts, now=LATER)


@pytest.mark.parametrize(
    "changed",
    [
        {"minutes": 50},
        {"check_items": 5},
        {"title": {"zh": "新", "en": "New"}},
        {"body": {"zh": "新", "en": "New"}},
        {"cites": "law-x:2"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_changed_section_stays_the_same_one(db, changed):
    load(db, guide_facts("g1", section_facts("a")))
    before = the_section(db, "a").id
    assert load(db, guide_facts("g1", section_facts("a", **changed))) == {"changed": 1}
    db.expire_all()
    section = the_section(db, "a")
    assert section.id == before
    plain = {name: value for name, value in changed.items() if name != "cites"}
    assert all(getattr(section, name) == value for name, value in plain.items())


def test_changed_citations_replace_the_old_ones(db):
    load(db, guide_facts("g1", section_facts("a", cites="law-x:1 law-x:2 law-x:3")))
    load(db, guide_facts("g1", section_facts("a", cites="law-x:2.1 law-x:1")))
    db.expire_all()
    assert cites_of(db, the_section(db, "a")) == [("2", 1, None), ("1", None, None)]


def test_a_section_that_vanished_is_withdrawn_and_keeps_its_notes(db):
    load(db, guide_facts("g1", section_facts("a"), section_facts("b")))
    person, gone = make_person(db), the_section(db, "a")
    save_note(db, person, gone, "mine", revision=0, now=NOW)
    assert load(db, guide_facts("g1", section_facts("b")), now=LATER) == {"withdrawn": 1}
    assert gone.withdrawn_at == LATER
    assert the_section(db, "b").withdrawn_at is None
    assert the_section(db, "b").position == 1


def test_a_guide_that_vanished_is_withdrawn_with_its_sections(db):
    load(db, guide_facts("g1"), guide_facts("g2", section_facts("other")))
    assert load(db, guide_facts("g1"), now=LATER) == {"withdrawn": 1}
    gone = db.scalars(select(Guide).where(Guide.code == "g2")).one()
    assert gone.withdrawn_at == LATER
    assert the_section(db, "other", "g2").withdrawn_at == LATER
    assert not load(db, guide_facts("g1"), now=LATER + timedelta(days=1))
    assert gone.withdrawn_at == LATER


def test_a_section_that_comes_back_is_the_same_one(db):
    load(db, guide_facts("g1", section_facts("a"), section_facts("b")))
    before = the_section(db, "a").id
    load(db, now=LATER)
    load(db, guide_facts("g1", section_facts("a"), section_facts("b")), now=LATER)
    assert the_section(db, "a").id == before
    assert the_section(db, "a").withdrawn_at is None
    assert db.scalars(select(Guide)).one().withdrawn_at is None


def test_one_code_in_two_guides_makes_two_sections(db):
    load(db, guide_facts("g1", section_facts("a")), guide_facts("g2", section_facts("a")))
    assert the_section(db, "a", "g1").id != the_section(db, "a", "g2").id


def test_unknown_topics_and_laws_are_named_all_at_once(db):
    with pytest.raises(Invalid) as refused:
        load(
            db,
            guide_facts("g1", section_facts(cites="law-z:1"), topic="no.such"),
            guide_facts("g2"),
        )
    assert [fault.place for fault in refused.value.faults] == ["g1", "g1"]
    assert db.scalars(select(Guide)).all() == []
