"""Counts of shelf and bank, the record of readings summed up, and for what the bank suffices."""

from dataclasses import replace
from datetime import date

from examapp.core.items import Difficulty, Kind, Use
from examapp.library.bank_counts import by_guide, by_level, fillings, reading_report, tally
from examapp.library.policy_files import AuthoredPolicy
from examapp.library.question_files import AuthoredItem
from examapp.library.reading_files import AuthoredReading
from tests.bureau import make_content
from tests.library.test_bank_style import guide

DAY = date(2026, 1, 1)
TEXT = {"zh": "某", "en": "X"}


def item(code, **content):
    return AuthoredItem(code, make_content(stem=code, **content), "bank.yaml", 1)


def reading(of, choice, key="B", on=DAY, **fields):
    made = AuthoredReading(
        of.code, of.content.digest, frozenset(choice), "r", on, "r.yaml", 1, "", frozenset(key)
    )
    return replace(made, **fields)


def test_items_are_counted_by_everything():
    items = [item("a"), item("b", kind=Kind.MULTIPLE, difficulty=Difficulty.HARD, use=Use.STUDY)]
    counts = tally(items)
    assert counts["items"] == 2
    assert (counts["single"], counts["multiple"], counts["judgement"]) == (1, 1, 0)
    assert (counts["easy"], counts["hard"], counts["exam"], counts["study"]) == (1, 1, 1, 1)
    assert (counts["recall"], counts["zh"], counts["en"]) == (2, 2, 2)


def test_each_guide_has_its_own_topic_counted():
    first, second = guide(), replace(guide(topic="law.other"), code="h", position=0, level="post")
    rows = by_guide([first, second], [item("a"), item("b"), item("c", topic="law.other")])
    assert [(row["guide"], row["items"]) for row in rows] == [("h", 1), ("g", 2)]
    assert rows[1]["characters"] > 4 * 600
    levels = by_level([first, second], [item("a"), item("c", topic="law.other")])
    assert levels["post"] == {"guides": 1, "sections": 4, "items": 1}


def test_the_first_reading_of_each_item_counts():
    one, two, three = item("one"), item("two"), item("three")
    readings = [
        reading(one, "B"),
        reading(two, "B", line=8),
        reading(two, "A", digest="earlier", line=9),
        reading(three, "B", on=date(2026, 1, 2)),
        reading(three, "B", digest="earlier"),
        reading(item("gone"), "A"),
    ]
    report = reading_report([one, two, three], readings, ["four"])
    assert (report.first_readings, report.agreed) == (3, 2)
    assert (report.differed, report.reworded, report.unread) == (("two",), ("three",), ("four",))
    assert report.rate == 2 / 3


def pack(*lines):
    exam = {
        "title": TEXT, "minutes": 60, "cut_score": 1, "tries": 1, "counts": "best",
        "lines": [dict(zip(("topic", "kind", "count", "points"), line, strict=True))
                  for line in lines],
    }  # fmt: skip
    return AuthoredPolicy("here", 2026, {"title": TEXT, "exam": exam})


def test_how_often_the_bank_fills_a_pack():
    items = [item(f"s{n}") for n in range(5)] + [item("m", kind=Kind.MULTIPLE)]
    items += [item("study", use=Use.STUDY)]
    packs = [pack(("law", "single", 2, 1), ("law.basic", "multiple", 1, 1))]
    (found,) = fillings([*packs, AuthoredPolicy("none", 2026, {"title": TEXT})], items, 3)
    assert (found.pack, found.times, found.held) == ("here", 3, 1)
    assert found.short == (("law", "single", 6, 5), ("law.basic", "multiple", 3, 1))
    (enough,) = fillings(packs, items, 1)
    assert (enough.held, enough.short) == (1, ())
