"""The yearly sheet on the web: one's own, what one declares, the officers' desk."""

from datetime import timedelta
from itertools import count

import pytest

from examapp.clock import local_date, now
from examapp.core.people import Role
from examapp.library.policy_files import read_policies
from examapp.services.assessments import offline
from examapp.services.assessments.policies import PackFacts, load_policies
from examapp.services.certificates.issuing import issue_due
from examapp.services.people.persons import by_id
from examapp.store.assessments import OfflineStudy
from examapp.store.study import Note
from tests.bureau import make_person, make_unit, make_user
from tests.sat import make_bare_exam, make_credit, make_sat, make_section

numbers = count(1)


@pytest.fixture(autouse=True)
def _rules(store, content_folder):
    packs, _ = read_policies(content_folder)
    facts = [PackFacts(p.code, p.year, p.digest, p.content) for p in packs]
    load_policies(store, facts, now=now() - timedelta(days=1))
    store.commit()


@pytest.fixture
def unit(store):
    return make_unit(store, f"y{next(numbers)}", make_unit(store))


@pytest.fixture
def cadre(store, unit):
    """A cadre with a credited section, confirmed study and a passed exam of this year."""
    n = next(numbers)
    user = make_user(store, f"cadre-{n}", unit=unit)
    section = make_section(store, f"section-{n}", minutes=90)
    make_section(store, f"open-{n}")
    make_credit(store, user, section, at=now(), year=local_date(now()).year)
    store.add(
        Note(user_id=user.id, section_id=section.id, body="my private note", changed_at=now())
    )
    exam = make_bare_exam(
        store, make_person(store, f"trainer-{n}", Role.TRAINER), released_at=now()
    )
    make_sat(store, exam, user)
    issue_due(store, exam, now=now())
    store.commit()
    return user


@pytest.fixture
def officer(store, unit):
    user = make_user(store, f"officer-{next(numbers)}", Role.PERSONNEL, unit=unit)
    store.commit()
    return user


def declared(store, user, what):
    today = local_date(now())
    made = offline.declare(store, by_id(store, user.id), on=today, minutes=30, what=what, now=now())
    store.commit()
    return made


def form(**fields):
    today = local_date(now()).isoformat()
    return {"on": today, "hours": "1", "minutes": "30", "what": "《港口法》第一章", **fields}


def test_the_sheet_explains_itself_line_by_line(as_user, cadre):
    page = as_user(cadre).get("/year").text
    for shown in (
        "At least 30 hours in the year",
        "1.5 hours of 30 hours",
        "28.5 hours missing",
        "62 of 100",
        "edition 1",
        "Time online never counts.",
        "Pass the checks of these sections:",
        "/review",
        "/certificates/",
    ):
        assert shown in page


def test_the_chinese_sheet_is_chinese(as_user, cadre):
    page = as_user(cadre, "zh_Hans_CN").get("/year").text
    for shown in ("学法用法考核表", "1.5 小时", "还差", "全年自学不少于30小时"):
        assert shown in page


def test_a_year_without_rules_is_404(as_user, cadre):
    assert as_user(cadre).get("/year?year=1999").status_code == 404
    assert as_user(cadre).get("/year?year=x").status_code == 200


def test_what_is_declared_waits_on_ones_sheet_and_can_be_withdrawn(as_user, store, cadre):
    client = as_user(cadre)
    assert client.get("/year/declare").status_code == 200
    assert client.post("/year/declare", data=form()).status_code == 302
    made = store.query(OfflineStudy).filter_by(user_id=cadre.id).one()
    store.commit()
    assert made.minutes == 90
    page = client.get("/year").text
    assert "《港口法》第一章" in page
    assert "Waiting" in page
    assert client.post(f"/year/declared/{made.public_id}/withdraw").status_code == 302
    assert "《港口法》第一章" not in client.get("/year").text
    assert client.post(f"/year/declared/{made.public_id}/withdraw").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"on": ""}, "Give the day on which you studied."),
        ({"on": "2999-01-01"}, "give a day of this year"),
        ({"hours": "", "minutes": ""}, "give at least one minute"),
        ({"hours": "25"}, "between 0 and 24"),
        ({"what": " "}, "What you read"),
    ],
)
def test_faults_stand_beside_the_fields(as_user, cadre, wrong, words):
    answer = as_user(cadre).post("/year/declare", data=form(**wrong))
    assert answer.status_code == 422
    assert "error-summary" in answer.text
    assert words in answer.text


def test_nobody_withdraws_for_another(as_user, store, cadre):
    made = declared(store, cadre, "mine")
    other = make_user(store, f"other-{next(numbers)}")
    store.commit()
    answer = as_user(other).post(f"/year/declared/{made.public_id}/withdraw")
    assert answer.status_code == 404


