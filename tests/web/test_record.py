"""The record as pages: read by auditors and administrators, changed by nobody."""

import pytest
from sqlalchemy import select

from examapp.core.ledger import Event
from examapp.core.people import Role
from examapp.services.ledger import record
from examapp.services.sittings import starting
from examapp.services.sittings.closing import close_lapsed
from examapp.store.exams import Exam
from examapp.store.ledger import LedgerEntry
from tests.bureau import HOUR, NOW, make_bank, make_exam, make_person, make_user


@pytest.fixture
def auditor(store, request):
    user = make_user(store, f"auditor-{abs(hash(request.node.name))}", Role.AUDITOR)
    record(
        store,
        Event.USER_ADDED,
        user.public_id,
        {"roles": ["auditor"], "unit": "top"},
        actor=None,
        now=NOW,
    )
    store.commit()
    return user


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_the_pages_stand_in_both_languages(as_user, auditor, language):
    client = as_user(auditor, language)
    assert client.get("/record").status_code == 200
    assert client.get("/record/1").status_code == 200
    assert client.get("/record/987654").status_code == 404


def test_entries_are_found_by_user_name_and_event(as_user, auditor):
    client = as_user(auditor)
    assert "1 entries" in client.get(f"/record?subject={auditor.username}&event=user.added").text
    assert (
        "No entry fits."
        in client.get(f"/record?subject={auditor.username}&event=user.disabled").text
    )


def test_an_entry_shows_its_facts_in_words_its_digest_and_its_neighbours(store, as_user, auditor):
    first, second = store.scalars(select(LedgerEntry).order_by(LedgerEntry.number).limit(2)).all()
    page = as_user(auditor).get("/record/1").text
    assert "Auditor" in page
    assert first.digest in page
    assert second.previous in page
    assert "Fits" in page


def test_the_auditor_finds_nothing_to_press_but_the_filter(as_user, auditor):
    client = as_user(auditor)
    for url in ("/record", "/record/1"):
        page = client.get(url).text
        main = page[page.index("<main") : page.index("</main>")]
        assert 'method="post"' not in main
    for url in ("/people", "/people/units", "/people/import", "/bank", "/exams/setting"):
        assert client.get(url).status_code in (403, 404)


def test_a_score_is_not_told_by_the_record_before_the_exam_is_released(store, as_user, auditor):
    make_bank(store)
    exam = make_exam(store, make_person(store, "trainer", Role.TRAINER))
    cadre = make_person(store, "candidate")
    sitting = starting.start(store, cadre, exam.public_id, device="d", now=NOW)
    store.flush()
    close_lapsed(store, sitting, now=NOW + 6 * HOUR)
    scored = select(LedgerEntry.number).where(LedgerEntry.event == Event.SITTING_SCORED)
    number = store.scalars(scored).one()
    store.commit()
    client = as_user(auditor)
    assert "Not passed" not in client.get(f"/record/{number}").text
    store.get_one(Exam, exam.id).released_at = NOW + 7 * HOUR
    store.commit()
    assert "Not passed" in client.get(f"/record/{number}").text
