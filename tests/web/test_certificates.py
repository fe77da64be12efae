"""Certificates on the web: whose they are, what the public learns, who may revoke."""

from itertools import count

import pytest
from sqlalchemy import select

from examapp.clock import now
from examapp.core.people import Role
from examapp.services.certificates.issuing import issue_due
from examapp.services.people.persons import by_id
from examapp.store.certificates import Certificate
from tests.bureau import make_person, make_unit, make_user
from tests.sat import make_bare_exam, make_sat

numbers = count(1)


@pytest.fixture
def issued(store):
    """A certificate of somebody in a unit of its own under the top."""
    n = next(numbers)
    unit = make_unit(store, f"c{n}", make_unit(store))
    holder = make_user(store, f"holder-{n}", unit=unit)
    trainer = make_person(store, f"trainer-{n}", Role.TRAINER)
    exam = make_bare_exam(
        store, trainer, title={"zh": f"港口法考试{n}", "en": f"Ports exam {n}"}, released_at=now()
    )
    make_sat(store, exam, by_id(store, holder.id))
    issue_due(store, exam, now=now())
    store.commit()
    made = store.scalars(select(Certificate).where(Certificate.user_id == holder.id)).one()
    return made, holder, exam


def officer_of(store, role=Role.PERSONNEL, unit=None):
    user = make_user(store, f"officer-{next(numbers)}", role, unit=unit)
    store.commit()
    return user


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Certificate of Legal Knowledge"), ("zh_Hans_CN", "法律知识合格证书")],
)
def test_a_cadre_sees_and_prints_their_own(as_user, issued, language, words):
    made, holder, _ = issued
    client = as_user(holder, language)
    assert made.serial in client.get("/certificates").text
    page = client.get(f"/certificates/{made.serial}/paper").text
    for shown in (words, holder.name, made.serial, "港口法考试", "Ports exam", f"/c/{made.serial}"):
        assert shown in page


def test_somebody_without_any_is_told_the_way(as_user, store):
    user = make_user(store, f"new-{next(numbers)}")
    store.commit()
    assert "You have no certificate yet." in as_user(user).get("/certificates").text


def test_the_paper_of_another_is_404(as_user, store, issued):
    user = make_user(store, f"other-{next(numbers)}")
    store.commit()
    assert as_user(user).get(f"/certificates/{issued[0].serial}/paper").status_code == 404


@pytest.mark.parametrize("accepts", ["zh", "en"])
def test_the_public_page_holds_no_personal_data(app, store, issued, accepts):
    made, holder, exam = issued
    page = app.test_client().get(f"/c/{made.serial}", headers={"Accept-Language": accepts})
    assert page.status_code == 200
    assert exam.title[accepts] in page.text
    assert made.serial in page.text
    unit = holder.unit
    for secret in (
        holder.name,
        holder.username,
        holder.public_id,
        unit.name,
        unit.name_en,
        unit.public_id,
        unit.parent.name,
        unit.parent.name_en,
        exam.public_id,
    ):
        assert secret not in page.text


def test_an_unknown_number_is_a_plain_404(app, issued):
    made, *_ = issued
    unknown = "2026-00000-00000-Y"
    for serial in (unknown, f"{made.serial[:-1]}-", "x" * 300, "证书"):
        page = app.test_client().get(f"/c/{serial}", headers={"Accept-Language": "en"})
        assert page.status_code == 404
        assert "No certificate with this number" in page.text


def test_a_number_typed_by_hand_leads_to_its_page(app, issued):
    made, *_ = issued
    typed = made.serial.lower().replace("-", " ")
    page = app.test_client().get("/c", query_string={"serial": typed})
    assert page.status_code == 302
    assert page.location.endswith(f"/c/{made.serial}")
    again = app.test_client().get(f"/c/{made.serial.lower()}")
    assert again.location.endswith(f"/c/{made.serial}")


@pytest.mark.parametrize("slip", [0, 3, 7, 12, 16])
def test_a_slip_of_the_pen_says_check_what_you_typed(app, issued, slip):
    serial = issued[0].serial
    other = "7" if serial[slip] != "7" else "8"
    page = app.test_client().get(
        "/c",
        query_string={"serial": serial[:slip] + other + serial[slip + 1 :]},
        headers={"Accept-Language": "en"},
    )
    if serial[slip] == "-":
        return
    assert page.status_code == 422
    assert "check what you typed" in page.text


def test_the_sign_in_page_leads_to_the_check(app):
    assert 'href="/c"' in app.test_client().get("/sign-in").text
    assert app.test_client().get("/c").status_code == 200


def test_the_register_shows_an_officer_their_own_subtree_only(as_user, store, issued):
    made, holder, _ = issued
    here = as_user(officer_of(store, unit=holder.unit)).get("/certificates/register").text
    assert holder.name in here
    assert made.serial in here
    elsewhere = officer_of(store, unit=make_unit(store, f"e{next(numbers)}", make_unit(store)))
    client = as_user(elsewhere)
    assert holder.name not in client.get("/certificates/register").text
    assert client.get(f"/certificates/register?q={made.serial}").status_code == 200
    assert client.get(f"/certificates/register?unit={holder.unit.public_id}").status_code == 404
    assert client.get(f"/certificates/{made.serial}/revoke").status_code == 404
    answer = client.post(f"/certificates/{made.serial}/revoke", data={"because": "reason"})
    assert answer.status_code == 404


def test_the_register_filters_who_has_no_valid_certificate(as_user, store, issued):
    _, holder, _ = issued
    without = make_user(store, f"without-{next(numbers)}", unit=holder.unit)
    client = as_user(officer_of(store, unit=holder.unit))
    page = client.get("/certificates/register?only=none").text
    assert without.name in page
    assert holder.name not in page


@pytest.mark.parametrize("language", ["en", "zh_Hans_CN"])
def test_an_officer_revokes_with_a_reason_and_everybody_sees_it(
    app, as_user, store, issued, language
):
    made, holder, _ = issued
    client = as_user(officer_of(store, unit=holder.unit), language)
    address = f"/certificates/{made.serial}/revoke"
    assert client.get(address).status_code == 200
    assert client.post(address, data={"because": " "}).status_code == 422
    answer = client.post(address, data={"because": "局党组决定"})
    assert answer.status_code == 302
    assert client.post(address, data={"because": "again"}).status_code == 409
    public = app.test_client().get(f"/c/{made.serial}", headers={"Accept-Language": "en"}).text
    assert "has been revoked" in public
    assert "局党组决定" not in public
    paper = as_user(holder).get(f"/certificates/{made.serial}/paper").text
    assert "局党组决定" in paper
    assert 'class="certificate"' not in paper


def test_an_administrator_revokes_anywhere(as_user, store, issued):
    made, *_ = issued
    client = as_user(officer_of(store, Role.ADMIN))
    found = client.get(f"/certificates/register?q={made.serial.lower()}")
    assert found.location.endswith(f"/certificates/{made.serial}/revoke")
    assert client.post(found.location, data={"because": "reason"}).status_code == 302


@pytest.mark.parametrize("role", [Role.CADRE, Role.TRAINER, Role.AUDITOR])
def test_the_register_is_for_officers(as_user, store, issued, role):
    client = as_user(officer_of(store, role))
    assert client.get("/certificates/register").status_code == 403
    answer = client.post(f"/certificates/{issued[0].serial}/revoke", data={"because": "reason"})
    assert answer.status_code == 403
