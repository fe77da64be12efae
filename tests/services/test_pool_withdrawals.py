"""What a changed law takes out of an exam's pool: before it opens, and never afterwards."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from examapp.core.items import Kind
from examapp.core.people import Role
from examapp.library import bundle_files
from examapp.services.bank.revisions import current
from examapp.services.exams import preparing, withdrawals
from examapp.services.exams.bundles import bundle
from examapp.services.exams.publishing import publish
from examapp.services.exams.setting import release
from examapp.services.exams.starting_rules import PoolReduced
from examapp.services.laws import releasing
from examapp.services.laws.subjects import item_subject
from examapp.services.verification.whole import verify
from examapp.store.bank import Item, ItemRevision
from examapp.store.exams import Exam, Paper, PaperItem, PoolItem, PreparedPaper
from examapp.store.held import PoolWithdrawal
from tests.bureau import HOUR, MINUTE, NOW, make_exam, make_item, make_person, make_shelf
from tests.hall import begin, sit
from tests.law_changes import FIRST, SECOND, give_text, make_law
from tests.services.test_laws_held import NEW, OLD

OPENS, CLOSES = NOW + HOUR, NOW + 5 * HOUR
AT_THE_OPENING = OPENS + MINUTE


@pytest.fixture
def law(db):
    make_shelf(db)
    law = make_law(db)
    give_text(db, law, FIRST, OLD)
    make_ports_bank(db)
    return law


def make_ports_bank(db):
    """Six singles on article 4, which stays, two on 3 and one on 6, which do not; other kinds."""
    for number in range(6):
        make_item(db, f"stays-{number}", cites="harbour:4")
    for number, article in enumerate("336"):
        make_item(db, f"goes-{number}", cites=f"harbour:{article}")
    for kind, count in ((Kind.MULTIPLE, 3), (Kind.JUDGEMENT, 3)):
        for number in range(count):
            make_item(db, f"{kind}-{number}", kind=kind)


@pytest.fixture
def trainer(db):
    return make_person(db, "trainer", Role.TRAINER)


def announced(db, trainer, **fields):
    return make_exam(db, trainer, **{"opens_at": OPENS, "closes_at": CLOSES, **fields})


def gone(db, exam):
    rows = (
        select(Item.code)
        .join(ItemRevision)
        .join(PoolWithdrawal, PoolWithdrawal.revision_id == ItemRevision.id)
        .where(PoolWithdrawal.exam_id == exam.id)
    )
    return set(db.scalars(rows))


def on_papers(db, exam):
    rows = (
        select(Item.code)
        .join(ItemRevision)
        .join(PaperItem, PaperItem.revision_id == ItemRevision.id)
        .join(Paper, Paper.id == PaperItem.paper_id)
        .where(Paper.exam_id == exam.id)
    )
    return set(db.scalars(rows))


def wrong(db):
    """What verification names, the builders' people apart, who came without an entry."""
    return [str(found) for found in verify(db) if not found.where.startswith("user ")]


GOES = {"goes-0", "goes-1", "goes-2"}


def test_what_changes_leaves_the_pool_before_the_exam_and_stands_on_no_paper(db, law, trainer):
    cadres = [make_person(db, f"cadre-{n}") for n in range(12)]
    exam = announced(db, trainer)
    preparing.prepare(db, exam.id, now=NOW)
    give_text(db, law, SECOND, NEW)
    assert gone(db, exam) == GOES
    assert db.scalars(select(PreparedPaper)).all() == []
    assert len(db.scalars(select(PoolItem).where(PoolItem.exam_id == exam.id)).all()) == 15
    preparing.prepare(db, exam.id, now=NOW, most=6)  # half of them prepared, half drawn on the spot
    for cadre in cadres:
        begin(db, cadre, exam, now=AT_THE_OPENING)
    assert not on_papers(db, exam) & GOES
    assert wrong(db) == []


def test_an_exam_that_somebody_sits_and_every_sitting_stay_as_they_were(db, law, trainer):
    one, two = (make_person(db, f"cadre-{n}") for n in range(2))
    exam = make_exam(db, trainer)
    sitting = begin(db, one, exam)
    before = db.scalars(select(Paper.digest).where(Paper.id == sitting.paper_id)).one()
    give_text(db, law, SECOND, NEW)
    assert gone(db, exam) == set()
    begin(db, two, exam)
    assert db.scalars(select(Paper.digest).where(Paper.id == sitting.paper_id)).one() == before
    assert wrong(db) == []


def test_an_exam_that_is_open_keeps_its_pool_though_nobody_began(db, law, trainer):
    exam = make_exam(db, trainer)
    give_text(db, law, SECOND, NEW)
    assert gone(db, exam) == set()


