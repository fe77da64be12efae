"""Reports: the officer's subtree and not one name outside it; scores only after the release."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from examapp.core.certificates import Standing
from examapp.core.exams import ExamState
from examapp.core.people import Role
from examapp.core.progress import Progress
from examapp.core.refusals import NotFound
from examapp.core.scoring import Outcome
from examapp.core.spec import Counts
from examapp.services.certificates.issuing import revoke
from examapp.services.exams import setting
from examapp.services.reports import overview, person, rows, scope
from examapp.store.assessments import OfflineStudy
from examapp.store.certificates import Certificate
from examapp.store.people import Unit
from tests.bureau import (
    HOUR,
    MINUTE,
    NOW,
    make_bank,
    make_exam,
    make_person,
    make_spec,
    make_unit,
    make_user,
)
from tests.hall import begin, sit
from tests.services.test_exams_candidates import statements

DAY = timedelta(days=1)


class Bureau:
    """A top with two offices, the first with a desk; one officer in the first office."""

    def __init__(self, db):
        make_bank(db)
        self.top = make_unit(db)
        self.office = make_unit(db, "office", self.top)
        self.desk = make_unit(db, "desk", self.office)
        self.other = make_unit(db, "other", self.top)
        self.trainer = make_person(db, "trainer", Role.TRAINER)
        self.officer = make_person(db, "officer", Role.PERSONNEL, unit=self.office)
        self.here = make_person(db, "here", unit=self.office)
        self.below = make_person(db, "below", unit=self.desk)
        self.above = make_person(db, "above", unit=self.top)
        self.beside = make_person(db, "beside", unit=self.other)

    @property
    def outside(self):
        return {self.above.name, self.beside.name}


@pytest.fixture
def bureau(db):
    return Bureau(db)


@pytest.fixture
def exam(db, bureau):
    return make_exam(db, bureau.trainer)


def names(db, bureau, exam, **asked):
    found = rows.report(db, bureau.officer, exam, now=NOW + MINUTE, **asked)
    return [row.name for row in found.rows]


def test_a_report_names_the_subtree_and_nobody_above_or_beside_it(db, bureau, exam):
    sit(db, bureau.above, exam)
    sit(db, bureau.beside, exam)
    assert names(db, bureau, exam) == [bureau.here.name, bureau.below.name]


def test_units_to_choose_from_are_the_officers_own(db, bureau, exam):
    found = rows.report(db, bureau.officer, exam, now=NOW)
    assert [(depth, unit.code) for depth, unit in found.units] == [(0, "office"), (1, "desk")]


def test_rows_come_by_unit_and_name_and_never_by_score(db, bureau, exam):
    for username, name in (("z", "赵一"), ("a", "安二"), ("w", "王三")):
        make_user(db, username, unit=bureau.office).name = name
    db.flush()
    best = make_person(db, "best", unit=bureau.desk)
    sit(db, best, exam)
    setting.release(db, exam, by=bureau.trainer, now=NOW + DAY)
    here, below = bureau.here.name, bureau.below.name
    assert names(db, bureau, exam) == ["安二", "王三", here, "赵一", below, best.name]


def test_only_those_meant_are_listed_and_those_who_sat(db, bureau):
    exam = make_exam(db, bureau.trainer, audiences=("support",))
    meant = make_person(db, "meant", unit=bureau.desk, audience="support")
    make_user(db, "disabled", unit=bureau.desk, audience="support", disabled_at=NOW)
    make_user(db, "no-cadre", Role.TRAINER, unit=bureau.desk, audience="support")
    moved = make_user(db, "moved", unit=bureau.desk, audience="support")
    sit(db, make_person(db, "sat", unit=bureau.desk, audience="support"), exam)
    moved.audience = "enforcement"
    db.flush()
    assert names(db, bureau, exam) == [meant.name, "姓名sat"]


def test_who_has_not_yet_and_one_unit_can_be_asked_for(db, bureau, exam):
    begin(db, bureau.below, exam)
    late = make_person(db, "late", unit=bureau.desk)
    not_yet = rows.Chosen(progress="not-yet")
    assert names(db, bureau, exam, chosen=not_yet) == [bureau.here.name, late.name]
    desk = rows.Chosen(progress="not-yet", unit=bureau.desk.public_id)
    assert names(db, bureau, exam, chosen=desk) == [late.name]
    outside = rows.Chosen(unit=bureau.other.public_id)
    assert names(db, bureau, exam, chosen=outside) == []


def test_progress_tells_who_sits_who_handed_in_and_whose_time_ran_out(db, bureau, exam):
    sit(db, bureau.here, exam)
    begin(db, bureau.below, exam)
    later = make_person(db, "later", unit=bureau.desk)
    begin(db, later, exam, now=NOW + 25 * MINUTE)
    found = rows.report(db, bureau.officer, exam, now=NOW + 40 * MINUTE).rows
    assert {row.name: row.progress for row in found} == {
        bureau.here.name: Progress.HANDED_IN,
        bureau.below.name: Progress.LAPSED,
        later.name: Progress.SITTING,
    }


def test_scores_and_certificates_come_only_after_the_release(db, bureau, exam):
    sit(db, bureau.here, exam)
    (row,) = rows.report(
        db, bureau.officer, exam, chosen=rows.Chosen(progress="handed-in"), now=NOW + DAY
    ).rows
    assert (row.tries, row.result, row.serial, row.standing) == (1, None, None, None)
    setting.release(db, exam, by=bureau.trainer, now=NOW + DAY)
    row = rows.report(db, bureau.officer, exam, now=NOW + DAY).rows[0]
    assert row.result
    assert (row.result.outcome, row.result.band, row.result.points) == ("passed", "excellent", 13)
    assert row.serial
    assert row.standing is Standing.VALID


def test_a_revoked_certificate_is_shown_as_revoked(db, bureau, exam):
    sit(db, bureau.here, exam)
    setting.release(db, exam, by=bureau.trainer, now=NOW + DAY)
    serial = db.scalars(select(Certificate.serial)).one()
    revoke(db, bureau.officer, serial, because="试卷有误", now=NOW + DAY)
    assert rows.report(db, bureau.officer, exam, now=NOW + DAY).rows[0].standing == "revoked"


@pytest.mark.parametrize(
    ("counts", "outcome"), [(Counts.BEST, Outcome.PASSED), (Counts.LAST, Outcome.FAILED)]
)
def test_the_try_that_counts_is_the_one_of_the_rule(db, bureau, counts, outcome):
    exam = make_exam(db, bureau.trainer, spec=make_spec(tries=2, counts=counts))
    sit(db, bureau.here, exam)
    sit(db, bureau.here, exam, right=False, now=NOW + 5 * MINUTE)
    setting.release(db, exam, by=bureau.trainer, now=NOW + DAY)
    row = rows.report(db, bureau.officer, exam, now=NOW + DAY).rows[0]
    assert row.result
    assert (row.tries, row.result.outcome) == (2, outcome)
    (tally,) = overview.overview(db, bureau.officer, year=2026, now=NOW + DAY)
    assert (tally.passed, tally.failed) == ((1, 0) if outcome == "passed" else (0, 1))


def test_exams_of_other_units_and_drafts_do_not_exist_for_the_officer(db, bureau, exam):
    foreign = make_exam(db, bureau.trainer, unit_ids=(bureau.other.id,))
    sit(db, bureau.beside, foreign)
    draft = make_exam(db, bureau.trainer, published=False)
    for hidden in (foreign, draft):
        with pytest.raises(NotFound):
            scope.exam(db, bureau.officer, hidden.public_id)
    listed = overview.overview(db, bureau.officer, year=2026, now=NOW)
    assert [tally.exam for tally in listed] == [exam]


def test_an_exam_sat_by_somebody_who_came_here_later_is_shown(db, bureau):
    foreign = make_exam(db, bureau.trainer, unit_ids=(bureau.other.id,))
    sit(db, bureau.beside, foreign)
    db.get_one(type(make_user(db, "x")), bureau.beside.id).unit_id = bureau.desk.id
    db.flush()
    assert names(db, bureau, foreign) == [bureau.beside.name]


def test_the_overview_counts_the_subtree_alone(db, bureau, exam):
    sit(db, bureau.here, exam)
    sit(db, bureau.above, exam)
    begin(db, bureau.beside, exam)
    (tally,) = overview.overview(db, bureau.officer, year=2026, now=NOW + MINUTE)
    assert (tally.people, tally.not_yet, tally.sitting, tally.done) == (2, 1, 0, 1)
    assert (tally.passed, tally.failed) == (0, 0)
    setting.release(db, exam, by=bureau.trainer, now=NOW + DAY)
    (tally,) = overview.overview(db, bureau.officer, year=2026, now=NOW + DAY)
    assert (tally.passed, tally.failed, tally.state) == (1, 0, ExamState.RELEASED)


def test_the_overview_goes_by_the_year_of_the_bureaus_calendar(db, bureau):
    new_year = NOW.replace(month=12, day=31, hour=17)  # 1 January in Shanghai
    make_exam(db, bureau.trainer, closes_at=new_year)
    assert overview.overview(db, bureau.officer, year=2026, now=NOW) == []
    assert len(overview.overview(db, bureau.officer, year=2027, now=NOW)) == 1
    assert overview.years(db, bureau.officer, now=NOW) == [2027, 2026]


def test_missing_names_open_and_unreleased_exams_with_who_has_not_yet_sat(db, bureau, exam):
    sit(db, bureau.below, exam)
    make_exam(db, bureau.trainer, opens_at=NOW + DAY, closes_at=NOW + 2 * DAY)
    cancelled = make_exam(db, bureau.trainer)
    setting.cancel(db, cancelled, because="x", by=bureau.trainer, now=NOW)
    (tally,) = overview.missing(db, bureau.officer, now=NOW + MINUTE)
    assert (tally.exam, tally.not_yet, tally.people) == (exam, 1, 2)
    setting.release(db, exam, by=bureau.trainer, now=NOW + DAY)
    assert overview.missing(db, bureau.officer, now=NOW + DAY - HOUR) == []


def test_people_outside_the_subtree_are_neither_found_nor_opened(db, bureau):
    found = [user.name for user in scope.named(db, bureau.officer, "姓名")]
    assert found == sorted([bureau.here.name, bureau.below.name, bureau.officer.name])
    assert scope.named(db, bureau.officer, "%") == []
    for hidden in (bureau.above, bureau.beside):
        with pytest.raises(NotFound):
            scope.somebody(db, bureau.officer, hidden.public_id)


def test_one_person_with_exams_certificates_and_study_of_the_year(db, bureau, exam):
    sit(db, bureau.below, exam)
    make_exam(db, bureau.trainer, unit_ids=(bureau.other.id,))
    setting.release(db, exam, by=bureau.trainer, now=NOW + DAY)
    confirmed = {"confirmed": True, "decided_at": NOW, "decided_by": bureau.officer.id}
    for on, decided in (
        (date(2026, 1, 1), confirmed),
        (date(2025, 12, 31), confirmed),
        (date(2026, 2, 1), {}),
    ):
        study = {"user_id": bureau.below.id, "minutes": 45, "what": "x", "declared_at": NOW}
        db.add(OfflineStudy(on=on, **study, **decided))
    user = scope.somebody(db, bureau.officer, bureau.below.public_id)
    report = person.person_report(db, user, now=NOW + DAY)
    assert [standing.exam for standing in report.exams] == [exam]
    assert len(report.certificates) == 1
    assert (report.credited_minutes, report.offline_minutes) == (0, 45)


def test_a_thousand_people_cost_no_more_statements_than_two(db, bureau, exam):
    sit(db, bureau.here, exam)
    asks = [
        lambda: rows.report(db, bureau.officer, exam, now=NOW),
        lambda: overview.overview(db, bureau.officer, year=2026, now=NOW),
        lambda: overview.missing(db, bureau.officer, now=NOW + MINUTE),
    ]

    def costs():
        db.expire_all()
        return [statements(db, ask) for ask in asks]

    few = costs()
    for number in range(120):
        unit = make_unit(db, f"desk-{number % 12}", db.get_one(Unit, bureau.office.id))
        crowd = make_person(db, f"crowd-{number}", unit=unit)
        if number < 6:
            begin(db, crowd, exam)
    make_exam(db, bureau.trainer)
    assert len(rows.report(db, bureau.officer, exam, now=NOW).rows) == 122
    assert costs() == few
    assert max(few) <= 7
