"""Notes beside articles: own ones alone, no window over another, and they follow the numbers."""

from __future__ import annotations

import pytest

from examapp.services.laws.notes import my_notes, notes_on, save_note
from examapp.services.laws.reading import provision
from examapp.services.study.notes import NoteChanged
from tests.bureau import NOW, make_person
from tests.law_changes import FIRST, SECOND, THIRD, WORDS, give_text, make_law

OLD = list(WORDS.values())
NEW = [OLD[0].replace("船舶", "机动船"), "新设水上救援站，配备救生艇与医护人员。", *OLD[1:]]


@pytest.fixture
def law(db):
    law = make_law(db)
    give_text(db, law, FIRST, OLD)
    return law


def write(db, person, edition, key, body, *, upon=None, revision=0):
    article = provision(db, edition, key)
    save_note(db, person, article, body, upon=upon, revision=revision, now=NOW)


def bodies(db, person, law, edition):
    """What stands beside which article."""
    found = notes_on(db, person, law, edition)
    return {key: [beside.note.body for beside in there] for key, there in found.items()}


def test_a_note_is_its_writers_alone(db, law):
    me, other = make_person(db, "me"), make_person(db, "other")
    write(db, me, law.editions[0], "3", "fees, every quarter")
    assert bodies(db, me, law, law.editions[0]) == {"3": ["fees, every quarter"]}
    assert notes_on(db, other, law, law.editions[0]) == {}
    assert my_notes(db, other) == []


def test_a_note_follows_its_article_to_the_new_number(db, law):
    me = make_person(db)
    write(db, me, law.editions[0], "1", "lamps")
    write(db, me, law.editions[0], "3", "fees")
    give_text(db, law, SECOND, NEW)
    found = notes_on(db, me, law, law.editions[1])
    assert {key: [beside.note.body for beside in there] for key, there in found.items()} == {
        "1": ["lamps"],
        "4": ["fees"],
    }
    assert found["1"][0].older
    assert not found["4"][0].older


def test_a_note_on_a_newer_edition_does_not_stand_in_an_older_one(db, law):
    me = make_person(db)
    new = give_text(db, law, SECOND, NEW)
    write(db, me, new, "2", "rescue")
    assert notes_on(db, me, law, law.editions[0]) == {}


def test_a_note_whose_article_was_struck_out_stays_in_the_list(db, law):
    me = make_person(db)
    write(db, me, law.editions[0], "12", "tugs")
    new = give_text(db, law, SECOND, OLD[:11])
    assert notes_on(db, me, law, new) == {}
    [noted] = my_notes(db, me)
    assert [(label, note.body) for _, label, note in noted.notes] == [("第十二条", "tugs")]


def test_a_note_is_followed_over_an_edition_without_words(db, law):
    me = make_person(db)
    write(db, me, law.editions[0], "3", "fees")
    third = give_text(db, law, THIRD, OLD)
    assert bodies(db, me, law, third) == {"3": ["fees"]}


def test_two_windows_never_overwrite_each_other(db, law):
    me, edition = make_person(db), law.editions[0]
    write(db, me, edition, "3", "first window")
    with pytest.raises(NoteChanged):
        write(db, me, edition, "3", "second window")
    note = notes_on(db, me, law, edition)["3"][0].note
    write(db, me, edition, "3", "changed", upon=note, revision=1)
    with pytest.raises(NoteChanged):
        write(db, me, edition, "3", "upon the old one", upon=note, revision=1)
    assert bodies(db, me, law, edition) == {"3": ["changed"]}


def test_saving_the_same_twice_does_no_harm(db, law):
    me, edition = make_person(db), law.editions[0]
    write(db, me, edition, "3", "same")
    write(db, me, edition, "3", "same")
    assert bodies(db, me, law, edition) == {"3": ["same"]}


def test_a_note_that_came_along_is_changed_where_it_was_written(db, law):
    me = make_person(db)
    write(db, me, law.editions[0], "3", "fees")
    new = give_text(db, law, SECOND, NEW)
    note = notes_on(db, me, law, new)["4"][0].note
    write(db, me, new, "4", "fees, changed", upon=note, revision=1)
    assert bodies(db, me, law, law.editions[0]) == {"3": ["fees, changed"]}