def test_only_exams_that_close_on_or_after_the_day_lose_items(db, law, trainer):
    day = (NOW + timedelta(days=9)).date()
    before = announced(db, trainer, closes_at=NOW + timedelta(days=8))
    over_it = announced(db, trainer, closes_at=NOW + timedelta(days=9))
    give_text(db, law, SECOND, NEW, effective=day)
    assert (gone(db, before), gone(db, over_it)) == (set(), GOES)


def test_what_is_known_to_change_before_the_close_is_not_published(db, law, trainer):
    day = (NOW + timedelta(days=9)).date()
    give_text(db, law, SECOND, NEW, effective=day)
    exam = announced(db, trainer, closes_at=NOW + timedelta(days=9))
    pool = select(Item.code).join(ItemRevision).join(PoolItem)
    assert not set(db.scalars(pool.where(PoolItem.exam_id == exam.id))) & GOES
    assert gone(db, exam) == set()


def test_what_left_does_not_come_back_when_it_is_released(db, law, trainer):
    other = make_person(db, "other", Role.TRAINER)
    exam = announced(db, trainer)
    give_text(db, law, SECOND, NEW)
    subject = item_subject(db, "goes-0")
    proposal = releasing.propose(
        db, subject, {1: "harbour:3"}, reason="x", by=trainer, now=NOW + MINUTE
    )
    releasing.confirm(db, proposal, reason="", by=other, now=NOW + 2 * MINUTE)
    assert subject.id in set(db.scalars(current(NOW.date())))
    assert withdrawals.withdraw(db, now=NOW + 2 * MINUTE) == 0
    assert gone(db, exam) == GOES


def test_a_text_that_shows_that_nothing_changed_comes_too_late_for_that_exam(db, law, trainer):
    exam = announced(db, trainer)
    second = give_text(db, law, SECOND, NEW)
    assert withdrawals.reductions(db, exam)[0].edition == second.adopted.isoformat()
    give_text(db, law, SECOND.replace(day=2), NEW)
    assert len(withdrawals.reductions(db, exam)) == 1


def test_the_target_is_that_of_the_pool_that_is_left_and_the_announced_one_stays(db, law, trainer):
    exam = announced(db, trainer)
    target = exam.target
    give_text(db, law, SECOND, NEW)
    [left] = withdrawals.reductions(db, exam)
    assert (left.pool_items, left.fills, left.level) == (12, True, True)
    db.refresh(exam)
    assert exam.target == target


def test_too_few_that_are_left_are_told_and_a_start_is_refused_with_words(db, law, trainer):
    db.execute(
        update(Item).where(Item.code.in_([f"stays-{n}" for n in range(4)])).values(retired_at=NOW)
    )
    exam = announced(db, trainer)
    cadre = make_person(db, "cadre")
    give_text(db, law, SECOND, NEW)
    [left] = withdrawals.reductions(db, exam)
    assert (left.fills, left.target) == (False, None)
    assert preparing.prepare(db, exam.id, now=NOW) == 0
    with pytest.raises(PoolReduced):
        begin(db, cadre, exam, now=AT_THE_OPENING)
    assert wrong(db) == []


def test_the_bundle_draws_every_paper_from_what_was_left(db, law, trainer, tmp_path):
    cadres = [make_person(db, f"cadre-{n}") for n in range(9)]
    exam = announced(db, trainer)
    give_text(db, law, SECOND, NEW)
    for cadre in cadres:
        sit(db, cadre, exam, now=AT_THE_OPENING)
    release(db, exam, by=trainer, now=CLOSES + HOUR)
    data = bundle(db, exam.public_id)
    assert (data["format"], len(data["pool"])) == ("examapp-lottery-3", 15)
    assert [len(step["items"]) for step in data["withdrawn"]] == [3]
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(data))
    papers = list(bundle_files.redraw(bundle_files.read(path)))
    assert [paper["fits"] for paper in papers] == [True] * 9
    assert wrong(db) == []


def test_a_late_publication_is_caught_up_with_by_the_caretaker(db, law, trainer):
    """Published while the edition came in another transaction: neither saw the other."""
    give_text(db, law, SECOND, NEW, effective=(NOW + timedelta(days=9)).date())
    exam = announced(db, trainer)  # closes before that day, and has it all in its pool
    db.execute(update(Exam).where(Exam.id == exam.id).values(closes_at=NOW + timedelta(days=9)))
    db.refresh(exam)
    assert withdrawals.due(db, NOW) == [exam.id]
    assert withdrawals.withdraw_from(db, exam.id, now=NOW) == 3
    assert withdrawals.due(db, NOW) == []
    assert gone(db, exam) == GOES


def test_a_cancelled_exam_and_a_draft_lose_nothing(db, law, trainer):
    draft = announced(db, trainer, published=False)
    give_text(db, law, SECOND, NEW)
    assert gone(db, draft) == set()
    publish(db, draft, by=trainer, now=NOW)
    assert gone(db, draft) == set()
