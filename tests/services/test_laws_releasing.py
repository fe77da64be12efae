"""Two trainers release what is held; nobody does it alone, twice, or for repealed law."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from examapp.core.citations import parse
from examapp.core.people import Role
from examapp.core.refusals import Invalid
from examapp.services.bank.revisions import current
from examapp.services.bank.writing import retire
from examapp.services.laws import proposals, queue, releasing
from examapp.services.laws.places import Place, places
from examapp.services.laws.register import EditionFacts
from examapp.services.laws.subjects import item_subject, section_subject
from examapp.store.bank import Item, ItemRevision
from examapp.store.held import CitationMove, HoldDecision
from examapp.store.ledger import LedgerEntry
from tests.bureau import NOW, make_item, make_person, make_shelf
from tests.law_changes import FIRST, SECOND, THIRD, cited_by, give_text, make_law
from tests.services.study_builders import guide_facts, load, section_facts
from tests.services.test_laws_held import FEES, NEW, OLD

TODAY = NOW.date()
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def held(db):
    """Items on a rewritten, a removed and a split article, held; two trainers."""
    make_shelf(db)
    law = make_law(db)
    for number in (1, 3, 5, 6):
        make_item(db, f"on-{number}", cites=f"harbour:{number}")
    load(db, guide_facts("g", section_facts("s", cites="harbour:6")))
    give_text(db, law, FIRST, OLD)
    give_text(db, law, SECOND, NEW)
    return law


@pytest.fixture
def one(db):
    return make_person(db, "one", Role.TRAINER)


@pytest.fixture
def two(db):
    return make_person(db, "two", Role.TRAINER)


def propose(db, code, goes, by, reason="仍然正确"):
    return releasing.propose(db, item_subject(db, code), {1: goes}, reason=reason, by=by, now=LATER)


def confirm(db, proposal, by):
    return releasing.confirm(db, proposal, reason="", by=by, now=LATER)


def running(db):
    rows = select(Item.code).join(ItemRevision).where(ItemRevision.id.in_(current(TODAY)))
    return set(db.scalars(rows))


def test_a_confirmed_release_moves_the_citation_and_ends_the_hold(db, held, one, two):
    proposal = propose(db, "on-3", "harbour:3.2", one)
    assert "on-3" not in running(db)
    confirm(db, proposal, two)
    assert running(db) == {"on-1", "on-3"}
    assert cited_by(db, "on-3") == ["harbour:3 2026-01-01"]
    move = db.scalars(select(CitationMove).where(CitationMove.decision_id.is_not(None))).one()
    assert (move.from_cite, move.to_cite) == ("harbour:3", "harbour:3.2")
    events = db.scalars(
        select(LedgerEntry.event)
        .where(LedgerEntry.event.like("hold.%"))
        .order_by(LedgerEntry.number)
    )
    assert events.all() == ["hold.proposed", "hold.confirmed"]


def test_a_split_article_may_go_to_both_and_a_removed_one_to_another(db, held, one, two):
    confirm(db, propose(db, "on-6", "harbour:6 harbour:7", one), two)
    assert cited_by(db, "on-6") == ["harbour:6 2026-01-01", "harbour:7 2026-01-01"]
    confirm(db, propose(db, "on-5", "law-x:4", one), two)
    assert cited_by(db, "on-5") == ["law-x:4 2026-06-01"]
    assert running(db) == {"on-1", "on-3", "on-5", "on-6"} - {"on-3"}


def test_the_page_offers_where_a_citation_goes(db, held):
    offered = {
        code: queue.shown(db, item_subject(db, code), today=TODAY).beside[0].preset
        for code in ("on-3", "on-5", "on-6")
    }
    assert offered == {"on-3": "harbour:3", "on-5": "", "on-6": "harbour:6 harbour:7"}


def test_nobody_confirms_or_refuses_a_proposal_of_their_own(db, held, one):
    proposal = propose(db, "on-3", "harbour:3", one)
    with pytest.raises(releasing.SameTrainer):
        confirm(db, proposal, one)
    with pytest.raises(releasing.SameTrainer):
        releasing.refuse(db, proposal, reason="x", by=one, now=LATER)


def test_a_refused_one_stays_held_and_can_be_proposed_again(db, held, one, two):
    proposal = propose(db, "on-3", "harbour:3", one)
    with pytest.raises(releasing.ReleaseWaits):
        propose(db, "on-3", "harbour:3", two)
    with pytest.raises(Invalid):
        releasing.refuse(db, proposal, reason=" ", by=two, now=LATER)
    releasing.refuse(db, proposal, reason="期限变了", by=two, now=LATER)
    assert "on-3" not in running(db)
    with pytest.raises(releasing.ReleaseSettled):
        confirm(db, proposal, two)
    confirm(db, propose(db, "on-3", "harbour:3", two), one)
    assert "on-3" in running(db)


@pytest.mark.parametrize(
    ("goes", "reason", "place"),
    [
        ("", "x", "goes-1"),
        ("harbour:3", " ", "reason"),
        ("harbour:13", "x", "goes-1"),
        ("law-x:11", "x", "goes-1"),
        ("nowhere:1", "x", "goes-1"),
        ("第三条", "x", "goes-1"),
        ("harbour:3 harbour:3", "x", "goes-1"),
    ],
)
def test_what_cannot_be_cited_is_refused(db, held, one, goes, reason, place):
    with pytest.raises(Invalid) as refused:
        propose(db, "on-3", goes, one, reason)
    assert [fault.place for fault in refused.value.faults] == [place]


def test_what_runs_is_not_released(db, held, one):
    with pytest.raises(releasing.NotHeld):
        propose(db, "on-1", "harbour:1", one)


def test_what_rests_on_repealed_law_alone_is_not_released(db, held, one):
    make_law(db, EditionFacts(FIRST, FIRST, 12, 0), EditionFacts(SECOND, SECOND, 12, 0, TODAY))
    assert running(db) == set()
    with pytest.raises(releasing.LawRepealed):
        propose(db, "on-1", "harbour:1", one)


def test_a_proposal_about_what_was_retired_or_changed_again_is_refused(db, held, one, two):
    first, second = propose(db, "on-3", "harbour:3", one), propose(db, "on-6", "harbour:6", one)
    item = db.scalars(select(Item).where(Item.code == "on-6")).one()
    retire(db, item, by=two, reason="x", now=LATER)
    with pytest.raises(releasing.ProposalStale):
        confirm(db, second, two)
    give_text(db, held, THIRD, [*NEW[:2], FEES.replace("收支", "全部"), *NEW[3:]])
    with pytest.raises(releasing.ProposalStale):
        confirm(db, first, two)
    assert queue.queue(db, two, today=TODAY).proposals == []


def test_a_section_is_released_the_same_way_and_its_file_stays_what_it_was(db, held, one, two):
    section = section_subject(db, "g", "s")
    with pytest.raises(Invalid):
        releasing.propose(db, section, {1: ""}, reason="x", by=one, now=LATER)
    proposal = releasing.propose(
        db, section, {1: "harbour:6 harbour:7"}, reason="x", by=one, now=LATER
    )
    confirm(db, proposal, two)
    assert "g/s" not in {case.subject.code for case in queue.queue(db, two, today=TODAY).now}
    assert load(db, guide_facts("g", section_facts("s", cites="harbour:6"))) == {}


def test_the_queue_lists_what_is_held_and_who_must_answer(db, held, one, two):
    propose(db, "on-3", "harbour:3", one)
    mine, theirs = (queue.queue(db, who, today=TODAY) for who in (one, two))
    assert {case.subject.code for case in mine.now} == {"on-3", "on-5", "on-6", "g/s"}
    assert [w.subject.code for w in theirs.proposals] == ["on-3"]
    assert (mine.proposals, [w.subject.code for w in mine.own]) == ([], ["on-3"])
    assert queue.counts(db, two, today=TODAY) == queue.Counts(4, 1)
    assert proposals.open_proposal(db, item_subject(db, "on-3"), today=TODAY)


def test_what_is_to_come_stands_under_its_day(db, one):
    make_shelf(db)
    law, begins = make_law(db), TODAY + timedelta(days=30)
    make_item(db, "soon", cites="harbour:3")
    give_text(db, law, FIRST, OLD)
    give_text(db, law, SECOND, NEW, effective=begins)
    seen = queue.queue(db, one, today=TODAY)
    assert (seen.now, [(c.subject.code, c.since) for c in seen.coming]) == ([], [("soon", begins)])
    with pytest.raises(releasing.NotHeld):
        propose(db, "soon", "harbour:3", one)


def test_what_nobody_can_compare_is_named_by_its_editions(db, one):
    make_shelf(db)
    law = make_law(db, EditionFacts(FIRST, FIRST, 12, 0))
    make_item(db, "unknown", cites="harbour:3.2")
    give_text(db, law, SECOND, NEW)
    seen = queue.queue(db, one, today=TODAY)
    assert [(c.old.adopted, c.new.adopted) for c in seen.unknown] == [(FIRST, SECOND)]
    assert queue.shown(db, item_subject(db, "unknown"), today=TODAY).beside[0].old is None
    preset = queue.shown(db, item_subject(db, "unknown"), today=TODAY).beside[0].preset
    assert preset == "harbour:3.2"


def test_decisions_are_kept(db, held, one, two):
    confirm(db, propose(db, "on-3", "harbour:3", one), two)
    kinds = db.scalars(select(HoldDecision.kind).order_by(HoldDecision.id)).all()
    assert kinds == ["propose", "confirm"]


def test_an_item_tells_what_its_author_cited_and_where_that_stands(db, held, one, two):
    moved, went, split = (item_subject(db, f"on-{n}").id for n in (1, 5, 6))
    confirm(db, propose(db, "on-5", "law-x:4", one), two)
    confirm(db, propose(db, "on-6", "harbour:6 harbour:7", one), two)
    found = places(db, [moved, went, split])
    assert [(p.moved, str(p.now)) for p in found[moved]] == [(False, "harbour:1")]
    assert found[went] == [Place(parse("harbour:5"), FIRST, parse("law-x:4"))]
    assert [(str(p.authored), str(p.now)) for p in found[split]] == [
        ("harbour:6", "harbour:6"),
        ("None", "harbour:7"),
    ]


def test_a_text_that_was_replaced_meanwhile_makes_the_proposal_stale(db, held, one, two):
    proposal = propose(db, "on-3", "harbour:3", one)
    other = [*NEW[:2], FEES.replace("每季度", "每旬"), *NEW[3:]]
    give_text(db, held, SECOND, other, replace=True, now=LATER + timedelta(minutes=1))
    with pytest.raises(releasing.ProposalStale):
        confirm(db, proposal, two)
