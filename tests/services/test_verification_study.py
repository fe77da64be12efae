"""Readings, credited sections and declared study that were altered behind the platform's back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text, update

from examapp.core.items import Use
from examapp.core.people import Role
from examapp.services.assessments import offline
from examapp.services.study import checks
from examapp.services.study.loading import GuideFacts, SectionFacts, load_guides
from examapp.services.verification import study as verification
from examapp.store.assessments import OfflineStudy
from examapp.store.bank import ItemRevision
from examapp.store.study import Section, StudyCredit
from tests.bureau import NOW, make_content, make_item, make_person, make_shelf


def found(db, check) -> list[str]:
    return [str(finding) for finding in check(db)]


def guide() -> GuideFacts:
    both = {"zh": "标题", "en": "Title"}
    section = SectionFacts("s", 40, 3, make_content().cites, both, both)
    return GuideFacts("g", "law.basic", "general", (), (), 1, both, both, (section,))


@pytest.fixture
def credited(db):
    """A cadre who passed the check of a section."""
    make_shelf(db)
    for number in range(3):
        make_item(db, f"study-{number}", use=Use.STUDY)
    load_guides(db, [guide()], now=NOW)
    cadre = make_person(db, "reader")
    section = db.query(Section).one()
    drawn = checks.draw(db, cadre, section, now=NOW)
    keys = {
        place: frozenset(db.get_one(ItemRevision, revision).content["key"])
        for place, (revision, _) in enumerate(drawn.items, 1)
    }
    checks.hand_in(db, cadre, drawn.public_id, keys, now=NOW)
    return cadre


@pytest.fixture
def declared(db):
    """Declared study that an officer confirmed."""
    cadre = make_person(db, "declarer")
    officer = make_person(db, "officer", Role.PERSONNEL)
    made = offline.declare(
        db, cadre, on=(NOW - timedelta(days=1)).date(), minutes=60, what="读书一章", now=NOW
    )
    offline.decide(db, officer, made.public_id, confirm=True, now=NOW)
    return made


def test_what_was_left_alone_is_not_named(db, credited, declared):
    for check in (
        verification.check_credits,
        verification.check_declarations,
        verification.check_readings,
    ):
        assert found(db, check) == []


def test_more_minutes_than_were_credited_are_named(db, credited):
    db.execute(update(StudyCredit).values(minutes=400))
    assert "minutes is 400, the ledger has 40" in found(db, verification.check_credits)[0]


def test_a_credit_that_is_gone_is_named(db, credited):
    db.query(StudyCredit).delete()
    assert "it was credited but is gone" in found(db, verification.check_credits)[0]


def test_declared_minutes_that_grew_are_named(db, declared):
    db.execute(update(OfflineStudy).values(minutes=600))
    assert "minutes is 600, the ledger has 60" in found(db, verification.check_declarations)[0]


def test_a_word_that_no_officer_gave_is_named(db, declared):
    db.execute(update(OfflineStudy).values(confirmed=False, remark="改"))
    assert "the officer's word" in found(db, verification.check_declarations)[0]


def test_a_reading_slipped_in_is_named(db):
    make_shelf(db)
    revision = make_item(db, "unread", read=False)
    db.execute(
        text(
            "INSERT INTO item_readings (revision_id, reader, choice, agreed, remark, read_at)"
            " VALUES (:revision, 'nobody', 'B', true, '', '2026-06-01 00:00:00')"
        ),
        {"revision": revision.id},
    )
    assert "item unread, revision 1" in found(db, verification.check_readings)[0]
