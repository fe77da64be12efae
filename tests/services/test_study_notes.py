"""Private notes: one a section, no window overwrites another."""

import pytest

from examapp.core.refusals import Invalid
from examapp.services.study.notes import MOST, NoteChanged, my_notes, note_of, save_note
from tests.bureau import NOW, make_person
from tests.services.study_builders import guide_facts, load, section_facts, the_section


@pytest.fixture
def section(db):
    load(db, guide_facts("g1", section_facts("s1"), section_facts("s2")), guide_facts("g2"))
    return the_section(db)


def test_a_note_is_saved_and_saved_again(db, section):
    person = make_person(db)
    first = save_note(db, person, section, "one", revision=0, now=NOW)
    assert (first.body, first.revision) == ("one", 1)
    second = save_note(db, person, section, "two\r\nlines ", revision=1, now=NOW)
    assert (second.body, second.revision) == ("two\nlines", 2)


def test_the_second_window_gets_a_conflict_and_the_first_text_stays(db, section):
    person = make_person(db)
    save_note(db, person, section, "before", revision=0, now=NOW)
    save_note(db, person, section, "window one", revision=1, now=NOW)
    with pytest.raises(NoteChanged):
        save_note(db, person, section, "window two", revision=1, now=NOW)
    assert note_of(db, person, section).body == "window one"


def test_two_windows_that_both_begin_a_note_conflict_as_well(db, section):
    person = make_person(db)
    save_note(db, person, section, "window one", revision=0, now=NOW)
    with pytest.raises(NoteChanged):
        save_note(db, person, section, "window two", revision=0, now=NOW)
    assert note_of(db, person, section).body == "window one"


def test_saving_the_same_twice_does_no_harm(db, section):
    person = make_person(db)
    save_note(db, person, section, "same", revision=0, now=NOW)
    save_note(db, person, section, "same", revision=0, now=NOW)
    save_note(db, person, section, "changed", revision=1, now=NOW)
    assert save_note(db, person, section, "changed", revision=1, now=NOW).revision == 2


def test_an_emptied_note_goes_on_counting_revisions(db, section):
    """Were its row deleted, a window from before could save over what came after."""
    person = make_person(db)
    save_note(db, person, section, "old", revision=0, now=NOW)
    save_note(db, person, section, "", revision=1, now=NOW)
    assert my_notes(db, person) == []
    save_note(db, person, section, "new", revision=2, now=NOW)
    with pytest.raises(NoteChanged):
        save_note(db, person, section, "from an old window", revision=1, now=NOW)


def test_a_revision_that_never_was_saves_nothing(db, section):
    with pytest.raises(NoteChanged):
        save_note(db, make_person(db), section, "x", revision=7, now=NOW)


def test_a_note_has_a_limit(db, section):
    with pytest.raises(Invalid):
        save_note(db, make_person(db), section, "长" * (MOST + 1), revision=0, now=NOW)


def test_nobody_sees_the_notes_of_another(db, section):
    person, other = make_person(db), make_person(db, "other")
    save_note(db, person, section, "private", revision=0, now=NOW)
    assert note_of(db, other, section) is None
    assert my_notes(db, other) == []
    save_note(db, other, section, "own", revision=0, now=NOW)
    assert note_of(db, person, section).body == "private"


def test_my_notes_stand_by_guide_in_reading_order_withdrawn_ones_too(db, section):
    person = make_person(db)
    for code, guide in (("s2", "g1"), ("s1", "g2"), ("s1", "g1")):
        save_note(db, person, the_section(db, code, guide), f"{guide} {code}", revision=0, now=NOW)
    load(db, guide_facts("g1", section_facts("s2")))
    found = [(g.code, [note.body for _, note in notes]) for g, notes in my_notes(db, person)]
    assert found == [("g1", ["g1 s1", "g1 s2"]), ("g2", ["g2 s1"])] or found == [
        ("g1", ["g1 s2", "g1 s1"]),
        ("g2", ["g2 s1"]),
    ]
