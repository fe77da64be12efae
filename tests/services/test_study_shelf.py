"""The shelf: order, marks, progress, reading position, what comes next."""

from dataclasses import replace
from datetime import timedelta

import pytest

from examapp.core.refusals import NotFound
from examapp.services.bank.loading import load_topics
from examapp.services.study import progress, reading, shelf
from examapp.store.study import ReadingPosition
from tests.bureau import HOUR, NOW, make_item, make_person
from tests.services.study_builders import (
    guide_facts,
    load,
    pass_check,
    section_facts,
    section_with_items,
    the_section,
)

LATER = NOW + timedelta(days=1)


def port_person(db, **fields):
    return make_person(db, post="port", audience="enforcement", **fields)


def codes(entries):
    return [entry.guide.code for entry in entries]


def test_guides_stand_by_level_and_in_it_ones_own_first(db):
    load(
        db,
        guide_facts("others", level="post", posts=("finance",), position=1),
        guide_facts("own-post", level="post", posts=("finance", "port"), position=2),
        guide_facts("everybody", level="general", position=3),
        guide_facts("own-audience", level="general", audiences=("enforcement",), position=4),
        guide_facts("first", level="first-duty", position=9),
    )
    entries = shelf.on_shelf(db, port_person(db), year=2026)
    assert codes(entries) == ["first", "own-audience", "everybody", "own-post", "others"]
    marks = {e.guide.code: (e.for_post, e.for_audience, e.meant) for e in entries}
    assert marks["own-post"] == (True, False, True)
    assert marks["own-audience"] == (False, True, True)
    assert marks["others"] == (False, False, False)
    assert marks["first"] == (False, False, True)
    assert list(shelf.by_level(entries)) == ["first-duty", "general", "post"]


def test_a_level_has_its_guides_by_area_where_the_first_of_them_stands(db):
    topics = {"a": "law.one", "b": "state.two", "c": "law.three", "d": "state"}
    load_topics(
        db, [(code, {"zh": code, "en": code}) for code in ("law", "state", *topics.values())]
    )
    load(
        db,
        *(
            replace(guide_facts(code, level="general", position=n), topic=topic)
            for n, (code, topic) in enumerate(topics.items())
        ),
    )
    levels = shelf.by_level(shelf.on_shelf(db, port_person(db), year=2026))
    found = {area: codes(entries) for area, entries in levels["general"].items()}
    assert list(found.items()) == [("law", ["a", "c"]), ("state", ["b", "d"])]


def test_what_was_withdrawn_is_not_on_the_shelf(db):
    load(db, guide_facts("g1", section_facts("a"), section_facts("b")), guide_facts("gone"))
    load(db, guide_facts("g1", section_facts("a")), now=LATER)
    person = make_person(db)
    (entry,) = shelf.on_shelf(db, person, year=2026)
    assert [section.code for section in entry.sections] == ["a"]
    for missing in (("g1", "b"), ("gone", "s1"), ("g1", "none"), ("none", "a")):
        with pytest.raises(NotFound):
            shelf.section(db, *missing)
    with pytest.raises(NotFound):
        shelf.guide(db, person, "gone", year=2026)


def test_sections_done_count_for_this_person_and_year_only(db):
    section = section_with_items(db)
    person, other = make_person(db), make_person(db, "other")
    pass_check(db, person, section)
    assert shelf.guide(db, person, "g1", year=2026).done == 1
    assert shelf.guide(db, person, "g1", year=2025).done == 0
    assert shelf.guide(db, other, "g1", year=2026).done == 0


def test_opening_a_section_keeps_the_place_in_each_guide(db):
    load(db, guide_facts("g1", section_facts("a"), section_facts("b")), guide_facts("g2"))
    person, other = make_person(db), make_person(db, "other")
    a, b, c = the_section(db, "a"), the_section(db, "b"), the_section(db, "s1", "g2")
    assert reading.keep_position(db, person, a, now=NOW)
    assert reading.keep_position(db, person, c, now=NOW + HOUR)
    assert reading.keep_position(db, person, b, now=NOW + 2 * HOUR)
    assert reading.positions(db, person) == {a.guide_id: b.id, c.guide_id: c.id}
    assert reading.last_opened(db, person).code == "b"
    assert reading.last_opened(db, other) is None
    assert shelf.guide(db, person, "g1", year=2026).go_on.code == "b"
    assert shelf.guide(db, other, "g1", year=2026).go_on.code == "a"


def test_opening_the_same_section_again_writes_nothing(db):
    load(db, guide_facts())
    person, section = make_person(db), the_section(db)
    reading.keep_position(db, person, section, now=NOW)
    assert not reading.keep_position(db, person, section, now=LATER)
    assert db.get_one(ReadingPosition, (person.id, section.guide_id)).at == NOW


def test_a_place_in_a_withdrawn_section_is_forgotten(db):
    load(db, guide_facts("g1", section_facts("a"), section_facts("b")))
    person = make_person(db)
    reading.keep_position(db, person, the_section(db, "b"), now=NOW)
    load(db, guide_facts("g1", section_facts("a")), now=LATER)
    assert reading.last_opened(db, person) is None
    assert shelf.guide(db, person, "g1", year=2026).go_on.code == "a"


def test_neighbours_are_the_sections_in_force_before_and_after(db):
    load(db, guide_facts("g1", *(section_facts(code) for code in "abcd")))
    load(db, guide_facts("g1", *(section_facts(code) for code in "acd")))
    entry = shelf.guide(db, make_person(db), "g1", year=2026)

    def around(code):
        return tuple(s and s.code for s in shelf.neighbours(entry, the_section(db, code)))

    assert [around(code) for code in "acd"] == [(None, "c"), ("a", "d"), ("c", None)]


def test_the_next_section_is_the_first_uncredited_one_meant_for_the_person(db):
    load(
        db,
        guide_facts("others", level="first-duty", posts=("finance",), position=1),
        guide_facts("general", level="general", position=2),
        guide_facts("duty", section_facts("a"), section_facts("b"), level="first-duty", position=3),
    )
    for number in range(3):
        make_item(db, f"i-{number}")
    person, order = port_person(db), []
    while found := progress.next_section(db, person, year=2026):
        guide, section = found
        order.append((guide.code, section.code))
        pass_check(db, person, section)
    assert order == [("duty", "a"), ("duty", "b"), ("general", "s1")]
    assert progress.next_section(db, person) is None
    assert progress.next_section(db, person, year=2027)[1].code == "a"


def test_minutes_and_credits_of_a_year_name_their_evidence(db):
    section = section_with_items(db, minutes=45)
    person, other = make_person(db), make_person(db, "other")
    new_years_morning = NOW.replace(year=2026, month=12, day=31, hour=16)  # 1 January in Shanghai
    pass_check(db, person, section)
    pass_check(db, person, section, now=new_years_morning)
    pass_check(db, other, section)
    assert progress.year_minutes(db, person.id, 2026) == 45
    assert progress.year_minutes(db, person.id, 2027) == 45
    assert progress.year_minutes(db, person.id, 2025) == 0
    (credit,) = progress.credits(db, person.id, 2027)
    assert (credit.guide_title["en"], credit.section_title["en"]) == ("Guide g1", "Section s1")
    assert (credit.minutes, credit.day.isoformat()) == (45, "2027-01-01")
