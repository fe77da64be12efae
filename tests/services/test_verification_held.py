"""Whoever alters a comparison, a moved citation, a release or a withdrawal is named."""

from __future__ import annotations

import pytest
from sqlalchemy import text, update

from examapp.core.people import Role
from examapp.services.exams.setting import release
from examapp.services.laws import releasing
from examapp.services.laws.subjects import item_subject
from examapp.services.verification.citations import check_citations
from examapp.services.verification.held import check_changes, check_decisions
from examapp.services.verification.withdrawals import check_withdrawals
from examapp.store.held import PoolWithdrawal
from tests.bureau import HOUR, MINUTE, NOW, make_exam, make_person, make_shelf
from tests.hall import sit
from tests.law_changes import FIRST, SECOND, give_text, make_law
from tests.services.study_builders import guide_facts, load, section_facts
from tests.services.test_laws_held import NEW, OLD
from tests.services.test_pool_withdrawals import CLOSES, OPENS, make_ports_bank

CHECKS = (check_changes, check_decisions, check_citations, check_withdrawals)
GUARDED = ("hold_decisions", "citation_moves", "pool_withdrawals")


@pytest.fixture
def settled(db):
    """An exam from which items left, one release by two trainers, a section that moved."""
    make_shelf(db)
    law = make_law(db)
    give_text(db, law, FIRST, OLD)
    make_ports_bank(db)
    load(db, guide_facts("g", section_facts("s", cites="harbour:4")))
    one, two = (make_person(db, f"trainer-{x}", Role.TRAINER) for x in "ab")
    exam = make_exam(db, one, opens_at=OPENS, closes_at=CLOSES)
    give_text(db, law, SECOND, NEW)
    subject = item_subject(db, "goes-0")
    proposal = releasing.propose(db, subject, {1: "harbour:3"}, reason="x", by=one, now=NOW)
    releasing.confirm(db, proposal, reason="", by=two, now=NOW + MINUTE)
    sit(db, make_person(db, "cadre"), exam, now=OPENS + MINUTE)
    release(db, exam, by=one, now=CLOSES + HOUR)


def unguarded(db):
    """As somebody who has the database can: without the triggers."""
    if db.get_bind().dialect.name == "sqlite":
        for table in GUARDED:
            for verb in ("update", "delete"):
                db.execute(text(f"DROP TRIGGER {table}_no_{verb}"))
    else:
        for table in GUARDED:
            db.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))


def said(db):
    return [str(finding) for check in CHECKS for finding in check(db)]


def test_what_nobody_touched_is_clean(db, settled):
    assert said(db) == []


MODIFIED = "kind = 'modified' AND old_key = '3'"
ALTERED = {
    "a held article called unchanged": (
        f"UPDATE article_changes SET kind = 'unchanged' WHERE {MODIFIED}",
        "what became of its articles",
    ),
    "a change that is not there": (
        f"DELETE FROM article_changes WHERE {MODIFIED}",
        "what became of its articles",
    ),
    "a comparison put aside": (
        "UPDATE edition_changes SET superseded_at = made_at",
        "whether the comparison stands",
    ),
    "a comparison that was never made": (
        "UPDATE edition_changes SET compared = false",
        "whether it was compared",
    ),
    "a citation of another article": (
        "UPDATE item_citations SET article = '1' WHERE article = '5'",
        "a citation stands where nothing on the ledger moved it",
    ),
    "a section's citation": (
        "UPDATE section_citations SET article = '1'",
        "section g/s: a citation stands",
    ),
    "a move less": (
        "DELETE FROM citation_moves WHERE decision_id IS NULL AND revision_id IS NOT NULL",
        "what moved by itself is not on the ledger so",
    ),
    "a move elsewhere": (
        "UPDATE citation_moves SET to_cite = 'harbour:7' WHERE decision_id IS NULL",
        "what moved by itself",
    ),
    "a release that went elsewhere": (
        "UPDATE citation_moves SET to_cite = 'harbour:7' WHERE decision_id IS NOT NULL",
        "its citations did not go where it says",
    ),
    "another reason": (
        "UPDATE hold_decisions SET reason = 'y' WHERE kind = 'propose'",
        "what was said, or who said it",
    ),
    "one trainer alone": (
        "UPDATE hold_decisions SET user_id = (SELECT min(user_id) FROM hold_decisions)",
        "who answers the proposal made it",
    ),
    "a withdrawal less": (
        "DELETE FROM pool_withdrawals WHERE revision_id = "
        "(SELECT min(revision_id) FROM pool_withdrawals)",
        "what left its pool is not what the ledger says",
    ),
    "no withdrawal at all": (
        "DELETE FROM pool_withdrawals",
        "items left its pool by the ledger, but not here",
    ),
}


def test_what_was_altered_is_named(db, settled):
    """All in one test, each taken back: the bureau takes longer to build than to look over."""
    unguarded(db)
    for how, (statement, words) in ALTERED.items():
        nested = db.begin_nested()
        db.execute(text(statement))
        db.expire_all()
        found = said(db)
        assert any(words in finding for finding in found), (how, found)
        nested.rollback()
    assert said(db) == []


def test_a_withdrawal_after_the_first_paper_is_named(db, settled):
    unguarded(db)
    db.execute(update(PoolWithdrawal).values(withdrawn_at=OPENS + 2 * MINUTE))
    db.expire_all()
    assert any("after papers had been drawn" in finding for finding in said(db))