@pytest.mark.parametrize("language", ["en", "zh_Hans_CN"])
def test_an_officer_sees_the_subtree_and_opens_a_sheet(as_user, store, cadre, officer, language):
    elsewhere = make_user(store, f"elsewhere-{next(numbers)}")
    store.commit()
    client = as_user(officer, language)
    page = client.get("/assessments").text
    assert cadre.name in page
    assert elsewhere.name not in page
    assert officer.name not in page.split("<main")[1]  # no cadre: not assessed
    sheet = client.get(f"/assessments/people/{cadre.public_id}").text
    assert cadre.name in sheet
    assert "my private note" not in sheet
    assert "/review" not in sheet
    assert client.get(f"/assessments/people/{elsewhere.public_id}").status_code == 404
    assert client.get(f"/assessments/people/{officer.public_id}").status_code == 404


def test_the_overview_filters_by_something_missing_by_unit_and_by_name(
    as_user, store, cadre, officer, unit
):
    done = make_user(store, f"done-{next(numbers)}", unit=unit)
    section = make_section(store, f"long-{next(numbers)}", minutes=1800)
    make_credit(store, done, section, at=now(), year=local_date(now()).year)
    exam = make_bare_exam(
        store, make_person(store, f"trainer-{next(numbers)}", Role.TRAINER), released_at=now()
    )
    make_sat(store, exam, done)
    store.commit()
    client = as_user(officer)
    missing = client.get("/assessments?only=missing").text
    assert cadre.name in missing
    assert done.name not in missing
    named = client.get(f"/assessments?q={done.username}").text
    assert done.name in named
    assert cadre.name not in named
    top = make_unit(store)
    assert client.get(f"/assessments?unit={unit.public_id}").status_code == 200
    assert client.get(f"/assessments?unit={top.public_id}").status_code == 404


def test_an_officer_confirms_and_it_counts(as_user, store, cadre, officer):
    made = declared(store, cadre, "港口安全讲座")
    client = as_user(officer)
    assert "港口安全讲座" in client.get("/assessments/declared").text
    address = f"/assessments/declared/{made.public_id}"
    assert client.get(address).status_code == 200
    assert client.post(address, data={"decision": "confirm"}).status_code == 302
    assert "2 hours of 30 hours" in as_user(cadre).get("/year").text
    again = client.post(address, data={"decision": "refuse", "remark": "no"})
    assert again.status_code == 409


def test_a_refusal_needs_a_remark_which_the_person_reads(as_user, store, cadre, officer):
    made = declared(store, cadre, "some book")
    client = as_user(officer)
    address = f"/assessments/declared/{made.public_id}"
    assert client.post(address, data={"decision": "refuse"}).status_code == 422
    answer = client.post(address, data={"decision": "refuse", "remark": "Which chapters?"})
    assert answer.status_code == 302
    page = as_user(cadre).get("/year").text
    assert "Which chapters?" in page
    assert "1.5 hours of 30 hours" in page


def test_the_queue_of_another_unit_is_not_yours(as_user, store, cadre):
    made = declared(store, cadre, "far away")
    unit = make_unit(store, f"far{next(numbers)}", make_unit(store))
    other = make_user(store, f"officer-{next(numbers)}", Role.PERSONNEL, unit=unit)
    store.commit()
    client = as_user(other)
    assert "far away" not in client.get("/assessments/declared").text
    address = f"/assessments/declared/{made.public_id}"
    assert client.get(address).status_code == 404
    assert client.post(address, data={"decision": "confirm"}).status_code == 404


def test_nobody_confirms_their_own(as_user, store, unit):
    both = make_user(store, f"both-{next(numbers)}", Role.CADRE, Role.PERSONNEL, unit=unit)
    made = declared(store, both, "my own reading")
    client = as_user(both)
    assert "another officer decides" in client.get("/assessments/declared").text
    address = f"/assessments/declared/{made.public_id}"
    assert client.post(address, data={"decision": "confirm"}).status_code == 403
    store.expire_all()
    assert made.confirmed is None


@pytest.mark.parametrize(
    ("role", "address"),
    [
        (Role.CADRE, "/assessments"),
        (Role.ADMIN, "/assessments"),
        (Role.TRAINER, "/assessments/declared"),
        (Role.PERSONNEL, "/year"),
    ],
)
def test_each_page_is_for_its_own_role(as_user, store, role, address):
    user = make_user(store, f"role-{next(numbers)}", role)
    store.commit()
    assert as_user(user).get(address).status_code == 403
