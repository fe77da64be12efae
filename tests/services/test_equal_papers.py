"""Publishing: frozen eases, numbers, a target; papers prepared and sealed; what data does."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy import func, select, text

from examapp.core.draw import Candidate
from examapp.core.ease import DEFAULT_PRIOR, EasePrior
from examapp.core.items import Difficulty, Kind
from examapp.core.papers import paper_digest, roster_digest
from examapp.core.people import Role
from examapp.core.spec import SpecLine
from examapp.library import bundle_files
from examapp.services.exams import preparing, publishing, setting, tallies
from examapp.services.exams.bundles import bundle
from examapp.services.exams.feasibility import NotLevel, feasibility
from examapp.services.exams.lotteries import lottery_of
from examapp.services.exams.lottery_pages import own_papers, published
from examapp.services.exams.pools import read_frozen
from examapp.services.people.persons import by_id
from examapp.services.sittings import starting
from examapp.services.verification.exams import check_exams
from examapp.services.verification.tallies import check_tallies
from examapp.store.bank import ItemRevision
from examapp.store.exams import Exam, ItemTally, Paper, PreparedPaper, RosterEntry
from examapp.store.ledger import LedgerEntry
from tests.bureau import (
    HOUR,
    MINUTE,
    NOW,
    make_bank,
    make_draft,
    make_exam,
    make_item,
    make_person,
    make_spec,
    make_unit,
)
from tests.hall import begin, sit

LATER = NOW + 6 * HOUR


def findings(db):
    return [str(finding) for check in (check_exams, check_tallies) for finding in check(db)]


@pytest.fixture
def trainer(db):
    make_bank(db)
    return make_person(db, "trainer", Role.TRAINER)


def published_facts(db, exam):
    return db.scalars(
        select(LedgerEntry.facts).where(
            LedgerEntry.subject == exam.public_id, LedgerEntry.event == "exam.published"
        )
    ).one()


def test_everybody_gets_a_number_unit_by_unit(db, trainer):
    top = make_unit(db)
    first, second = make_unit(db, "a", top), make_unit(db, "b", top)
    people = [
        make_person(db, name, unit=unit)
        for name, unit in (("zhao", first), ("chen", second), ("wang", first), ("li", top))
    ]
    make_person(db, "officer", Role.PERSONNEL)
    exam = make_exam(db, trainer)
    numbers = dict(
        db.execute(
            select(RosterEntry.number, RosterEntry.user_id).where(RosterEntry.exam_id == exam.id)
        ).all()
    )
    zhao, chen, wang, li = people
    assert [numbers[n] for n in sorted(numbers)] == [li.id, wang.id, zhao.id, chen.id]
    order = [li.public_id, wang.public_id, zhao.public_id, chen.public_id]
    assert exam.roster_digest == roster_digest(order)
    assert published_facts(db, exam)["candidates"] == 4


def test_who_comes_later_gets_the_next_number_and_the_roster_still_fits(db, trainer):
    first = make_person(db, "first")
    exam = make_exam(db, trainer)
    late = make_person(db, "late")
    begin(db, late, exam)
    begin(db, first, exam)
    numbers = db.execute(
        select(RosterEntry.user_id, RosterEntry.number).order_by(RosterEntry.number)
    ).all()
    assert [tuple(row) for row in numbers] == [(first.id, 1), (late.id, 2)]
    assert findings(db) == []


def test_eases_are_frozen_with_the_pool(db, trainer):
    exam = make_exam(db, trainer)
    assert {item.ease for item in read_frozen(db, exam.id).items} == {8500}
    assert exam.target == Fraction(85, 100) * 13
    assert published_facts(db, exam)["target"] == str(exam.target)


def test_the_settings_say_what_the_bands_mean(db, trainer):
    exam = make_exam(db, trainer, published=False)
    publishing.publish(db, exam, by=trainer, now=NOW, prior=EasePrior(9000, 6000, 3000, 10))
    assert {item.ease for item in read_frozen(db, exam.id).items} == {9000}


def uneven_draft(db):
    """Two singles of which one must be hard: papers differ by what cannot be levelled."""
    for number, band in enumerate([Difficulty.EASY] * 3 + [Difficulty.HARD] * 2):
        make_item(db, f"uneven-{number}", topic="law.basic", difficulty=band, kind=Kind.JUDGEMENT)
    line = SpecLine("law", Kind.JUDGEMENT, None, 1, Fraction(1))
    return make_draft(db, spec=make_spec(lines=(line,), cut_score=Fraction(1), bands=(),
                                         tolerance=Fraction(1, 4)))  # fmt: skip


def test_a_tolerance_that_cannot_be_held_is_refused_with_what_can(db, trainer):
    make_person(db, "cadre")
    exam = setting.create(db, uneven_draft(db), by=trainer, now=NOW)
    shown = feasibility(db, setting.spec_of(exam), 40, day=NOW.date())
    assert not shown.level
    with pytest.raises(NotLevel) as refused:
        publishing.publish(db, exam, by=trainer, now=NOW)
    assert set(refused.value.facts) == {"largest", "points", "tolerance", "holds"}
    assert Fraction(refused.value.facts["holds"]) > 5


def test_a_trial_tells_what_papers_bring_and_how_often_an_item_is_used(db, trainer):
    spec = replace(make_spec(), tolerance=Fraction(1, 4))
    shown = feasibility(db, spec, 10, day=NOW.date())
    assert (shown.papers, shown.level, shown.largest) == (10, True, 0)
    assert shown.target == Fraction(85, 100) * 13
    assert shown.most_used == Fraction(7, 10)  # two of three multiples on each paper
    assert (
        feasibility(db, replace(spec, lines=(replace(spec.lines[0], count=7),)), 10, day=NOW.date())
        is None
    )


def test_papers_are_prepared_sealed_and_used(db, trainer):
    people = [make_person(db, f"cadre{n}") for n in range(5)]
    exam = make_exam(db, trainer, opens_at=NOW + HOUR, closes_at=NOW + 3 * HOUR)
    assert preparing.due(db, NOW) == []
    soon = NOW + HOUR - preparing.BEFORE
    assert preparing.due(db, soon) == [exam.id]
    assert preparing.prepare(db, exam.id, now=soon, most=3) == 3
    assert preparing.prepare(db, exam.id, now=soon) == 2
    assert preparing.due(db, soon) == []
    digests = [d.encode() for d in db.scalars(select(ItemRevision.digest))]
    for sealed in db.scalars(text("SELECT paper FROM prepared_papers")):
        assert not any(digest in bytes(sealed) for digest in digests)
    kept = preparing.prepared(db, exam, people[2].id, 1)
    sitting = starting.start(db, people[2], exam.public_id, device="pc", now=NOW + HOUR)
    issued = db.get_one(Paper, sitting.paper_id).digest
    again = lottery_of(db, exam).draw(Candidate(3, people[2].public_id, 1)).paper
    assert issued == paper_digest(kept) == paper_digest(again)


def test_who_began_needs_no_prepared_paper(db, trainer):
    first, second = make_person(db, "first"), make_person(db, "second")
    exam = make_exam(db, trainer)
    begin(db, first, exam)
    assert preparing.prepare(db, exam.id, now=NOW) == 1
    assert preparing.prepared(db, exam, first.id, 1) is None
    assert preparing.prepared(db, exam, second.id, 1)


def test_a_cancelled_or_closed_exam_is_not_prepared(db, trainer):
    make_person(db, "cadre")
    cancelled = make_exam(db, trainer)
    setting.cancel(db, cancelled, because="x", by=trainer, now=NOW)
    make_exam(db, trainer, closes_at=NOW)
    assert preparing.due(db, NOW) == []


def released(db, trainer, right, wrong):
    people = [make_person(db, f"cadre{n}") for n in range(right + wrong)]
    exam = make_exam(db, trainer)
    for number, person in enumerate(people):
        sit(db, person, exam, right=number < right)
    preparing.prepare(db, exam.id, now=NOW)
    setting.release(db, exam, by=trainer, now=LATER)
    return exam


def test_released_results_move_the_eases_of_later_pools(db, trainer):
    exam = released(db, trainer, right=3, wrong=1)
    rows = db.execute(select(ItemTally.seen, ItemTally.right)).all()
    assert sum(seen for seen, _ in rows) == 4 * 6
    assert sum(right for _, right in rows) == 3 * 6
    revision = db.scalars(
        select(ItemRevision)
        .join(ItemTally, ItemTally.revision_id == ItemRevision.id)
        .where(ItemTally.seen >= 2)
        .limit(1)
    ).one()
    seen, right = db.execute(
        select(ItemTally.seen, ItemTally.right).where(ItemTally.revision_id == revision.id)
    ).one()
    ease = tallies.ease_of(db, revision, DEFAULT_PRIOR)
    assert (ease.answers, ease.from_data) == (seen, True)
    share = (20 * Fraction(85, 100) + right) / (20 + seen)
    assert ease.value == int(share * 10000 + Fraction(1, 2))
    later = make_exam(db, trainer, opens_at=LATER, closes_at=LATER + HOUR)
    eases = {item.digest: item.ease for item in read_frozen(db, later.id).items}
    assert eases[revision.digest] == ease.value
    assert {item.ease for item in read_frozen(db, exam.id).items} == {8500}


def test_only_first_tries_are_counted_and_only_once(db, trainer):
    spec = replace(make_spec(), tries=2)
    person = make_person(db, "cadre")
    exam = make_exam(db, trainer, spec=spec)
    sit(db, person, exam)
    sit(db, person, exam, right=False, now=NOW + 5 * MINUTE)
    setting.release(db, exam, by=trainer, now=LATER)
    setting.release(db, exam, by=trainer, now=LATER)
    tallies.tally(db, exam)
    assert db.execute(select(func.sum(ItemTally.seen), func.sum(ItemTally.right))).one() == (6, 6)


def test_what_was_prepared_is_thrown_away_at_the_release(db, trainer):
    make_person(db, "absent")
    released(db, trainer, right=1, wrong=0)
    assert db.scalar(select(func.count()).select_from(PreparedPaper)) == 0


def test_the_bundle_gives_every_paper_again(db, trainer, tmp_path):
    exam = released(db, trainer, right=2, wrong=1)
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(bundle(db, exam.public_id)), encoding="utf-8")
    read = bundle_files.read(path)
    papers = list(bundle_files.redraw(read))
    assert [paper["fits"] for paper in papers] == [True] * 3
    data = json.loads(path.read_text())
    assert [p["items"] for p in papers] == [p["items"] for p in data["papers"]]
    assert len(data["roster"]) == data["roster_published"] == 3


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data["roster"].reverse(),
        lambda data: data["pool"][0].update(ease=data["pool"][0]["ease"] + 1),
        lambda data: data.update(seed="00" * 32),
        lambda data: data["papers"][0].update(number=2),
        lambda data: data["papers"][0].pop("number"),
        lambda data: data.update(target="1/0"),
    ],
)
def test_a_bundle_that_contradicts_itself_is_refused(db, trainer, tmp_path, change):
    exam = released(db, trainer, right=2, wrong=0)
    data = bundle(db, exam.public_id)
    change(data)
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(bundle_files.BadBundleError):
        bundle_files.read(path)


def test_a_candidate_sees_their_own_paper_drawn_again(db, trainer):
    exam = released(db, trainer, right=1, wrong=1)
    person = make_person(db, "nobody")
    cadre = db.scalars(select(RosterEntry).where(RosterEntry.number == 2)).one()
    found, papers = own_papers(db, by_id(db, cadre.user_id), exam.public_id)
    assert found is exam
    assert [(paper.number, paper.try_no, paper.fits) for paper in papers] == [(2, 1, True)]
    assert own_papers(db, person, exam.public_id)[1] == []


def test_the_public_page_has_what_the_ledger_has(db, trainer):
    make_person(db, "cadre")
    exam = make_exam(db, trainer)
    shown = published(db, exam.public_id)
    facts = published_facts(db, exam)
    assert (shown.spec_digest, shown.seed) == (facts["spec"], None)
    assert (shown.exam.pool_digest, shown.exam.seed_commitment, shown.candidates) == (
        facts["pool"], facts["seed_commitment"], facts["candidates"],
    )  # fmt: skip


def altered_roster(db):
    db.execute(text("DROP TRIGGER roster_entries_no_update" + on(db, "roster_entries")))
    last = db.scalar(select(func.max(RosterEntry.number)))
    db.execute(text(f"UPDATE roster_entries SET number = {last + 1} WHERE number = 1"))
    return "roster is"


def altered_ease(db):
    db.execute(text("DROP TRIGGER pool_items_no_update" + on(db, "pool_items")))
    db.execute(text("UPDATE pool_items SET ease = 1000"))
    return "pool is"


def altered_target(db):
    db.execute(text("UPDATE exams SET target = '12'"))
    return "target is"


def altered_tally(db):
    db.execute(text("DROP TRIGGER item_tallies_no_update" + on(db, "item_tallies")))
    db.execute(text("UPDATE item_tallies SET seen = seen + 1"))
    return "tally of item"


def altered_grace(db):
    db.execute(text("UPDATE exams SET grace_seconds = 600"))
    return "grace_seconds is 600"


def altered_seed(db):
    db.execute(Exam.__table__.update().values(seed=b"t" * 32))
    return "seed_commitment is"


def on(db, table):
    return "" if db.get_bind().dialect.name == "sqlite" else f" ON {table}"


@pytest.mark.parametrize(
    "tamper",
    [altered_roster, altered_ease, altered_target, altered_tally, altered_grace, altered_seed],
)
def test_verification_names_what_was_altered(db, trainer, tamper):
    released(db, trainer, right=2, wrong=1)
    assert findings(db) == []
    wanted = tamper(db)
    db.expire_all()
    assert any(wanted in finding for finding in findings(db))


def test_a_start_within_the_lead_time_is_the_same_paper_as_without(db, trainer):
    """Preparing is only a matter of when: neither order nor moment changes a paper."""
    one, other = make_person(db, "one"), make_person(db, "other")
    exam = make_exam(db, trainer)
    drawn_now = begin(db, other, exam, now=NOW + timedelta(seconds=1))
    preparing.prepare(db, exam.id, now=NOW)
    begin(db, one, exam)
    lottery = lottery_of(db, exam)
    wanted = lottery.draw(Candidate(2, other.public_id, 1)).paper
    assert db.get_one(Paper, drawn_now.paper_id).digest == paper_digest(wanted)
