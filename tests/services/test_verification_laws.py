"""Whoever changes a law's text behind the platform's back is named."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import delete, update

from examapp.services.laws.importing import Incoming, import_texts
from examapp.services.laws.register import EditionFacts, LawFacts, load_laws
from examapp.services.verification.laws import check_laws
from examapp.store.laws import Article, Edition, LawHeading
from tests.bureau import NOW
from tests.made_up_laws import in_chapters

DAY = date(2020, 1, 1)


def bring(db, title, *chapters, **options):
    text = replace(in_chapters(chapters), title=title, adopted=DAY)
    facts = {"source": "test", "by": None, "now": NOW} | options
    [done] = import_texts(db, [Incoming(text)], **facts)
    return done


@pytest.fixture
def edition(db):
    bring(db, "别法", ["甲。"])
    done = bring(db, "示例法", ["甲。\n乙。", "丙。"], ["丁。"])
    return db.get_one(Edition, done.edition_id)


def findings(db):
    db.flush()
    return [str(finding) for finding in check_laws(db)]


def test_texts_as_they_came_fit(db, edition):
    title = {"zh": "示例港口法", "en": "Harbour Law"}
    facts = LawFacts("harbour", "law", title, title, (EditionFacts(DAY, DAY, 3, 0),))
    load_laws(db, [facts], now=NOW)
    assert findings(db) == []
    bring(db, "示例法", ["戊。"], replace=True)
    assert findings(db) == []
    title = {"zh": "中华人民共和国示例法", "en": "Example Law"}
    load_laws(db, [LawFacts("x", "law", title, title, (EditionFacts(DAY, DAY, 1, 1),))], now=NOW)
    assert findings(db) == []


@pytest.mark.parametrize(
    "change",
    [
        update(Article).where(Article.key == "2").values(text="丙！"),
        update(Article).where(Article.key == "2").values(key="9"),
        update(LawHeading).where(LawHeading.label == "第二章").values(title="改"),
        delete(Article).where(Article.key == "3"),
    ],
    ids=["words", "number", "heading", "gone"],
)
def test_altered_words_are_named(db, edition, change):
    db.execute(change.where(change.table.c.edition_id == edition.id))
    [found] = findings(db)
    assert found.startswith(f"law {edition.law.code}, edition of 2020-01-01: its text")


def test_a_digest_made_to_fit_is_not_the_ledgers(db, edition):
    edition.text_digest = "0" * 64
    assert len(findings(db)) == 2


def test_a_text_whose_rows_and_digest_are_gone_is_missed(db, edition):
    db.execute(delete(Article).where(Article.edition_id == edition.id))
    db.execute(delete(LawHeading).where(LawHeading.edition_id == edition.id))
    edition.text_digest = edition.imported_at = None
    [found] = findings(db)
    assert "digest is not the one on the ledger" in found


def test_a_text_that_nobody_imported_is_named(db, edition):
    db.add(Edition(law_id=edition.law_id, adopted=date(2021, 1, 1), effective=DAY, articles=1,
                   chapters=0, known_at=NOW, text_digest="0" * 64, imported_at=NOW))  # fmt: skip
    assert len(findings(db)) == 2
