"""Rules of places, from the packs that were loaded."""

import pytest

from examapp.core.refusals import NotFound
from examapp.services.assessments.policies import PackFacts, load_policies
from examapp.services.exams import places
from tests.bureau import NOW

TEXT = {"zh": "某", "en": "X"}
EXAM = {
    "title": TEXT, "minutes": 60, "cut_score": 1, "tries": 2, "counts": "best",
    "lines": [{"topic": "law", "kind": "single", "count": 2, "points": 1}],
}  # fmt: skip


def load(db, code, digest, **content):
    load_policies(db, [PackFacts(code, 2020, digest, {"title": TEXT} | content)], now=NOW)


def test_the_newest_edition_of_every_pack_with_an_exam(db):
    load(db, "there", "1", exam=EXAM | {"minutes": 30})
    load(db, "there", "2", exam=EXAM)
    load(db, "here", "3", exam=EXAM, gates=[TEXT])
    load(db, "hours-only", "4")
    found = places.places(db)
    assert [(place.code, place.year) for place in found] == [("here", 2020), ("there", 2020)]
    assert [place.rules.exam.spec.minutes for place in found] == [60, 60]
    assert found[0].rules.texts["gates"] == (TEXT,)


def test_a_place_without_an_exam_is_not_there(db):
    load(db, "hours-only", "4")
    assert places.places(db) == []
    with pytest.raises(NotFound):
        places.place(db, "hours-only")
