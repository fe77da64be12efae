"""Serials that show a slip of the pen, and what a certificate is worth on a day."""

from datetime import date

import pytest

from examapp.core import certificates
from examapp.core.certificates import Standing, Validity, normal, serial, standing, valid_until

SERIAL = serial(2026, 123_456_789_012_345)
SIGNS = "0123456789ABCDEFGHJKMNPQRTVWXYZ"
BARE = SERIAL.replace("-", "")


def test_a_serial_reads_year_two_fives_and_a_check_sign():
    assert [len(part) for part in SERIAL.split("-")] == [4, 5, 5, 1]
    assert SERIAL.startswith("2026-")
    assert normal(SERIAL) == SERIAL


@pytest.mark.parametrize("place", range(len(BARE)))
def test_every_single_wrong_sign_is_caught(place):
    for sign in SIGNS:
        if sign != BARE[place]:
            assert normal(BARE[:place] + sign + BARE[place + 1 :]) is None


@pytest.mark.parametrize("number", [0, 1, 31**5 + 7, certificates.serial_space() - 1, 87654321])
def test_every_two_signs_that_changed_places_are_caught(number):
    bare = serial(2026, number).replace("-", "")
    for one in range(len(bare)):
        for two in range(one + 1, len(bare)):
            swapped = list(bare)
            swapped[one], swapped[two] = bare[two], bare[one]
            typed = "".join(swapped)
            assert (normal(typed) is None) == (typed != bare)


@pytest.mark.parametrize(
    "typed",
    [
        f"  {SERIAL.lower()} ",
        BARE,
        " ".join(BARE),
        SERIAL.replace("-", "—"),
        SERIAL.replace("0", "o").replace("1", "l").replace("5", "s"),
        SERIAL.replace("1", "I"),
        "".join(chr(ord(sign) + 0xFEE0) for sign in SERIAL),  # typed full-width
    ],
)
def test_what_a_hand_does_to_a_serial_is_forgiven(typed):
    assert normal(typed) == SERIAL


@pytest.mark.parametrize(
    "typed", ["", "2026", f"{SERIAL}0", SERIAL.replace("2026", "２０"), "证书" * 8]
)
def test_what_is_no_serial_is_none(typed):
    assert normal(typed) is None


@pytest.mark.parametrize("number", [-1, certificates.serial_space()])
def test_a_number_outside_the_space_is_refused(number):
    with pytest.raises(ValueError, match="serial_space"):
        serial(2026, number)


@pytest.mark.parametrize(
    ("begins", "years", "last"),
    [
        (date(2026, 6, 1), 3, date(2029, 5, 31)),
        (date(2026, 1, 1), 1, date(2026, 12, 31)),
        (date(2024, 2, 29), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), 3, date(2027, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 28)),
        (date(2024, 3, 1), 4, date(2028, 2, 29)),
        (date(2023, 3, 1), 1, date(2024, 2, 29)),
    ],
)
def test_so_many_years_end_on_the_day_before_the_anniversary(begins, years, last):
    assert valid_until(begins, years) == last


FIRST, LAST = date(2026, 6, 1), date(2029, 5, 31)


@pytest.mark.parametrize(
    ("today", "revoked", "expected"),
    [
        (date(2026, 5, 31), False, Standing.NOT_YET),
        (FIRST, False, Standing.VALID),
        (LAST, False, Standing.VALID),
        (date(2029, 6, 1), False, Standing.EXPIRED),
        (FIRST, True, Standing.REVOKED),
        (date(2029, 6, 1), True, Standing.REVOKED),
    ],
)
def test_standing_on_a_day(today, revoked, expected):
    assert standing(Validity(FIRST, LAST, revoked), today) is expected
