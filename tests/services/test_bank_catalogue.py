"""Finding items: words, filters, states, pages, history."""

import pytest

from examapp.core.items import Difficulty, Kind, Use
from examapp.core.people import Role
from examapp.core.refusals import NotFound
from examapp.services.bank.catalogue import Wanted, counts, find, item_of, standing
from examapp.services.bank.loading import load_topics
from examapp.services.bank.revisions import add_revision, read_blind
from examapp.services.bank.writing import retire
from tests.bureau import NOW, make_content, make_item, make_person, make_shelf


@pytest.fixture
def shelf(db):
    make_shelf(db)
    load_topics(db, [("lawless", {"zh": "别", "en": "Other"})])


def found(db, page=1, **wanted):
    rows, _ = find(db, Wanted(**wanted), page=page)
    return [row.item.code for row in rows]


@pytest.mark.parametrize(
    "words",
    [
        "红色",
        "COLOUR",
        "选项a 红色",
        "this-one",
        "law-x:7",
        "某法第七条",
        "《某法》第七条",
        "law x, article 7",
        "100%",
        "a_b",
    ],
)
def test_words_are_found_in_texts_ids_and_citations(db, shelf, words):
    make_item(db, "this-one", stem="红色 colour 100% a_b", cites="law-x:7")
    make_item(db, "other", stem="蓝色 1000 axb", cites="law-x:8")
    assert found(db, words=words) == ["this-one"]


def test_all_words_must_be_there(db, shelf):
    make_item(db, "one", stem="红色")
    assert found(db, words="红色 蓝色") == []


def test_a_topic_includes_those_under_it_and_no_namesake(db, shelf):
    make_item(db, "under")
    make_item(db, "beside", topic="lawless")
    make_item(db, "itself", topic="law")
    assert found(db, topic="law") == ["itself", "under"]
    assert found(db, topic="law.basic") == ["under"]


@pytest.mark.parametrize(
    ("wanted", "code"),
    [({"kind": "multiple"}, "m"), ({"difficulty": "hard"}, "h"), ({"use": "study"}, "s")],
)
def test_each_filter_narrows(db, shelf, wanted, code):
    make_item(db, "m", kind=Kind.MULTIPLE)
    make_item(db, "h", difficulty=Difficulty.HARD)
    make_item(db, "s", use=Use.STUDY)
    assert found(db, **wanted) == [code]


def test_states_and_their_counts(db, shelf):
    trainer = make_person(db, "trainer", Role.TRAINER)
    make_item(db, "in-force")
    make_item(db, "unread", read=False)
    both = make_item(db, "both")
    item = item_of(db, "both")
    newer = add_revision(db, item, make_content(stem="n"), number=2, by=None, note="", now=NOW)
    make_item(db, "tired")
    retire(db, item_of(db, "tired"), by=trainer, reason="x", now=NOW)
    assert found(db, state="in-force") == ["both", "in-force"]
    assert found(db, state="waiting") == ["both", "unread"]
    assert found(db, state="retired") == ["tired"]
    assert counts(db, Wanted()) == {"": 4, "in-force": 2, "held": 0, "waiting": 2, "retired": 1}
    rows = {row.item.code: row.states for row in find(db, Wanted())[0]}
    assert rows == {
        "in-force": ("in-force",),
        "unread": ("waiting",),
        "both": ("in-force", "waiting"),
        "tired": ("retired",),
    }
    read_blind(db, newer, frozenset("A"), reader="r", remark="", actor=None, now=NOW)
    assert standing(db, "both").row.states == ("in-force", "disputed")
    assert standing(db, "both").in_force == both.number


def test_only_the_newest_revision_is_searched(db, shelf):
    make_item(db, "one", stem="从前")
    add_revision(
        db, item_of(db, "one"), make_content(stem="现在"), number=2, by=None, note="", now=NOW
    )
    assert found(db, words="从前") == []
    assert found(db, words="现在") == ["one"]


def test_pages_hold_twenty_and_the_count_holds_all(db, shelf):
    for number in range(23):
        make_item(db, f"n-{number:02d}")
    assert found(db)[-1] == "n-19"
    assert found(db, page=2) == ["n-20", "n-21", "n-22"]
    assert find(db, Wanted())[1] == 23


def test_history_names_authors_and_readers(db, shelf):
    author = make_person(db, "author", Role.TRAINER)
    reader = make_person(db, "reader", Role.TRAINER)
    revision = make_item(db, "one", author=author)
    read_blind(
        db, revision, frozenset("B"), reader=reader.public_id, remark="", actor=None, now=NOW
    )
    history = standing(db, "one")
    assert history.revision(1).author.name == author.name
    assert set(history.readers.values()) == {"second reader", reader.name}
    with pytest.raises(NotFound):
        history.revision(2)
    with pytest.raises(NotFound):
        standing(db, "nothing")
