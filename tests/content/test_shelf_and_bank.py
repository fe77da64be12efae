"""The shelf and the bank as they stand: enough of everything, read by two, without a fault."""

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from examapp.authored import load_authored
from examapp.config import from_environment
from examapp.core.items import LANGUAGES, Asks, Difficulty, Kind, Use
from examapp.library.bank_check import check_everything, drafts, read_items
from examapp.library.bank_counts import fillings, reading_report
from examapp.library.guide_files import read_guides
from examapp.library.guide_style import characters
from examapp.library.policy_files import read_policies
from examapp.library.question_files import read_bank
from examapp.library.reading_files import read_readings
from examapp.store.engine import make_engine
from tests.bureau import NOW

ROOT = Path(__file__).parents[2]
CONTENT, BANK = ROOT / "content", ROOT / "question_bank"
ITEMS = read_bank(BANK).items
READINGS = read_readings(BANK)[0]
GUIDES = read_guides(CONTENT)[0]
IN_FORCE = read_items(ITEMS, READINGS)


def share(of, total=None):
    return sum(map(of, ITEMS)) / (total or len(ITEMS))


def test_there_is_no_fault_in_anything_authored():
    assert [str(fault) for fault in check_everything(CONTENT, BANK).faults] == []


def test_the_bank_has_a_thousand_items_and_a_quarter_of_them_on_the_constitution():
    by_area = Counter(item.content.topic.partition(".")[0] for item in IN_FORCE)
    assert len(IN_FORCE) >= 1000
    assert by_area["constitution"] >= 250


def test_every_guide_has_25_items_of_every_kind_and_difficulty():
    by_topic = {
        guide.topic: [i for i in ITEMS if i.content.topic == guide.topic] for guide in GUIDES
    }
    assert len(by_topic) == len(GUIDES)
    for topic, items in by_topic.items():
        assert len(items) >= 25, topic
        assert {item.content.kind for item in items} == set(Kind), topic
        assert {item.content.difficulty for item in items} == set(Difficulty), topic


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (Kind.SINGLE, 0.45), (Kind.MULTIPLE, 0.3), (Kind.JUDGEMENT, 0.25),
        (Difficulty.EASY, 0.4), (Difficulty.MEDIUM, 0.4), (Difficulty.HARD, 0.2),
    ],
)  # fmt: skip
def test_kinds_and_difficulties_are_mixed_as_planned(value, wanted):
    assert share(lambda item: value in (item.content.kind, item.content.difficulty)) == (
        pytest.approx(wanted, abs=0.03)
    )


def test_a_quarter_of_the_items_ask_for_applying_the_law():
    assert share(lambda item: item.content.asks is Asks.APPLY) >= 0.25


def test_everything_stands_in_both_languages():
    for language in LANGUAGES:
        assert all(
            item.content.stem[language] and item.content.rationale[language] for item in ITEMS
        )
        assert all(section.body[language] for guide in GUIDES for section in guide.sections)


def test_the_shelf_has_the_three_levels_and_all_areas():
    assert {guide.level for guide in GUIDES} == {"first-duty", "general", "post"}
    assert {guide.topic.partition(".")[0] for guide in GUIDES} == {
        "constitution", "rule-of-law", "legal-system", "administration", "integrity", "officials",
        "security", "ports", "safety", "organs", "new-law",
    }  # fmt: skip


def test_sections_can_be_read_in_one_sitting():
    sizes = [characters(section.body["zh"]) for guide in GUIDES for section in guide.sections]
    assert min(sizes) >= 600
    assert max(sizes) <= 1500


def test_readers_agreed_and_nothing_is_unread():
    report = reading_report(ITEMS, READINGS, [item.code for item in drafts(ITEMS, READINGS)])
    assert report.unread == ()
    assert report.first_readings == len(ITEMS)
    assert report.rate >= 0.97


def test_every_pack_can_be_filled_ten_times_over():
    found = list(fillings(read_policies(CONTENT)[0], IN_FORCE, 10))
    assert len(found) == 6
    assert {one.pack: one.short for one in found if one.held < 10} == {}


def test_every_section_has_exam_items_beside_those_of_its_check():
    exam = [item.content for item in IN_FORCE if item.content.use is Use.EXAM]
    for guide in GUIDES:
        own = [content for content in exam if content.topic == guide.topic]
        for section in guide.sections:
            cited = {cite.article_key for cite in section.cites}
            assert any(cited & {c.article_key for c in content.cites} for content in own), (
                f"{guide.code}: {section.code}"
            )


def test_everything_loads_and_the_second_time_nothing_is_new(fresh_databases, tmp_path):
    settings = from_environment({
        "EXAMAPP_INSTANCE": str(tmp_path), "EXAMAPP_DATABASE_URL": fresh_databases.url("sqlite")
    })  # fmt: skip
    engine = make_engine(settings.database_url, sealing_key=settings.sealing_key)
    with Session(engine) as db, db.begin():
        first = load_authored(db, settings, now=NOW)
        again = load_authored(db, settings, now=NOW)
    engine.dispose()
    assert first["items added"] == len(ITEMS)
    assert first["sections changed"] == sum(len(guide.sections) for guide in GUIDES)
    assert set(again.values()) == {0}
