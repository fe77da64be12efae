"""Questions: what is well formed, and that equal content has an equal digest."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examapp.core.citations import Citation
from examapp.core.items import (
    JUDGEMENT_OPTIONS,
    Asks,
    Difficulty,
    ItemContent,
    Kind,
    Use,
    faults,
    from_data,
)
from tests.bureau import make_content

SINGLE, MULTIPLE, JUDGEMENT = (make_content(kind=kind) for kind in Kind)


def places(content: ItemContent) -> list[str]:
    return [fault.place for fault in faults(content)]


def options(letters: str) -> tuple:
    return tuple((letter, {"zh": f"选{letter}", "en": f"Opt {letter}"}) for letter in letters)


@pytest.mark.parametrize("content", [SINGLE, MULTIPLE, JUDGEMENT], ids=lambda c: c.kind)
def test_a_sound_item_has_no_faults(content):
    assert places(content) == []


@pytest.mark.parametrize(
    ("content", "change", "place"),
    [
        (SINGLE, {"stem": {"zh": "", "en": "x"}}, "stem"),
        (SINGLE, {"stem": {"en": "x"}}, "stem"),
        (SINGLE, {"rationale": {"zh": "x", "en": " "}}, "rationale"),
        (SINGLE, {"options": (*options("ABC"), ("D", {"zh": "x", "en": ""}))}, "option D"),
        (SINGLE, {"options": options("AB")}, "options"),
        (SINGLE, {"options": options("ABCDEFG")}, "options"),
        (SINGLE, {"options": (*options("ABC"), ("D", {"zh": "选A", "en": "x"}))}, "options"),
        (SINGLE, {"key": frozenset("E")}, "key"),
        (SINGLE, {"key": frozenset("AB")}, "key"),
        (SINGLE, {"key": frozenset()}, "key"),
        (SINGLE, {"cites": ()}, "cites"),
        (MULTIPLE, {"key": frozenset("A")}, "key"),
        (MULTIPLE, {"key": frozenset("AZ")}, "key"),
        (JUDGEMENT, {"key": frozenset({"true", "false"})}, "key"),
        (JUDGEMENT, {"key": frozenset()}, "key"),
        (JUDGEMENT, {"key": frozenset("A")}, "key"),
        (JUDGEMENT, {"options": options("ABC")}, "options"),
    ],
)
def test_one_thing_wrong_is_one_fault_at_its_place(content, change, place):
    assert places(replace(content, **change)) == [place]


def test_all_faults_are_told_at_once():
    empty = {"zh": "", "en": ""}
    content = replace(SINGLE, stem=empty, rationale=empty, options=(), key=frozenset("A"), cites=())
    assert sorted(set(places(content))) == ["cites", "key", "options", "rationale", "stem"]
    assert places(content).count("stem") == 2


@pytest.mark.parametrize("count", [3, 4, 5, 6])
def test_three_to_six_options_are_right(count):
    assert places(replace(SINGLE, options=options("ABCDEF"[:count]))) == []


def test_faults_read_as_sentences():
    (fault,) = faults(replace(SINGLE, key=frozenset("E")))
    assert str(fault) == 'key: key "E" is not one of the options A, B, C, D'


both = st.fixed_dictionaries({"zh": st.text(max_size=9), "en": st.text(max_size=9)})
contents = st.builds(
    ItemContent,
    topic=st.from_regex(r"[a-z]{1,5}(\.[a-z]{1,5})?", fullmatch=True),
    kind=st.sampled_from(Kind),
    difficulty=st.sampled_from(Difficulty),
    use=st.sampled_from(Use),
    asks=st.sampled_from(Asks),
    stem=both,
    options=st.lists(both, max_size=6).map(lambda texts: tuple(zip("ABCDEF", texts, strict=False)))
    | st.just(JUDGEMENT_OPTIONS),
    key=st.frozensets(st.sampled_from("ABCDEF"), max_size=6),
    rationale=both,
    cites=st.lists(st.builds(Citation, st.just("x"), st.integers(1, 99).map(str))).map(tuple),
    enemies=st.frozensets(st.from_regex(r"[a-z]{1,4}-[0-9]{3}", fullmatch=True), max_size=3),
)


@given(contents)
def test_content_survives_json_with_its_digest(content):
    again = from_data(json.loads(json.dumps(content.as_data())))
    assert again == content
    assert again.digest == content.digest


@given(contents)
def test_faults_are_found_whatever_an_item_says(content):
    for fault in faults(content):
        assert str(fault)


@given(contents, contents)
def test_only_equal_contents_share_a_digest(one, other):
    assert (one.digest == other.digest) == (one == other)


def test_the_order_in_which_keys_and_enemies_were_typed_does_not_count():
    one = replace(MULTIPLE, key=frozenset("AC"), enemies=frozenset(["a", "b"]))
    other = replace(MULTIPLE, key=frozenset("CA"), enemies=frozenset(["b", "a"]))
    assert one.digest == other.digest


def test_the_order_of_options_counts():
    assert SINGLE.digest != replace(SINGLE, options=SINGLE.options[::-1]).digest
