"""Who may hold what, what a name and a password may be."""

import pytest

from examapp.core.people import (
    NoRole,
    Role,
    RolesClash,
    WeakPassword,
    fold,
    is_code,
    is_username,
    require_separation,
    require_strong,
)


@pytest.mark.parametrize("extra", [(), (Role.CADRE,), (Role.TRAINER, Role.PERSONNEL)])
def test_nobody_both_administers_and_audits(extra):
    with pytest.raises(RolesClash):
        require_separation({Role.ADMIN, Role.AUDITOR, *extra})


@pytest.mark.parametrize("roles", [{Role.ADMIN, Role.CADRE}, {Role.AUDITOR, Role.CADRE}, {"cadre"}])
def test_other_roles_go_together(roles):
    require_separation(roles)


def test_somebody_without_a_role_is_refused():
    with pytest.raises(NoRole):
        require_separation([])


@pytest.mark.parametrize("typed", ["li", " LI ", "ｌｉ", "Ｌｉ\t"])
def test_a_user_name_is_the_same_in_any_case_and_width(typed):
    assert fold(typed) == "li"


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("li", True),
        ("10023", True),
        ("王芳", True),
        ("li.wei-2@port_a", True),
        ("l", False),
        ("li wei", False),
        ("li,wei", False),
        ("=1+1", False),
        ("li\x00", False),
        ("x" * 40, True),
        ("x" * 41, False),
        ("", False),
    ],
)
def test_user_names_are_letters_digits_and_a_few_signs(name, fits):
    assert is_username(name) is fits


@pytest.mark.parametrize(
    ("code", "fits"), [("01", True), ("a.b-1", True), ("a b", False), ("", False)]
)
def test_codes_of_units_have_no_spaces(code, fits):
    assert is_code(code) is fits


@pytest.mark.parametrize(
    ("password", "username"),
    [
        ("short", "li"),
        ("aaaaaaaaaaaa", "li"),
        ("abababababab", "li"),
        ("x" * 129, "li"),
        ("ZhangWei-2026", "zhangwei"),
        ("ｚｈａｎｇｗｅｉ-2026", "zhangwei"),
    ],
)
def test_weak_passwords_are_refused(password, username):
    with pytest.raises(WeakPassword):
        require_strong(password, username)


def test_a_user_name_of_two_letters_does_not_forbid_words_that_have_them():
    require_strong("the lively heron", "li")
