"""Chinese and English are both complete, and say the same."""

from __future__ import annotations

import re
from functools import cache

import pytest

from examapp.web.languages import merged
from tests.words import messages

PLACE = re.compile(r"%\((\w+)\)s")
HAN = re.compile(r"[\u4e00-\u9fff]")


@cache
def texts() -> dict[str, str]:
    found = {}
    for file, line, message in messages():
        for text in (message,) if isinstance(message, str) else message:
            found.setdefault(text, f"{file}:{line}")
    return found


@pytest.fixture(scope="module")
def chinese() -> dict[str, str]:
    words: dict[str, str] = {}
    for message in merged("zh_Hans_CN"):
        ids = (message.id,) if isinstance(message.id, str) else message.id
        strings = (message.string,) if isinstance(message.string, str) else message.string
        for text in ids:
            words[text] = strings[0]
    return words


def test_every_text_has_a_chinese_one(chinese):
    missing = {text: place for text, place in texts().items() if text and not chinese.get(text)}
    assert not missing, "\n".join(f"{place}: {text!r}" for text, place in missing.items())


def test_the_chinese_text_keeps_the_places_of_the_english_one(chinese):
    used = texts()
    wrong = {
        text: said
        for text, said in chinese.items()
        if text in used and set(PLACE.findall(said)) - set(PLACE.findall(text))
    }
    assert not wrong


def test_the_source_texts_are_english():
    assert not [text for text in texts() if HAN.search(text)]


def test_no_chinese_text_is_left_without_a_use(chinese):
    unused = {text for text in chinese if text} - set(texts()) - WTFORMS
    assert not unused


def test_what_the_form_library_says_is_translated_too(chinese):
    assert not [text for text in WTFORMS if not chinese.get(text)]


WTFORMS = {
    "This field is required.",
    "Field must be at least %(min)d character long.",
    "Field must be at least %(min)d characters long.",
    "Field cannot be longer than %(max)d character.",
    "Field cannot be longer than %(max)d characters.",
    "Field must be between %(min)d and %(max)d characters long.",
    "Number must be at least %(min)s.",
    "Number must be at most %(max)s.",
    "Number must be between %(min)s and %(max)s.",
    "Not a valid choice.",
    "Not a valid integer value.",
    "Not a valid date value.",
    "Not a valid datetime value.",
    "Invalid Choice: could not coerce.",
    "Invalid input.",
    "'%(value)s' is not a valid choice for this field.",
    "'%(value)s' are not valid choices for this field.",
    "The CSRF token is missing.",
    "The CSRF tokens do not match.",
}
