"""Study away from the platform: declared, withdrawn, decided once, by another."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from examapp.core.people import Role
from examapp.core.refusals import Invalid, NotFound
from examapp.services.assessments import offline
from examapp.services.assessments.offline import AlreadyDecided, NotYourOwn, declare
from examapp.services.ledger import entries
from examapp.store.assessments import OfflineStudy
from examapp.store.people import User
from tests.bureau import NOW, make_person, make_unit

TODAY = date(2026, 6, 1)


def declared(db, person, *, on=TODAY, minutes=60, what="港口法 第一章"):
    return declare(db, person, on=on, minutes=minutes, what=what, now=NOW)


def places(refusal):
    return [fault.place for fault in refusal.value.faults]


@pytest.fixture
def me(db):
    return make_person(db, "me", unit=make_unit(db, "a", make_unit(db)))


@pytest.fixture
def officer(db):
    return make_person(db, "officer", Role.PERSONNEL)


def test_what_is_declared_waits_and_stands_in_the_record_without_its_text(db, me):
    made = declared(db, me, what="  港口法   第一章 ")
    assert (made.what, made.confirmed, made.decided_at) == ("港口法 第一章", None, None)
    (entry,) = entries(db)
    assert (entry.event, entry.subject, entry.actor) == (
        "evidence.declared",
        made.public_id,
        me.public_id,
    )
    assert (entry.facts["minutes"], entry.facts["on"]) == (60, "2026-06-01")
    assert "港口" not in str(entry.facts)


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"on": date(2026, 6, 2)}, "on"),
        ({"on": date(2025, 12, 31)}, "on"),
        ({"on": date(2027, 1, 1)}, "on"),
        ({"minutes": 0}, "minutes"),
        ({"minutes": -60}, "minutes"),
        ({"minutes": 1441}, "minutes"),
        ({"what": " x "}, "what"),
        ({"what": "字" * 201}, "what"),
    ],
)
def test_what_cannot_be_right_is_refused(db, me, fields, place):
    with pytest.raises(Invalid) as refusal:
        declared(db, me, **fields)
    assert places(refusal) == [place]
    assert db.query(OfflineStudy).count() == 0


def test_all_faults_are_told_at_once(db, me):
    with pytest.raises(Invalid) as refusal:
        declared(db, me, on=date(2026, 6, 2), minutes=0, what="")
    assert sorted(places(refusal)) == ["minutes", "on", "what"]


def test_the_first_day_of_the_year_and_today_are_taken(db, me):
    declared(db, me, on=date(2026, 1, 1))
    declared(db, me, on=TODAY)


def test_a_day_has_24_hours(db, me, officer):
    declared(db, me, minutes=1000, what="one")
    refused = declared(db, me, minutes=400, what="two")
    declared(db, make_person(db, "other"), minutes=1440)
    declared(db, me, minutes=1440, on=date(2026, 5, 31))
    with pytest.raises(Invalid) as refusal:
        declared(db, me, minutes=41, what="three")
    assert places(refusal) == ["minutes"]
    offline.decide(db, officer, refused.public_id, confirm=False, remark="no", now=NOW)
    declared(db, me, minutes=440, what="three")


def test_the_same_study_of_a_day_is_declared_once_unless_it_was_refused(db, me, officer):
    first = declared(db, me)
    with pytest.raises(Invalid) as refusal:
        declared(db, me, minutes=30)
    assert places(refusal) == ["what"]
    offline.decide(db, officer, first.public_id, confirm=False, remark="which pages?", now=NOW)
    declared(db, me, minutes=30)


def test_the_database_itself_refuses_a_second_row(db, me):
    declared(db, me)
    twin = OfflineStudy(user_id=me.id, on=TODAY, minutes=5, what="港口法 第一章", declared_at=NOW)
    db.add(twin)
    with pytest.raises(IntegrityError), db.begin_nested():
        db.flush()


def test_mine_are_my_own_of_the_year(db, me):
    made = declared(db, me)
    declared(db, make_person(db, "other"))
    assert [row.id for row in offline.mine(db, me, 2026)] == [made.id]
    assert offline.mine(db, me, 2025) == []


def test_one_withdraws_ones_own_while_it_waits(db, me, officer):
    made, other = declared(db, me), declared(db, make_person(db, "other"))
    with pytest.raises(NotFound):
        offline.withdraw(db, me, other.public_id, now=NOW)
    offline.withdraw(db, me, made.public_id, now=NOW)
    assert [row.id for row in db.query(OfflineStudy)] == [other.id]
    assert list(entries(db))[-1].event == "evidence.withdrawn"
    decided = declared(db, me)
    offline.decide(db, officer, decided.public_id, confirm=True, now=NOW)
    with pytest.raises(AlreadyDecided):
        offline.withdraw(db, me, decided.public_id, now=NOW)


def test_the_queue_holds_the_subtree_of_the_officer(db, me, officer):
    made = declared(db, me)
    earlier = declared(db, me, on=TODAY - timedelta(days=1))
    other = make_person(db, "other", unit=make_unit(db, "b", make_unit(db)))
    elsewhere = declared(db, other)
    gone = make_person(db, "gone", unit=make_unit(db, "a"))
    declared(db, gone)
    db.execute(update(User).where(User.id == gone.id).values(disabled_at=NOW))
    of_a = make_person(db, "officer-a", Role.PERSONNEL, unit=make_unit(db, "a"))
    assert [w.public_id for w in offline.waiting(db, of_a)] == [earlier.public_id, made.public_id]
    assert offline.waiting_count(db, of_a) == 2
    assert offline.waiting_count(db, officer) == 3
    offline.decide(db, of_a, made.public_id, confirm=True, now=NOW)
    assert offline.waiting_count(db, of_a) == 1
    with pytest.raises(NotFound):
        offline.decide(db, of_a, elsewhere.public_id, confirm=True, now=NOW)
    with pytest.raises(NotFound):
        offline.waiting_one(db, of_a, elsewhere.public_id)


def test_a_confirmation_is_kept_with_who_and_when(db, me, officer):
    made = declared(db, me)
    offline.decide(db, officer, made.public_id, confirm=True, remark=" 已核对 ", now=NOW)
    db.expire(made)
    assert (made.confirmed, made.decided_at, made.decided_by, made.remark) == (
        True,
        NOW,
        officer.id,
        "已核对",
    )
    entry = list(entries(db))[-1]
    assert (entry.event, entry.actor) == ("evidence.confirmed", officer.public_id)
    assert entry.facts["user"] == me.public_id


def test_a_refusal_needs_a_remark(db, me, officer):
    made = declared(db, me)
    with pytest.raises(Invalid):
        offline.decide(db, officer, made.public_id, confirm=False, remark=" ", now=NOW)
    offline.decide(db, officer, made.public_id, confirm=False, remark="which book?", now=NOW)
    assert list(entries(db))[-1].event == "evidence.refused"


def test_it_is_decided_once(db, me, officer):
    made = declared(db, me)
    offline.decide(db, officer, made.public_id, confirm=True, now=NOW)
    second = make_person(db, "second", Role.PERSONNEL)
    with pytest.raises(AlreadyDecided):
        offline.decide(db, second, made.public_id, confirm=False, remark="no", now=NOW)
    db.expire(made)
    assert (made.confirmed, made.decided_by) == (True, officer.id)


def test_nobody_decides_on_their_own(db):
    both = make_person(db, "both", Role.CADRE, Role.PERSONNEL)
    made = declared(db, both)
    with pytest.raises(NotYourOwn):
        offline.decide(db, both, made.public_id, confirm=True, now=NOW)
    assert offline.waiting_count(db, both) == 0
    assert [w.own for w in offline.waiting(db, both)] == [True]
    by_oneself = update(OfflineStudy).values(confirmed=True, decided_at=NOW, decided_by=both.id)
    with pytest.raises(IntegrityError), db.begin_nested():
        db.execute(by_oneself)
