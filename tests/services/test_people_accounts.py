"""Adding and editing people: separation, the last administrator, one-time passwords, the record."""

import pytest
from sqlalchemy import select

from examapp.core.ledger import Event
from examapp.core.people import NoRole, Role, RolesClash
from examapp.services.people import accounts
from examapp.services.people.accounts import Details, LastAdministrator, NameTaken, NewPerson
from examapp.services.people.persons import by_id, with_stamp
from examapp.services.people.signing_in import INITIAL_LASTS, sign_in
from examapp.store.ledger import LedgerEntry
from examapp.store.people import User
from tests.bureau import HOUR, NOW, make_person, make_unit, make_user


def new(db, username="li", *roles: Role, **fields: object) -> NewPerson:
    given = {
        "name": "李伟",
        "unit_id": make_unit(db).id,
        "post": "",
        "rank_band": "staff",
        "audience": "civil-servants",
        **fields,
    }
    return NewPerson(username, roles=frozenset(roles or {Role.CADRE}), **given)


def details(user: User, **fields: object) -> Details:
    given = {
        "name": user.name,
        "unit_id": user.unit_id,
        "post": user.post,
        "rank_band": user.rank_band,
        "audience": user.audience,
        "roles": frozenset(Role(role.role) for role in user.roles),
        **fields,
    }
    return Details(**given)


def last_entry(db, event: Event) -> LedgerEntry:
    newest = select(LedgerEntry).where(LedgerEntry.event == event)
    return db.scalars(newest.order_by(LedgerEntry.number.desc()).limit(1)).one()


@pytest.fixture
def admin(db):
    return make_person(db, "boss", Role.ADMIN)


def test_a_new_person_comes_in_with_the_one_time_password_and_must_change_it(db, admin):
    user, password = accounts.add(db, new(db), by=admin, now=NOW)
    person = sign_in(db, "li", password, address="a", device="", now=NOW).person
    assert person
    assert person.must_change_password
    assert user.initial_expires_at == NOW + INITIAL_LASTS


def test_a_one_time_password_expires(db, admin):
    _, password = accounts.add(db, new(db), by=admin, now=NOW)
    late = sign_in(db, "li", password, address="a", device="", now=NOW + INITIAL_LASTS)
    assert late.person is None
    assert late.refusal.code == "initial_expired"


def test_nothing_of_the_password_is_kept_but_its_hash(db, admin):
    user, password = accounts.add(db, new(db), by=admin, now=NOW)
    assert user.password_hash.startswith("$argon2id$")
    assert password not in str(last_entry(db, Event.USER_ADDED).facts)
    assert last_entry(db, Event.USER_ADDED).actor == admin.public_id


def test_a_user_name_is_taken_in_any_case(db, admin):
    accounts.add(db, new(db, "Li"), by=admin, now=NOW)
    with pytest.raises(NameTaken):
        accounts.add(db, new(db, " ｌＩ"), by=admin, now=NOW)


@pytest.mark.parametrize(
    ("roles", "refusal"), [((Role.ADMIN, Role.AUDITOR), RolesClash), ((), NoRole)]
)
def test_roles_that_break_the_separation_are_refused_and_nothing_else_is_saved(
    db, admin, roles, refusal
):
    user = make_user(db, "li")
    wanted = details(user, name="新名", post="finance", roles=frozenset(roles))
    with pytest.raises(refusal):
        accounts.edit(db, user, wanted, by=admin, now=NOW)
    db.expire_all()
    assert (user.name, user.post, [role.role for role in user.roles]) == ("姓名li", "", ["cadre"])


def test_the_database_itself_refuses_an_administrator_who_audits(db):
    from sqlalchemy.exc import IntegrityError

    from examapp.store.people import UserRole

    user = make_user(db, "li", Role.ADMIN)
    with pytest.raises(IntegrityError), db.begin_nested():
        db.add(UserRole(user_id=user.id, role="auditor"))


def test_new_roles_and_a_new_unit_act_at_once_and_end_the_sessions(db, admin):
    user, elsewhere = make_user(db, "li"), make_unit(db, "02")
    stamp = user.session_stamp
    roles = frozenset({Role.TRAINER})
    accounts.edit(db, user, details(user, roles=roles, unit_id=elsewhere.id), by=admin, now=NOW)
    assert with_stamp(db, user.public_id, stamp) is None
    person = by_id(db, user.id)
    assert (person.roles, person.unit_id) == (roles, elsewhere.id)
    assert last_entry(db, Event.ROLES_CHANGED).facts == {"from": ["cadre"], "to": ["trainer"]}
    assert last_entry(db, Event.UNIT_CHANGED).facts == {"from": "top", "to": "02"}


def test_other_details_keep_the_session_and_put_no_name_into_the_record(db, admin):
    user = make_user(db, "li")
    stamp = user.session_stamp
    wanted = details(user, name="新名", rank_band="leading", audience="enforcement", post="finance")
    accounts.edit(db, user, wanted, by=admin, now=NOW)
    assert with_stamp(db, user.public_id, stamp).rank_band == "leading"
    facts = last_entry(db, Event.DETAILS_CHANGED).facts
    assert set(facts) == {"name", "rank_band", "audience", "post"}
    assert "新名" not in str(facts)


def test_saving_without_a_change_records_nothing(db, admin):
    user = make_user(db, "li")
    accounts.edit(db, user, details(user), by=admin, now=NOW)
    assert db.scalars(select(LedgerEntry)).all() == []


def test_the_last_administrator_keeps_the_role_and_the_access(db, admin):
    boss = db.get_one(User, admin.id)
    gone = make_user(db, "gone", Role.ADMIN, disabled_at=NOW)
    with pytest.raises(LastAdministrator):
        accounts.change_roles(db, boss, {Role.CADRE}, by=admin, now=NOW)
    with pytest.raises(LastAdministrator):
        accounts.disable(db, boss, by=admin, now=NOW)
    accounts.enable(db, gone, by=admin, now=NOW)
    accounts.change_roles(db, boss, {Role.CADRE}, by=admin, now=NOW)
    assert by_id(db, boss.id).roles == {Role.CADRE}


def test_disabling_ends_everything_and_enabling_brings_it_back(db, admin):
    user = make_user(db, "li")
    stamp = user.session_stamp
    accounts.disable(db, user, by=admin, now=NOW)
    assert with_stamp(db, user.public_id, stamp) is None
    assert by_id(db, user.id) is None
    accounts.enable(db, user, by=admin, now=NOW + HOUR)
    assert by_id(db, user.id)
    assert with_stamp(db, user.public_id, stamp) is None


def test_a_reset_ends_the_old_password_and_all_sessions(db, admin):
    user, first = accounts.add(db, new(db), by=admin, now=NOW)
    stamp = user.session_stamp
    second = accounts.reset_password(db, user, by=admin, now=NOW)
    assert first != second
    assert sign_in(db, "li", first, address="a", device="", now=NOW).person is None
    assert sign_in(db, "li", second, address="a", device="", now=NOW).person
    assert with_stamp(db, user.public_id, stamp) is None
