"""Exactly what rests on changed articles is held, from the day on which the change holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from examapp.core.citations import parse
from examapp.services.bank.revisions import add_revision, current, read_blind
from examapp.services.laws import moving
from examapp.services.laws.effects import edition_known
from examapp.services.laws.held import held_sections
from examapp.services.laws.references import following_references
from examapp.services.laws.register import EditionFacts
from examapp.services.laws.subjects import cases
from examapp.services.verification.citations import check_citations
from examapp.store.bank import Item, ItemRevision
from examapp.store.held import CitationMove
from examapp.store.laws import ArticleChange, EditionChange
from examapp.store.ledger import LedgerEntry
from examapp.store.study import Section
from tests.bureau import NOW, make_content, make_item, make_shelf
from tests.law_changes import FIRST, SECOND, THIRD, WORDS, cited_by, give_text, make_law
from tests.services.study_builders import guide_facts, load, section_facts

TODAY = NOW.date()
OLD = list(WORDS.values())
(LAMPS, PILOTS, FEES, FISH, WHARF, CRANES, GRAIN, STORMS, GUIDE, CREW, LOGS, TUGS) = OLD

# Article 1 as it was, 2 typographical, 3 rewritten, 4 one further on since 4 is new, 5 gone,
# 6 in two, 7 and 8 in one, 9 names another number, 10 and 11 one off, 12 as it was.
NEW = [
    LAMPS,
    PILOTS.replace("，", ", "),
    FEES.replace("每季度", "每月"),
    "新设水上救援站，配备救生艇与医护人员，昼夜值守。",
    FISH,
    "起重设备每半年检验一次；检验不合格的立即停用。",
    "检验报告保存五年。",
    GRAIN + "\n" + STORMS,
    GUIDE.replace("第四条", "第五条"),
    CREW,
    LOGS,
    TUGS,
]
HELD = {"3", "5", "6", "7", "8"}


@pytest.fixture
def bank(db):
    """Twelve items, one on each article, beside one of another law."""
    make_shelf(db)
    make_law(db, code="quiet", title="示例安静法")
    law = make_law(db)
    for number in range(1, 13):
        make_item(db, str(number), cites=f"harbour:{number}")
    make_item(db, "noise", cites="quiet:3")
    return law


def test_two_paragraphs_of_a_changed_article_are_told_once(db, bank):
    load(db, guide_facts("g", section_facts("s", cites="harbour:8.1 harbour:3 harbour:8.2")))
    give_text(db, bank, FIRST, OLD)
    give_text(db, bank, SECOND, NEW)
    [case] = [c for c in cases(db, TODAY) if c.subject.code == "g/s"]
    assert [hit.article for hit in case.hits] == ["8", "3", "8"]
    assert [hit.article for hit in case.articles] == ["8", "3"]


def running(db, day=TODAY):
    """Codes of the items that may be asked on a day."""
    rows = select(Item.code).join(ItemRevision).where(ItemRevision.id.in_(current(day)))
    return set(db.scalars(rows))


def all_items():
    return {str(n) for n in range(1, 13)} | {"noise"}


def kinds(db):
    """What became of each article, by old and new key."""
    rows = db.execute(
        select(ArticleChange.old_key, ArticleChange.new_key, ArticleChange.kind)
        .join(EditionChange)
        .where(EditionChange.superseded_at.is_(None))
    )
    return {(old, new): kind for old, new, kind in rows}


def test_a_first_edition_holds_nothing(db, bank):
    give_text(db, bank, FIRST, OLD)
    assert running(db) == all_items()
    assert db.scalars(select(EditionChange)).all() == []


def test_exactly_what_rests_on_changed_articles_is_held(db, bank):
    give_text(db, bank, FIRST, OLD)
    give_text(db, bank, SECOND, NEW)
    assert set(kinds(db).values()) == {
        "unchanged", "typographical", "modified", "added", "renumbered", "removed", "split",
        "merged", "cross-reference",
    }  # fmt: skip
    assert running(db) == all_items() - HELD


def test_what_keeps_running_follows_the_new_numbers(db, bank):
    give_text(db, bank, FIRST, OLD)
    give_text(db, bank, SECOND, NEW)
    assert cited_by(db, "4") == ["harbour:5 2026-01-01"]
    assert cited_by(db, "12") == ["harbour:12 2026-01-01"]
    assert cited_by(db, "3") == ["harbour:3 2020-01-01"]
    assert cited_by(db, "noise") == ["quiet:3 2020-01-01"]
    moved = db.scalars(select(CitationMove.from_cite)).all()
    assert set(moved) == {f"harbour:{n}" for n in range(1, 13) if str(n) not in HELD}


def test_a_change_to_come_holds_from_its_day_in_the_bureaus_zone(db, bank):
    begins = TODAY + timedelta(days=10)
    give_text(db, bank, FIRST, OLD)
    give_text(db, bank, SECOND, NEW, effective=begins)
    assert running(db, begins - timedelta(days=1)) == all_items()
    assert running(db, begins) == all_items() - HELD
    assert cited_by(db, "4") == ["harbour:4 2020-01-01"]
    evening_before = datetime.fromisoformat(f"{begins - timedelta(days=1)}T15:59:59+00:00")
    assert moving.settle(db, now=evening_before) == 0
    assert moving.settle(db, now=evening_before + timedelta(seconds=1)) == 7
    assert cited_by(db, "4") == ["harbour:5 2026-01-01"]
    assert moving.settle(db, now=evening_before + timedelta(days=1)) == 0


def test_without_the_words_nobody_knows_and_all_of_the_law_waits(db, bank):
    give_text(db, bank, FIRST, OLD)
    make_law(db, EditionFacts(FIRST, FIRST, 12, 0), EditionFacts(SECOND, SECOND, 12, 0))
    assert running(db) == {"noise"}
    give_text(db, bank, SECOND, NEW)
    assert running(db) == all_items() - HELD


def test_an_older_text_that_comes_last_sets_free_what_did_not_change(db, bank):
    give_text(db, bank, SECOND, NEW)
    assert running(db) == {"noise"}
    give_text(db, bank, FIRST, OLD)
    assert running(db) == all_items() - HELD
    assert cited_by(db, "4") == ["harbour:5 2026-01-01"]


LAST = [*NEW[:4], FISH.replace("渔具", "渔船"), *NEW[5:]]


def test_a_chain_of_three_editions_is_walked_to_its_end(db, bank):
    give_text(db, bank, FIRST, OLD)
    give_text(db, bank, SECOND, NEW)
    give_text(db, bank, THIRD, LAST)
    assert running(db) == all_items() - HELD - {"4"}
    assert cited_by(db, "4") == ["harbour:5 2026-01-01"]
    assert cited_by(db, "12") == ["harbour:12 2026-03-01"]


def test_two_changes_to_come_are_seen_ahead_in_a_row(db, bank):
    summer, autumn = TODAY + timedelta(days=30), TODAY + timedelta(days=90)
    give_text(db, bank, FIRST, OLD)
    give_text(db, bank, SECOND, NEW, effective=summer)
    give_text(db, bank, THIRD, LAST, effective=autumn)
    assert running(db, summer) == all_items() - HELD
    assert running(db, autumn) == all_items() - HELD - {"4"}


def test_an_edition_between_two_others_that_comes_last_parts_their_comparison(db, bank):
    give_text(db, bank, FIRST, OLD)
    give_text(db, bank, THIRD, LAST, effective=TODAY + timedelta(days=9))
    give_text(db, bank, SECOND, NEW)
    assert cited_by(db, "4") == ["harbour:5 2026-01-01"]
    assert running(db) == all_items() - HELD
    assert running(db, TODAY + timedelta(days=9)) == all_items() - HELD - {"4"}
    over = db.scalars(select(EditionChange).where(EditionChange.superseded_at.is_not(None)))
    assert len(over.all()) == 1


def test_saying_it_twice_changes_nothing(db, bank):

    give_text(db, bank, FIRST, OLD)
    edition = give_text(db, bank, SECOND, NEW)
    before = len(db.scalars(select(LedgerEntry.number)).all())
    edition_known(db, edition, now=NOW + timedelta(days=1))
    assert len(db.scalars(select(LedgerEntry.number)).all()) == before


def test_one_touched_citation_of_several_holds_and_the_other_one_moves_on(db, bank):

    item = Item(code="both", created_at=NOW)
    db.add(item)
    db.flush()
    content = replace(make_content(), cites=(parse("harbour:4.2"), parse("harbour:3")))
    revision = add_revision(db, item, content, number=1, by=None, note="", now=NOW)
    read_blind(db, revision, content.key, reader="r", remark="", actor=None, now=NOW)
    give_text(db, bank, FIRST, OLD)
    give_text(db, bank, SECOND, NEW)
    assert "both" not in running(db)
    assert cited_by(db, "both") == ["harbour:5 2026-01-01", "harbour:3 2020-01-01"]
    moved = db.scalar(select(CitationMove.to_cite).where(CitationMove.revision_id == revision.id))
    assert moved == "harbour:5.2"


def test_a_preamble_that_stayed_moves_on_and_one_that_changed_holds(db, bank):
    make_item(db, "on-preamble", cites="harbour:preamble")
    give_text(db, bank, FIRST, OLD, preamble="为了航行安全。")
    give_text(db, bank, SECOND, OLD, preamble="为了航行安全。")
    assert cited_by(db, "on-preamble") == ["harbour:preamble 2026-01-01"]
    give_text(db, bank, THIRD, OLD, preamble="为了一切水上活动的安全与便利，制定本法。")
    assert running(db) == all_items()


def repeal(db, day):
    make_law(db, EditionFacts(FIRST, FIRST, 12, 0, repealed=day))


def test_a_repealed_law_holds_what_cites_it_alone_from_its_day(db, bank):

    item = Item(code="both", created_at=NOW)
    db.add(item)
    db.flush()
    content = replace(make_content(), cites=(parse("harbour:4"), parse("quiet:3")))
    revision = add_revision(db, item, content, number=1, by=None, note="", now=NOW)
    read_blind(db, revision, content.key, reader="r", remark="", actor=None, now=NOW)
    end = TODAY + timedelta(days=5)
    repeal(db, end)
    assert running(db, end - timedelta(days=1)) == all_items() | {"both"}
    assert running(db, end) == {"noise", "both"}


def test_sections_are_held_and_move_by_the_same_rule(db, bank):
    load(
        db,
        guide_facts(
            "g",
            section_facts("same", cites="harbour:4.2"),
            section_facts("held", cites="harbour:1 harbour:3"),
            section_facts("noise", cites="quiet:1"),
        ),
    )
    give_text(db, bank, FIRST, OLD)
    give_text(db, bank, SECOND, NEW)
    held = db.scalars(select(Section.code).where(Section.id.in_(held_sections(TODAY))))
    assert held.all() == ["held"]
    cites = {
        s.code: [(c.article, c.paragraph, c.authored) for c in s.citations]
        for s in db.scalars(select(Section).execution_options(populate_existing=True))
    }
    assert cites["same"] == [("5", 2, "harbour:4.2")]
    assert cites["held"] == [("1", None, "harbour:1"), ("3", None, "harbour:3")]


def test_loading_the_guides_again_leaves_moved_citations_alone(db, bank):
    facts = guide_facts("g", section_facts("same", cites="harbour:4.2"))
    load(db, facts)
    give_text(db, bank, FIRST, OLD)
    give_text(db, bank, SECOND, NEW)
    done = load(db, facts)
    assert done == {}
    section = db.scalars(select(Section)).one()
    assert [c.article for c in section.citations] == ["5"]


def test_a_new_text_of_an_edition_is_compared_again(db, bank):
    give_text(db, bank, FIRST, OLD)
    give_text(db, bank, SECOND, NEW)
    mended = [*NEW[:2], FEES, *NEW[3:]]
    give_text(db, bank, SECOND, mended, replace=True, now=NOW + timedelta(hours=1))
    assert running(db) == all_items() - (HELD - {"3"})


def test_a_file_mended_in_one_word_does_not_fall_back_to_the_old_number(db, bank):
    give_text(db, bank, FIRST, OLD)
    give_text(db, bank, SECOND, NEW)
    item = db.scalars(select(Item).where(Item.code == "4")).one()
    mended = make_content(stem="改过的题干", cites="harbour:4")
    add_revision(db, item, mended, number=2, by=None, note="", now=NOW)
    assert cited_by(db, "4")[0] == "harbour:5 2026-01-01"
    changed = db.scalars(select(Item).where(Item.code == "3")).one()
    again = make_content(stem="改过的题干", cites="harbour:3")
    add_revision(db, changed, again, number=2, by=None, note="", now=NOW)
    assert cited_by(db, "3")[0] == "harbour:3 2026-01-01"
    assert list(check_citations(db)) == []


def test_a_section_mended_in_one_word_stays_where_it_moved_to(db, bank):
    load(db, guide_facts("g", section_facts("same", cites="harbour:9 harbour:4.2")))
    give_text(db, bank, FIRST, OLD)
    give_text(db, bank, SECOND, NEW)
    body = {"zh": "改过", "en": "mended"}
    done = load(db, guide_facts("g", section_facts("same", cites="harbour:4.2", body=body)))
    section = db.scalars(select(Section)).one()
    assert (done["changed"], [(c.article, c.authored) for c in section.citations]) == (
        1,
        [("5", "harbour:4.2")],
    )
    follow = following_references(db, section.id, today=TODAY)
    cites = [follow(parse(f"harbour:{n}")) for n in (4, 12, 5)]
    assert [(cite.article, day) for cite, day in cites] == [("5", None), ("12", None), ("5", FIRST)]
    assert list(check_citations(db)) == []
