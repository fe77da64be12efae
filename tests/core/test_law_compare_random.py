"""Comparing editions: what holds for any two, and how often edits known beforehand are found."""

from __future__ import annotations

import random
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from examapp.core.law.changes import ChangeKind
from examapp.core.law.compare import compare
from tests.law_edits import K, edition
from tests.made_up_laws import drawn, law, sentence, words

CHANCE = random.Random(11)
POOL = [words(CHANCE, 3) for _ in range(8)] + [sentence(CHANCE)[:9] for _ in range(3)] + ["", "。"]
texts = st.lists(st.sampled_from(POOL), max_size=12)
cuts = st.lists(st.tuples(st.sampled_from(POOL), st.integers(0, 60)), max_size=12)
BACK = {K.ADDED: K.REMOVED, K.REMOVED: K.ADDED, K.SPLIT: K.MERGED, K.MERGED: K.SPLIT}


def found(old, new):
    return {(change.old, change.new): change.kind for change in compare(old, new).changes}


@given(texts, cuts)
@settings(max_examples=150, deadline=None)
def test_every_article_of_both_editions_is_in_exactly_one_change(old, pieces):
    left, right = law(*old), law(*(text[at:] + text[:at] for text, at in pieces))
    changes = compare(left, right).changes
    for side, edition_ in (("old", left), ("new", right)):
        named = [key for change in changes for key in getattr(change, side)]
        assert sorted(named) == sorted(p.key for p in edition_.articles)
    places = [int(change.new[0]) for change in changes if change.new]
    assert places == sorted(places)


@given(
    st.lists(st.text(alphabet="第#一二十0条之款项章、和本法（）(1).\n甲", max_size=30), max_size=6)
)
@settings(max_examples=150, deadline=None)
def test_no_text_is_too_odd(odd):
    old, new = law("甲乙丙丁", *odd), law(*(text.replace("一", "二") for text in odd))
    assert sum(len(change.old) for change in compare(old, new).changes) == len(odd) + 1


@given(texts)
@settings(max_examples=60, deadline=None)
def test_a_law_compared_with_itself_is_unchanged(same):
    kinds = {change.kind for change in compare(law(*same), law(*same)).changes}
    assert kinds <= {ChangeKind.UNCHANGED}


def test_back_from_the_new_edition_to_the_old_everything_is_the_other_way_round():
    for seed in range(5):
        old = drawn(seed, 60)
        new, _ = edition(old, seed, 8)
        forth, back = found(old, new), found(new, old)
        assert {(b, a): BACK.get(kind, kind) for (a, b), kind in forth.items()} == back


def test_edits_known_beforehand_are_found():
    right, every, said = Counter(), Counter(), Counter()
    for seed in range(25):
        old = drawn(seed, 60)
        new, truth = edition(old, seed, 10)
        told = found(old, new)
        every.update(truth.values())
        said.update(told.values())
        right.update(kind for place, kind in truth.items() if told.get(place) == kind)
    assert {K.UNCHANGED, K.SPLIT, K.MERGED, K.ADDED, K.REMOVED, K.TYPOGRAPHICAL} <= set(every)
    for kind, count in every.items():
        assert right[kind] >= 0.97 * count, kind
        assert right[kind] >= 0.97 * said[kind], kind
