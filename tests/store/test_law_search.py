"""The index of articles holds what it was told, and forgets what it was told to forget."""

import pytest

from examapp.store import law_search
from examapp.store.laws import Article, Edition, Law
from tests.bureau import NOW


@pytest.fixture
def ids(db):
    """Two articles whose words are `ab 法律 律` and `ab 渡船`."""
    names = {"zh": "示例法"}
    law = Law(code="x", kind="law", title=names, short_title=names)
    edition = Edition(law=law, adopted=NOW.date(), effective=NOW.date(), articles=2, chapters=0,
                      known_at=NOW)  # fmt: skip
    db.add(edition)
    db.flush()
    facts = {"edition_id": edition.id, "kind": "article", "label": "", "text": ""}
    rows = [Article(**facts, position=n, key=str(n)) for n in (1, 2)]
    db.add_all(rows)
    db.flush()
    one, two = (row.id for row in rows)
    law_search.insert(db, [(one, ["ab", "法律", "律", "ab"]), (two, ["ab", "渡船"])])
    return one, two


def found(db, *whole, beginnings=()):
    return {row.id for row in db.execute(law_search.match(db, whole, beginnings))}


def test_all_words_and_all_beginnings_must_be_there(db, ids):
    one, two = ids
    assert found(db, "ab") == {one, two}
    assert found(db, "ab", "法律") == {one}
    assert found(db, "法律", "渡船") == set()
    assert found(db, beginnings=["渡"]) == {two}
    assert found(db, "ab", beginnings=["律"]) == {one}
    assert found(db, "a") == found(db, beginnings=["船"]) == set()


def test_what_is_taken_out_is_no_longer_found(db, ids):
    one, two = ids
    law_search.delete(db, [(one, ["ab", "法律", "律"])])
    assert found(db, "ab") == {two}
    assert found(db, "法律") == set()


def test_nothing_to_enter_is_nothing_done(db):
    law_search.insert(db, [])
    assert found(db, "ab") == set()
