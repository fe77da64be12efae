"""The yearly sheet from facts: what counts, and all that stands beside it and does not."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from sqlalchemy import event

from examapp.core.people import Role
from examapp.core.spec import Counts
from examapp.library.policy_files import read_policies
from examapp.services.assessments import offline, sheets
from examapp.services.assessments.advice import open_sections
from examapp.services.assessments.policies import PackFacts, load_policies
from examapp.store.study import ReadingPosition
from tests.bureau import NOW, make_person, make_spec, make_unit, make_user
from tests.sat import make_bare_exam, make_credit, make_sat, make_score, make_section

HERE = "bureau-a"
JANUARY_IN_SHANGHAI = datetime(2025, 12, 31, 17, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _rules(db, content_folder):
    packs, _ = read_policies(content_folder)
    load_policies(db, [PackFacts(p.code, p.year, p.digest, p.content) for p in packs], now=NOW)


@pytest.fixture
def trainer(db):
    return make_person(db, "trainer", Role.TRAINER)


def study(db, person, year=2026):
    return sheets.sheet_of(db, person.id, year, HERE).lines[0]


def exams(db, person, year=2026):
    return sheets.sheet_of(db, person.id, year, HERE).lines[1]


def test_a_person_without_facts_has_a_whole_sheet_with_nothing_on_it(db):
    made = sheets.sheet_of(db, make_person(db).id, 2026, HERE)
    assert [line.evidence for line in made.lines] == [(), ()]
    assert (made.points, made.most) == (0, 100)


def test_credited_sections_count_with_their_minutes(db):
    me, other = make_person(db, "me"), make_person(db, "other")
    one, two = make_section(db, "one"), make_section(db, "two", minutes=45)
    make_credit(db, me, one)
    make_credit(db, me, one, year=2025, at=NOW - timedelta(days=365))
    make_credit(db, other, two)
    line = study(db, me)
    assert (line.amount, line.points) == (60, Fraction(4, 3))
    assert [(fact.on, fact.amount, fact.what, fact.reference) for fact in line.evidence] == [
        (
            date(2026, 6, 1),
            60,
            {"zh": "《指南》：节one", "en": "Guide: Section one"},
            "section:guide:one",
        )
    ]


def test_the_day_of_a_fact_is_the_bureaus(db):
    me = make_person(db)
    make_credit(db, me, make_section(db), at=JANUARY_IN_SHANGHAI)
    assert study(db, me).evidence[0].on == date(2026, 1, 1)


def test_a_withdrawn_section_still_counts_but_leads_nowhere(db):
    me = make_person(db)
    make_credit(db, me, make_section(db, withdrawn_at=NOW))
    assert study(db, me).evidence[0].reference == "withdrawn:guide:one"


def test_time_spent_reading_never_counts(db):
    me, section = make_person(db), make_section(db)
    db.add(ReadingPosition(user_id=me.id, guide_id=section.guide_id, section_id=section.id, at=NOW))
    db.flush()
    assert study(db, me).amount == 0


def test_only_confirmed_offline_study_counts(db):
    me, other = make_person(db, "me"), make_person(db, "other")
    officer = make_person(db, "officer", Role.PERSONNEL)

    def declared(person, what, confirm):
        made = offline.declare(db, person, on=date(2026, 5, 4), minutes=90, what=what, now=NOW)
        if confirm is not None:
            offline.decide(db, officer, made.public_id, confirm=confirm, remark="r", now=NOW)

    declared(me, "港口法", True)
    declared(me, "refused", False)
    declared(me, "pending", None)
    declared(other, "another person's", True)
    line = study(db, me)
    assert (line.amount, [fact.what["zh"] for fact in line.evidence]) == (90, ["港口法"])
    assert study(db, me, 2027).amount == 0


def test_an_exam_counts_in_the_year_of_its_release(db, trainer):
    me = make_person(db)
    exam = make_bare_exam(db, trainer, released_at=JANUARY_IN_SHANGHAI)
    sitting = make_sat(db, exam, me)
    line = exams(db, me)
    assert (line.amount, line.points) == (1, 60)
    assert (line.evidence[0].on, line.evidence[0].reference) == (
        date(2026, 1, 1),
        f"sitting:{sitting.public_id}",
    )
    before = make_bare_exam(db, trainer, released_at=JANUARY_IN_SHANGHAI - timedelta(hours=2))
    make_sat(db, before, me)
    assert exams(db, me).amount == 1


def test_exams_not_released_not_passed_or_of_others_do_not_count(db, trainer):
    me, other = make_person(db, "me"), make_person(db, "other")
    make_sat(db, make_bare_exam(db, trainer, released_at=None), me)
    make_sat(db, make_bare_exam(db, trainer), me, points=1, passed=False)
    make_sat(db, make_bare_exam(db, trainer), other)
    assert exams(db, me).amount == 0


@pytest.mark.parametrize(("counts", "amount"), [(Counts.BEST, 1), (Counts.LAST, 0)])
def test_the_try_that_counts_decides(db, trainer, counts, amount):
    me = make_person(db)
    exam = make_bare_exam(db, trainer, spec=make_spec(tries=2, counts=counts))
    make_sat(db, exam, me, points=9)
    make_sat(db, exam, me, points=1, passed=False, try_no=2)
    assert exams(db, me).amount == amount


def test_the_score_in_force_decides(db, trainer):
    me = make_person(db)
    sitting = make_sat(db, make_bare_exam(db, trainer), me)
    make_score(db, sitting, points=1, passed=False, number=2)
    assert exams(db, me).amount == 0


def test_a_year_or_a_place_without_rules_has_no_lines(db):
    me = make_person(db)
    assert sheets.sheet_of(db, me.id, 2025, HERE).lines == ()
    assert sheets.sheet_of(db, me.id, 2026, "elsewhere").lines == ()


def test_many_sheets_take_as_few_queries_as_one(db, trainer):
    exam, section = make_bare_exam(db, trainer), make_section(db)
    people = [make_person(db, f"person{n:02}") for n in range(20)]
    for person in people:
        make_credit(db, person, section)
        make_sat(db, exam, person)
    asked = []
    engine = db.get_bind()
    event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    made = sheets.sheets_of(db, [person.id for person in people], 2026, HERE)
    assert len(asked) <= 8
    assert {sheet.points for sheet in made.values()} == {Fraction(60) + Fraction(4, 3)}


@pytest.fixture
def house(db, trainer):
    """Two units under the top, one person in a with a passed exam and all hours, noise."""
    top = make_unit(db)
    a = make_unit(db, "a", top)
    b = make_unit(db, "b", top)
    done = make_person(db, "9done", unit=a)
    make_person(db, "1short", unit=a)
    make_person(db, "elsewhere", unit=b)
    make_person(db, "at-the-top")
    make_user(db, "gone", unit=a, disabled_at=NOW)
    make_credit(db, done, make_section(db, minutes=1800))
    make_sat(db, make_bare_exam(db, trainer), done)
    return make_person(db, "officer", Role.PERSONNEL, unit=a)


def test_the_overview_holds_the_cadres_of_the_subtree_by_name_not_by_points(db, house):
    rows = sheets.overview(db, house.unit_id, 2026, HERE)
    assert [(row.cadre.name, row.complete) for row in rows] == [
        ("姓名1short", False),
        ("姓名9done", True),
    ]
    assert sheets.missing_count(db, house.unit_id, HERE, now=NOW) == (1, 2)


def test_the_overview_goes_by_the_tree_before_it_goes_by_name(db, house):
    rows = sheets.overview(db, make_unit(db).id, 2026, HERE)
    assert [row.cadre.name.removeprefix("姓名") for row in rows] == [
        "at-the-top",
        "1short",
        "9done",
        "elsewhere",
    ]


def test_this_year_goes_by_the_bureaus_calendar(db):
    assert sheets.this_year(db, make_person(db).id, HERE, now=JANUARY_IN_SHANGHAI).year == 2026


def test_advice_names_open_sections_until_they_fill_the_gap(db):
    me = make_person(db, post="seaport")
    make_credit(db, me, make_section(db, "credited"))
    make_section(db, "withdrawn", withdrawn_at=NOW)
    make_section(db, "without-check", check_items=0)
    first = make_section(db, "first", position=2)
    make_section(db, "second", position=3)
    make_section(db, "third", position=4)
    found = open_sections(db, me, 2026, minutes=100)
    assert [section.section for section in found] == ["first", "second"]
    first.guide.posts = ["shipping"]
    db.flush()
    assert open_sections(db, me, 2026, minutes=100) == []
