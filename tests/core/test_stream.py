"""The stream of chance: vectors computed apart, bounds, shuffles, uniformity."""

import hashlib
import struct
from collections import Counter
from itertools import islice, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examapp.core.stream import Stream


def words_by_hand(key: bytes):
    """The documented stream, written again from its description."""
    counter = 0
    while True:
        yield from struct.unpack(">4Q", hashlib.sha256(key + struct.pack(">Q", counter)).digest())
        counter += 1


def below_by_hand(words, bound):
    for word in words:
        if word < 2**64 // bound * bound:
            return word % bound
    raise AssertionError


def chi_square(counts: Counter, cells: int) -> float:
    expected = counts.total() / cells
    found = sum((count - expected) ** 2 / expected for count in counts.values())
    return found + (cells - len(counts)) * expected


@given(st.binary(max_size=40))
def test_words_are_as_documented(key):
    stream = Stream(key)
    assert [stream.word() for _ in range(9)] == list(islice(words_by_hand(key), 9))


def test_the_first_word_of_a_known_key():
    first = hashlib.sha256(b"k" + bytes(8)).hexdigest()[:16]
    assert Stream(b"k").word() == int(first, 16)


def test_the_stream_of_a_seed_hashes_seed_and_labels():
    key = hashlib.sha256(b"s" * 32 + b"\0paper\0" + "考生".encode() + b"\0" + b"1").digest()
    assert Stream.of(b"s" * 32, "paper", "考生", "1").word() == next(words_by_hand(key))


@pytest.mark.parametrize(
    ("one", "other"), [(("a", "b"), ("ab",)), (("a", ""), ("a",)), (("x", "1"), ("x", "2"))]
)
def test_other_labels_make_another_stream(one, other):
    assert Stream.of(b"s", *one).word() != Stream.of(b"s", *other).word()


@given(st.binary(max_size=8), st.lists(st.integers(1, 2**64), min_size=1, max_size=30))
def test_below_rejects_what_would_bias(key, bounds):
    stream, words = Stream(key), words_by_hand(key)
    for bound in bounds:
        found = stream.below(bound)
        assert found == below_by_hand(words, bound)
        assert 0 <= found < bound


def test_a_bound_past_the_half_rejects_nearly_every_second_word():
    stream, words, bound = Stream(b"half"), words_by_hand(b"half"), 2**63 + 1
    assert [stream.below(bound) for _ in range(50)] == [
        below_by_hand(words, bound) for _ in range(50)
    ]
    assert stream.word() == next(words)


@given(st.binary(max_size=8), st.lists(st.integers(), max_size=30))
def test_a_shuffle_is_the_documented_permutation(key, things):
    words, expected = words_by_hand(key), list(things)
    for last in reversed(range(1, len(things))):
        other = below_by_hand(words, last + 1)
        expected[last], expected[other] = expected[other], expected[last]
    assert Stream(key).shuffle(things) == expected
    assert sorted(expected) == sorted(things)


@given(st.binary(max_size=8), st.integers(0, 40))
def test_picking_yields_everything_once(key, count):
    assert sorted(Stream(key).picking(range(count))) == list(range(count))


@given(st.binary(max_size=8), st.integers(1, 20))
def test_picking_is_a_shuffle_from_the_front(key, count):
    words, things = words_by_hand(key), list(range(count))
    for place in range(count):
        other = place + below_by_hand(words, count - place)
        things[place], things[other] = things[other], things[place]
    assert list(Stream(key).picking(range(count))) == things


def test_numbers_below_a_bound_are_equally_likely():
    stream = Stream(b"uniform")
    counts = Counter(stream.below(10) for _ in range(20_000))
    assert chi_square(counts, 10) < 27.9  # 9 degrees of freedom, p = 0.001


def test_every_order_of_a_shuffle_is_equally_likely():
    stream = Stream(b"orders")
    counts = Counter(tuple(stream.shuffle("ABCD")) for _ in range(12_000))
    assert set(counts) == set(permutations("ABCD"))
    assert chi_square(counts, 24) < 49.7  # 23 degrees of freedom, p = 0.001


def test_every_pair_is_equally_likely_to_be_picked_first():
    stream = Stream(b"pairs")
    counts = Counter(tuple(islice(stream.picking("ABCDE"), 2)) for _ in range(10_000))
    assert chi_square(counts, 20) < 43.8  # 19 degrees of freedom, p = 0.001
