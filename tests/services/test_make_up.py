"""Make-up exams: for whom, decided by condition in every place that asks; and when published."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from examapp.core.people import Role
from examapp.core.progress import Progress
from examapp.core.refusals import NotFound
from examapp.core.spec import Counts
from examapp.services.exams import audience, candidates, drafts, excuses, make_up, setting
from examapp.services.exams.make_up import OriginalCancelled, OriginalNotReleased
from examapp.services.exams.ready import require_ready
from examapp.services.exams.turnout import turnout
from examapp.services.people.persons import by_id
from examapp.services.reports import overview, rows
from examapp.services.reports.person import person_report
from examapp.services.verification.exams import check_exams
from examapp.store.exam_days import Excuse
from examapp.store.people import User
from tests.bureau import (
    HOUR,
    NOW,
    make_bank,
    make_draft,
    make_exam,
    make_person,
    make_spec,
    make_unit,
)
from tests.hall import begin
from tests.sat import make_bare_exam, make_sat, make_score

LATER = {"opens_at": NOW + HOUR, "closes_at": NOW + 3 * HOUR}


@pytest.fixture
def trainer(db):
    return make_person(db, "trainer", Role.TRAINER)


@pytest.fixture
def officer(db):
    return make_person(db, "officer", Role.PERSONNEL)


def excused(db, exam, person, *, approved=True, kind="make_up", withdrawn=None) -> Excuse:
    made = Excuse(
        exam_id=exam.id, user_id=person.id, kind=kind, ground="duty", reason="x",
        filed_by=person.id, filed_at=NOW, withdrawn_at=withdrawn,
    )  # fmt: skip
    if approved is not None:
        made.decided_by = db.scalars(select(User.id).where(User.username == "officer")).one()
        made.decided_at, made.approved = NOW, approved
    db.add(made)
    db.flush()
    return made


def for_whom(db, exam) -> set[str]:
    """The same people, whoever asks: the query, the circle, the lists of each, the turnout."""
    users = db.scalars(select(User).where(audience.meant(exam))).all()
    circle = audience.circles(db, [exam])[exam.id]
    everybody = db.scalars(select(User).where(audience.may_sit())).all()
    taken = {u.id for u in everybody if circle.takes(u.unit_id, u.audience, u.id)}
    listed = set()
    for user in everybody:
        person = by_id(db, user.id)
        mine = exam in candidates.all_mine(db, person)
        try:
            candidates.mine(db, person, exam.public_id)
        except NotFound:
            assert not mine
        reported = exam in [s.exam for s in person_report(db, user, now=NOW).exams]
        assert mine == reported
        listed |= {user.id} if mine else set()
    assert {u.id for u in users} == taken == listed
    assert audience.size(db, exam) == turnout(db, exam, now=NOW).people == len(users)
    return {u.username for u in users}


def test_a_make_up_exam_is_for_those_whose_excuse_was_approved(db, trainer, officer):
    first = make_bare_exam(db, trainer, released_at=None)
    other = make_bare_exam(db, trainer, released_at=None)
    people = {n: make_person(db, n) for n in ("yes", "no", "open", "back", "free", "other", "far")}
    excused(db, first, people["yes"])
    excused(db, first, people["no"], approved=False)
    excused(db, first, people["open"], approved=None)
    excused(db, first, people["back"], withdrawn=NOW)
    excused(db, first, people["free"], kind="exemption")
    excused(db, other, people["other"])
    far = make_person(db, "away", unit=make_unit(db, "away", make_unit(db)))
    excused(db, first, far)
    wide = make_bare_exam(db, trainer, released_at=None, make_up_of=first.public_id, **LATER)
    assert for_whom(db, wide) == {"yes", "away"}
    near = make_bare_exam(
        db, trainer, released_at=None, make_up_of=first.public_id, audiences=("support",), **LATER
    )
    assert for_whom(db, near) == set()
    assert len(for_whom(db, first)) == 8


def test_approving_an_excuse_later_admits_at_once(db, trainer, officer):
    first = make_bare_exam(db, trainer, released_at=None)
    cadre = make_person(db)
    again = make_bare_exam(db, trainer, released_at=None, make_up_of=first.public_id, **LATER)
    assert make_up.held_for(db, cadre, first) == []
    asked = excuses.file(
        db, cadre, first.public_id, kind="make_up", ground="duty", reason="出差", now=NOW
    )
    assert for_whom(db, again) == set()
    excuses.decide(db, officer, asked.public_id, approve=True, note="同意", now=NOW)
    assert for_whom(db, again) == {"cadre"}
    assert make_up.held_for(db, cadre, first) == [again]


def test_whoever_is_admitted_after_the_publishing_sits_it(db, trainer, officer):
    make_bank(db)
    early, late, never = (make_person(db, name) for name in ("early", "late", "never"))
    first = make_exam(db, trainer)
    excused(db, first, early)
    again = make_exam(db, trainer, make_up_of=first.public_id)
    excused(db, first, late)
    for person in (early, late):
        assert begin(db, person, again)
    with pytest.raises(NotFound):
        begin(db, never, again)
    assert not list(check_exams(db))


@pytest.mark.parametrize(
    ("counts", "outcomes", "failed"),
    [
        (Counts.BEST, [False], True),
        (Counts.BEST, [True], False),
        (Counts.BEST, [False, True, False], False),
        (Counts.LAST, [True, False], True),
        (Counts.LAST, [False, True], False),
        (Counts.FIRST, [False, True], True),
        (Counts.FIRST, [True, False], False),
    ],
)
def test_with_those_who_failed_the_counting_try_decides(
    db, trainer, officer, counts, outcomes, failed
):
    first = make_bare_exam(db, trainer, spec=make_spec(tries=3, counts=counts))
    cadre = make_person(db)
    for number, passed in enumerate(outcomes, 1):
        make_sat(db, first, cadre, try_no=number, passed=passed, points=9 if passed else 2)
    make_sat(db, make_bare_exam(db, trainer), make_person(db, "noise"), passed=False)
    make_person(db, "absent")
    fields = {"make_up_of": first.public_id, "released_at": None, **LATER}
    again = make_bare_exam(db, trainer, make_up_failed=True, **fields)
    assert for_whom(db, again) == ({"cadre"} if failed else set())
    strict = make_bare_exam(db, trainer, **fields)
    assert for_whom(db, strict) == set()


def test_a_corrected_score_decides_and_nothing_before_the_release(db, trainer, officer):
    first = make_bare_exam(db, trainer)
    cadre = make_person(db)
    make_score(db, make_sat(db, first, cadre, passed=False), number=2, passed=True)
    other = make_person(db, "other")
    make_score(db, make_sat(db, first, other, passed=True), number=2, passed=False)
    fields = {"make_up_of": first.public_id, "released_at": None, "make_up_failed": True, **LATER}
    again = make_bare_exam(db, trainer, **fields)
    assert for_whom(db, again) == {"other"}
    first.released_at = None
    db.flush()
    assert for_whom(db, again) == set()


def test_a_make_up_for_those_who_failed_is_published_after_the_release(db, trainer, officer):
    first = make_bare_exam(db, trainer, released_at=None)
    again = setting.create(
        db, make_draft(db, make_up_of=first.public_id, make_up_failed=True), by=trainer, now=NOW
    )
    with pytest.raises(OriginalNotReleased):
        require_ready(db, again)
    again.make_up_failed = False
    require_ready(db, again)
    again.make_up_failed, first.released_at = True, NOW
    db.flush()
    require_ready(db, again)
    first.released_at, first.cancelled_at = None, NOW
    db.flush()
    with pytest.raises(OriginalCancelled):
        require_ready(db, again)


def test_what_can_be_made_up_for(db, trainer, officer):
    first = make_bare_exam(db, trainer)
    again = make_bare_exam(db, trainer, make_up_of=first.public_id, released_at=None)
    draft = setting.create(db, make_draft(db), by=trainer, now=NOW)
    gone = make_bare_exam(db, trainer, released_at=None)
    setting.cancel(db, gone, because="x", by=trainer, now=NOW)
    assert make_up.originals(db) == [first]

    def places(**fields):
        return [fault.place for fault in drafts.faults(db, make_draft(db, **fields))]

    assert places(make_up_of=first.public_id, make_up_failed=True) == []
    for wrong in (again.public_id, draft.public_id, gone.public_id, "nothing"):
        assert places(make_up_of=wrong) == ["make_up_of"]
    assert places(make_up_failed=True) == ["make_up_of"]
    assert drafts.draft_of(again).make_up_of == first.public_id
    assert make_up.title_of(db, first.public_id) == first.title
    assert make_up.title_of(db, None) == {}


def test_reports_show_the_make_up_beside_the_exam(db, trainer, officer):
    first = make_bare_exam(db, trainer)
    people = [make_person(db, name) for name in ("done", "waits", "passed")]
    for person in people[:2]:
        excused(db, first, person)
    make_sat(db, first, people[2])
    again = make_bare_exam(db, trainer, make_up_of=first.public_id, released_at=None)
    make_sat(db, again, people[0], points=9)
    report = rows.report(db, officer, first, now=NOW)
    found = {row.name: row.make_up for row in report.rows}
    assert found[people[0].name] == rows.MakeUp(Progress.HANDED_IN, None)
    assert found[people[1].name] == rows.MakeUp(Progress.NOT_YET, None)
    assert found[people[2].name] is None
    again.released_at = NOW
    db.flush()
    report = rows.report(db, officer, first, now=NOW)
    made_up = next(row.make_up for row in report.rows if row.name == people[0].name)
    assert made_up.result.outcome == "passed"
    tallies = {tally.exam: tally.people for tally in overview.overview(
        db, officer, year=2026, now=NOW)}  # fmt: skip
    assert (tallies[first], tallies[again]) == (3, 2)
