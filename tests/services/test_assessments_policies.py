"""Policy packs: every edition kept, and a year under the edition that was its own."""

from datetime import UTC, datetime

import pytest

from examapp.services.assessments.policies import PackFacts, in_force, load_policies, years
from tests.bureau import NOW

TEXT = {"zh": "字", "en": "word"}


def pack(digest, *, year=2026, code="here"):
    rule = {
        "code": "R16",
        "head": "study",
        "measure": "study-minutes",
        "threshold": 1800,
        "points": 40,
        "title": TEXT,
        "rule": TEXT,
        "source": "R16",
    }
    return PackFacts(code, year, digest, {"title": TEXT, "indicators": [rule]})


def on(year, month=6):
    return datetime(year, month, 1, tzinfo=UTC)


def load(db, *loads):
    for loaded_at, made in loads:
        load_policies(db, [made], now=loaded_at)


def test_the_same_pack_again_is_no_new_edition(db):
    assert load_policies(db, [pack("A"), pack("Z", code="there")], now=NOW) == 2
    assert load_policies(db, [pack("A"), pack("Z", code="there")], now=NOW) == 0
    found = in_force(db, "here", 2026)
    assert (found.number, found.digest, found.indicators[0].threshold) == (1, "A", 1800)


def test_rules_that_go_back_to_an_earlier_wording_are_a_new_edition(db):
    load(db, (on(2026, 1), pack("A")), (on(2026, 2), pack("B")), (on(2026, 3), pack("A")))
    assert (in_force(db, "here", 2026).number, in_force(db, "here", 2026).digest) == (3, "A")


@pytest.mark.parametrize(
    ("loads", "year", "digest"),
    [
        # no rules reach back so far
        ([(on(2026), pack("A"))], 2025, None),
        # they hold on until others come
        ([(on(2026), pack("A"))], 2029, "A"),
        # within the year a changed rule is the year's rule
        ([(on(2026, 1), pack("A")), (on(2026, 11), pack("B"))], 2026, "B"),
        # a past year keeps the pack it had
        ([(on(2026), pack("A")), (on(2027), pack("B"))], 2026, "A"),
        ([(on(2026), pack("A")), (on(2027), pack("B"))], 2027, "B"),
        ([(on(2026), pack("A")), (on(2027, 1), pack("B")), (on(2027), pack("A"))], 2026, "A"),
        # next year's rules, loaded early, wait for their year
        ([(on(2026), pack("A")), (on(2026, 12), pack("B", year=2027))], 2026, "A"),
        ([(on(2026), pack("A")), (on(2026, 12), pack("B", year=2027))], 2027, "B"),
        # the newest first year wins over the latest loaded
        ([(on(2027, 1), pack("B", year=2027)), (on(2027, 2), pack("A"))], 2027, "B"),
        # loaded only after the year: the first that came holds, and goes on to
        ([(on(2028), pack("A"))], 2026, "A"),
        ([(on(2028), pack("A")), (on(2028, 7), pack("B"))], 2026, "A"),
        # the year's last evening in Shanghai is in time, an hour later is not
        (
            [(on(2026), pack("A")), (datetime(2026, 12, 31, 15, tzinfo=UTC), pack("B"))],
            2026,
            "B",
        ),
        (
            [(on(2026), pack("A")), (datetime(2026, 12, 31, 17, tzinfo=UTC), pack("B"))],
            2026,
            "A",
        ),
    ],
)
def test_which_edition_a_year_is_assessed_under(db, loads, year, digest):
    load(db, *loads, (on(2026), pack("Z", code="elsewhere", year=2020)))
    found = in_force(db, "here", year)
    assert (found and found.digest) == digest


def test_years_that_can_be_assessed_begin_with_the_first_rules(db):
    assert years(db, "here", now=NOW) == [2026]
    load(db, (on(2026), pack("A", year=2024)), (on(2026), pack("Z", code="z", year=2010)))
    assert years(db, "here", now=NOW) == [2026, 2025, 2024]


def test_rules_of_the_next_year_alone_leave_this_year_to_choose(db):
    load(db, (on(2026), pack("A", year=2027)))
    assert years(db, "here", now=NOW) == [2026]


def test_a_pack_that_has_an_exam_alone_assesses_nobody(db):
    load(db, (on(2026), pack("A")))
    load(db, (on(2026), PackFacts("here", 2026, "B", {"title": TEXT, "exam": {}})))
    assert in_force(db, "here", 2026) is None
