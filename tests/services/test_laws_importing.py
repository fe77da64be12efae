"""Texts come into the library whole, once, and where they belong."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from examapp.core.law.text import Heading, LawText, Level, Provision, ProvisionKind
from examapp.services.laws import reading
from examapp.services.laws.importing import STAND_IN, Incoming, Outcome, import_texts
from examapp.services.laws.register import EditionFacts, LawFacts, load_laws
from examapp.services.laws.search import search
from examapp.store import law_search
from examapp.store.bank import ItemCitation
from examapp.store.laws import Article, Edition, Law
from examapp.store.ledger import LedgerEntry
from tests.bureau import NOW, make_item, make_person, make_shelf
from tests.made_up_laws import article, law

DAY = date(2020, 5, 1)
TITLE = "中华人民共和国示例法"


def text(*words, adopted=DAY, effective=None, title=TITLE, **fields):
    made = replace(law(*words or ("甲。", "乙。"), title=title), adopted=adopted)
    return replace(made, effective=effective, **fields)


def bring(db, *texts, **options):
    given = [one if isinstance(one, Incoming) else Incoming(one) for one in texts]
    return import_texts(db, given, **({"source": "test", "by": None, "now": NOW} | options))


def register(db, *editions, code="example-law", title=TITLE):
    title = {"zh": title, "en": "Example Law"}
    load_laws(db, [LawFacts(code, "law", title, title, editions)], now=NOW)


def entries(db):
    return db.scalars(
        select(LedgerEntry).where(LedgerEntry.event.like("law.%ed")).order_by(LedgerEntry.number)
    ).all()


def test_a_text_that_nobody_knows_makes_a_law_and_an_edition(db):
    [done] = bring(db, Incoming(text(), ({"code": "gaps", "words": "x", "facts": {"on": DAY}},)))
    assert (done.outcome, done.articles) == (Outcome.IMPORTED, 2)
    made = reading.law_by_code(db, done.code)
    assert made.code.startswith("law-")
    assert (made.kind, made.level, made.short_title) == ("law", None, {"zh": "示例法"})
    [edition] = made.editions
    assert (edition.adopted, edition.effective, edition.effective_assumed) == (DAY, DAY, True)
    assert (edition.articles, edition.source) == (2, "test")
    assert edition.oddities[0]["facts"] == {"on": "2020-05-01"}


def test_the_rows_give_the_same_text_back(db):
    body = (
        Provision(ProvisionKind.PREAMBLE, "preamble", "序言", ("前面的话。",)),
        Heading(Level.PART, "第一编", "总则"),
        Heading(Level.CHAPTER, "第一章", "一般规定"),
        article(1, "甲：\n（一）乙；\n（二）丙。"),
        article("1-1", "丁。"),
        Provision(ProvisionKind.ANNEX, "annex-1", "附件一", (), "清单"),
    )
    made = replace(text(), body=body, effective=date(2020, 6, 1), history=("二〇二〇年",))
    [done] = bring(db, made)
    edition = db.get_one(Edition, done.edition_id)
    assert reading.text_of(db, edition) == made
    assert edition.text_digest == made.digest


def test_lines_that_rows_cannot_tell_apart_are_settled_first(db):
    odd = replace(text(), body=(Provision(ProvisionKind.ARTICLE, "1", "第一条", ("甲\r\n乙", "")),))
    [done] = bring(db, odd)
    edition = db.get_one(Edition, done.edition_id)
    kept = reading.text_of(db, edition)
    assert kept.provision("1").lines == ("甲", "乙")
    assert kept.digest == edition.text_digest


@pytest.mark.parametrize(
    "title", [TITLE, "示例法", "《中华人民共和国示例法》", "示例法（2020修订）"]
)
def test_a_registered_law_is_found_by_any_spelling_of_its_title(db, title):
    register(db, EditionFacts(DAY, date(2021, 1, 1), 9, 3))
    [done] = bring(db, text(title=title, effective=date(2022, 2, 2)))
    assert done.code == "example-law"
    edition = db.get_one(Edition, done.edition_id)
    assert (edition.effective, edition.articles, edition.chapters) == (date(2021, 1, 1), 9, 3)


def test_another_day_is_another_edition_and_older_ones_may_come_later(db):
    register(db, EditionFacts(DAY, DAY, 2, 0))
    bring(db, text("甲。", "乙。"), text("甲。", adopted=date(2010, 1, 1)))
    editions = reading.law_by_code(db, "example-law").editions
    assert [(e.adopted.year, e.articles) for e in editions] == [(2010, 1), (2020, 2)]


def test_the_same_text_again_changes_nothing(db):
    bring(db, text())
    before = [db.scalar(select(func.count()).select_from(t)) for t in (Article, LedgerEntry)]
    [again] = bring(db, text(history=("another head",)), source="elsewhere", replace=True)
    assert again.outcome is Outcome.UNCHANGED
    assert [
        db.scalar(select(func.count()).select_from(t)) for t in (Article, LedgerEntry)
    ] == before
    assert db.get_one(Edition, again.edition_id).source == "test"


def test_the_same_text_may_bring_the_day_that_was_missing_once(db):
    bring(db, text())
    dated, again, other = bring(
        db, text(effective=DAY), text(effective=DAY), text(effective=date(2021, 1, 1))
    )
    assert [one.outcome for one in (dated, again, other)] == ["replaced", "unchanged", "unchanged"]
    edition = db.get_one(Edition, dated.edition_id)
    assert (edition.effective, edition.effective_assumed) == (DAY, False)
    assert len(reading.provisions(db, edition)) == 2
    assert [entry.facts["effective"] for entry in entries(db)] == ["2020-05-01"] * 2


def test_a_text_of_the_fetched_collection_gives_way_to_a_file_and_never_the_reverse(db):
    wheel = {"source": f"{STAND_IN} 0.1.1"}
    bring(db, text("甲", "乙"), **wheel)
    [better] = bring(db, text("甲。", "乙。"))
    assert (better.outcome, entries(db)[-1].event) == (Outcome.REPLACED, "law.replaced")
    [worse] = bring(db, text("甲", "乙"), **wheel)
    assert worse.outcome is Outcome.REFUSED
    [again] = bring(db, text("甲。", "丙。"))
    assert again.outcome is Outcome.REFUSED


def test_another_text_of_an_edition_is_refused_and_told_where_it_differs(db):
    bring(db, text("甲。", "乙。"))
    [refused] = bring(db, text("甲。", "丙。", "丁。"))
    assert refused.outcome is Outcome.REFUSED
    assert refused.refusal.facts["places"] == "第二条、第三条"
    assert len(reading.provisions(db, db.scalars(select(Edition)).one())) == 2
    assert len(entries(db)) == 1


def test_a_replacement_takes_the_old_words_out_of_text_and_search(db):
    bring(db, text("渡船停泊。", "灯塔。"))
    by = make_person(db)
    [done] = bring(db, text("磨坊开门。"), replace=True, by=by)
    assert done.outcome is Outcome.REPLACED
    [row] = db.scalars(select(Article).where(Article.edition_id == done.edition_id))
    assert row.text == "磨坊开门。"
    assert db.get_one(Edition, done.edition_id).articles == 1
    assert [search(db, q, on=NOW.date()).total for q in ("渡船", "磨坊")] == [0, 1]
    assert db.execute(law_search.match(db, ["渡船"], [])).all() == []
    first, second = entries(db)
    assert second.facts["replaced"] == first.facts["digest"] != second.facts["digest"]
    assert (second.event, second.actor) == ("law.replaced", by.public_id)


def test_a_text_without_a_day_goes_to_the_only_edition_or_nowhere(db):
    [lost] = bring(db, text(adopted=None))
    assert lost.outcome is Outcome.REFUSED
    assert db.scalars(select(Law)).all() == []
    register(db, EditionFacts(DAY, DAY, 2, 0))
    [done] = bring(db, text(adopted=None))
    assert (done.outcome, done.adopted) == (Outcome.IMPORTED, DAY)
    register(db, EditionFacts(date(2021, 1, 1), DAY, 2, 0))
    [unclear] = bring(db, text("丙。", adopted=None))
    assert unclear.outcome is Outcome.REFUSED


def test_what_cannot_come_in_leaves_nothing_and_stops_nobody(db):
    twice = replace(text(), body=(article(1, "甲。"), article(1, "乙。")))
    empty = replace(text(), body=(Heading(Level.CHAPTER, "第一章", "总则"),))
    outcomes = bring(db, twice, empty, text(title="别法"))
    assert [one.outcome for one in outcomes] == ["refused", "refused", "imported"]
    assert [one.title["zh"] for one in db.scalars(select(Law))] == ["别法"]
    assert len(entries(db)) == 1


def test_the_register_names_a_law_later_and_everything_follows(db):
    make_shelf(db)
    [done] = bring(db, text())
    revision = make_item(db, "one", cites=f"{done.code}:1")
    register(db, EditionFacts(DAY, date(2021, 1, 1), 2, 0))
    named = reading.law_by_code(db, done.code)
    assert (named.code, named.former_codes) == ("example-law", [done.code])
    assert db.get_one(Edition, done.edition_id).law is named
    assert [(e.id, e.effective, e.effective_assumed) for e in named.editions] == [
        (done.edition_id, date(2021, 1, 1), False)
    ]
    cite = db.scalars(select(ItemCitation).where(ItemCitation.revision_id == revision.id)).one()
    assert (cite.law, cite.edition_id) == ("example-law", done.edition_id)
    [same] = bring(db, text())
    assert same.outcome is Outcome.UNCHANGED


def test_texts_are_taken_one_at_a_time(db):
    alive = []

    def texts():
        for number in range(3):
            alive.append(number)
            yield Incoming(text(title=f"示例{number}法"))

    def count_first():
        for one in texts():
            yield one
            assert db.scalar(select(func.count()).select_from(Law)) == len(alive)

    assert len(bring(db, *[])) == 0
    assert len(import_texts(db, count_first(), source="t", by=None, now=NOW)) == 3
    assert isinstance(text(), LawText)
