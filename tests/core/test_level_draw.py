"""Level papers: every item equally likely, every paper worth the same, neighbours share nothing."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examapp.core.draw import Candidate, Lottery, PlainLottery, brings, lottery
from examapp.core.items import Difficulty, Kind
from examapp.core.papers import PoolTooSmall, paper_digest
from examapp.core.plan import FEWEST, MOST, plan
from tests.core.test_stream import chi_square
from tests.lottery.bundles import CITY, OVERLAPPING, make_pool, make_spec

SEED = b"s" * 32


def city(size=1100, *, spread=800, enemies=0, spec=CITY):
    pool = make_pool(size, spread=spread, enemies=enemies, chance=random.Random(size + spread))
    return plan(spec, pool)


def papers_of(made, count, seed=SEED, tries=1):
    drawn_from = Lottery(made, seed)
    return [drawn_from.draw(Candidate(n, f"c{n}", t)) for n in range(1, count + 1)
            for t in range(1, tries + 1)]  # fmt: skip


def items_of(drawn):
    return {place.digest for place in drawn.paper}


@pytest.mark.parametrize(
    ("size", "spread"), [(1100, 0), (1100, 800), (300, 800), (200, 0), (120, 800)]
)
def test_every_paper_is_expected_to_bring_the_target(size, spread):
    made = city(size, spread=spread)
    limit = CITY.tolerance * CITY.points / 100
    assert all(abs(drawn.deviation) <= limit for drawn in papers_of(made, 300))


@pytest.mark.parametrize("size", [1100, 200])
def test_the_deviation_that_is_told_is_the_one_of_the_paper(size):
    made = city(size)
    eases = {item.digest: item.ease for item in made.pool}
    for drawn in papers_of(made, 60):
        worth = sum(place.points * eases[place.digest] for place in drawn.paper) / Fraction(10000)
        assert worth - made.target == drawn.deviation


def test_a_paper_has_what_the_spec_asks_for():
    made = city()
    kinds = {item.digest: item.kind for item in made.pool}
    for drawn in papers_of(made, 50):
        assert Counter(kinds[place.digest] for place in drawn.paper) == {
            Kind.SINGLE: 40, Kind.MULTIPLE: 20, Kind.JUDGEMENT: 20,
        }  # fmt: skip
        assert len(items_of(drawn)) == 80
        assert sum(place.points for place in drawn.paper) == 100


def test_every_item_is_equally_likely():
    made = city(400, spread=800)
    used = Counter(digest for drawn in papers_of(made, 4000) for digest in items_of(drawn))
    for of in made.lists:
        counts = [used[item.digest] for item in of.items]
        share = 4000 * of.line.count / len(of.items)
        # Systematic choice scatters less than independent draws would, so the bound is generous.
        assert max(counts) < 1.12 * share
        assert min(counts) > 0.88 * share


def test_every_place_in_a_deal_is_equally_likely_to_get_an_item():
    """The rows are shuffled at the end: the first of a deal has no other chances than the last."""
    made = city(1100, spread=0)
    drawn = papers_of(made, made.size * 400)
    easiest = made.lists[0].items[0].digest
    places = Counter(n % made.size for n, d in enumerate(drawn) if easiest in items_of(d))
    assert chi_square(places, made.size) < 35  # 11 degrees of freedom


def test_neighbours_share_no_item_while_the_pool_allows_it():
    made = city(5000)
    drawn = papers_of(made, made.size * 3)
    assert all(items_of(one).isdisjoint(items_of(other)) for one, other in pairwise(drawn))


def test_the_tries_of_one_person_hardly_share_an_item_while_the_pool_allows_it():
    """Only mending a paper for the tolerance's sake may bring an item back."""
    made = city(5000, spec=replace(CITY, tries=3))
    drawn = papers_of(made, 20, tries=3)
    different = [
        len(items_of(first) | items_of(second) | items_of(third))
        for first, second, third in zip(*[iter(drawn)] * 3, strict=True)
    ]
    assert min(different) >= 237
    assert sum(different) >= 240 * 20 - 10


def test_what_stands_over_does_not_always_fall_to_the_same_side():
    """40 of 61 items in three bands: now the one band gives one more, now the other."""
    spec = make_spec(("law", Kind.SINGLE, None, 40, "1"))
    pool = [i for i in make_pool(140, topics=1, chance=random.Random(3)) if i.kind is Kind.SINGLE]
    bands = {item.digest: item.difficulty for item in pool}
    made = plan(spec, pool[:61])
    for band in Difficulty:
        counts = {sum(bands[d] is band for d in items_of(drawn)) for drawn in papers_of(made, 200)}
        assert len(counts) > 1


@pytest.mark.parametrize("enemies", [30, 120])
def test_enemies_never_meet(enemies):
    made = city(400, enemies=enemies)
    by_digest = {item.digest: item for item in made.pool}
    for drawn in papers_of(made, 100):
        items = [by_digest[digest] for digest in items_of(drawn)]
        codes = {item.code for item in items}
        assert all(codes.isdisjoint(item.enemies) for item in items)


def test_lines_that_overlap_share_no_item_on_a_paper():
    pool = make_pool(90, topics=3, spread=500, chance=random.Random(9))
    for drawn in papers_of(plan(OVERLAPPING, pool), 60):
        assert len(items_of(drawn)) == OVERLAPPING.items


def test_a_pool_that_is_just_large_enough_gives_everybody_the_same_items():
    pool = make_pool(400, chance=random.Random(5))
    exact = [i for k, n in ((Kind.SINGLE, 40), (Kind.MULTIPLE, 20), (Kind.JUDGEMENT, 20))
             for i in [p for p in pool if p.kind is k][:n]]  # fmt: skip
    drawn = papers_of(plan(CITY, exact), 20)
    assert {frozenset(items_of(d)) for d in drawn} == {frozenset(i.digest for i in exact)}
    assert len({paper_digest(d.paper) for d in drawn}) == 20


def test_a_pool_that_is_too_small_is_refused():
    with pytest.raises(PoolTooSmall):
        city(80)


def test_where_clashes_cannot_be_parted_the_paper_is_drawn_plainly():
    """One line takes all of the only topic; the wider line must leave those items alone."""
    spec = make_spec(
        ("law.t0", Kind.SINGLE, None, 12, "1"), ("law", Kind.SINGLE, None, 10, "1"),
    )  # fmt: skip
    singles = [i for i in make_pool(200, chance=random.Random(8)) if i.kind is Kind.SINGLE]
    tight = [replace(i, topic="law.t0") for i in singles[:12]]
    tight += [replace(i, topic="law.t1") for i in singles[12:22]]
    for drawn in papers_of(plan(spec, tight), 12):
        assert len(items_of(drawn)) == 22


def test_a_paper_depends_on_seed_number_pseudonym_and_try():
    made = city(spec=replace(CITY, tries=2))
    one = Lottery(made, SEED).draw(Candidate(7, "c", 1))
    assert Lottery(made, SEED).draw(Candidate(7, "c", 1)) == one
    for other in (Candidate(8, "c", 1), Candidate(7, "d", 1), Candidate(7, "c", 2)):
        assert Lottery(made, SEED).draw(other).paper != one.paper
    assert Lottery(made, b"t" * 32).draw(Candidate(7, "c", 1)).paper != one.paper


def test_the_order_in_which_papers_are_asked_for_changes_nothing():
    made = city()
    forward = papers_of(made, 40)
    drawn_from = Lottery(made, SEED)
    backward = [drawn_from.draw(Candidate(n, f"c{n}", 1)) for n in range(40, 0, -1)]
    assert forward == backward[::-1]


def test_a_spec_without_a_tolerance_is_drawn_plainly():
    pool = make_pool(300, chance=random.Random(1))
    plain = lottery(replace(CITY, tolerance=None), pool, SEED, None)
    assert isinstance(plain, PlainLottery)
    assert len(plain.draw(Candidate(1, "c", 1)).paper) == 80


@settings(max_examples=40, deadline=None)
@given(
    size=st.integers(30, 400),
    spread=st.sampled_from([0, 300, 900]),
    enemies=st.integers(0, 60),
    points=st.sampled_from(["1", "3/2", "1/3", "0.5"]),
    seed=st.integers(0, 2**32),
)
def test_papers_are_whole_whatever_the_pool(size, spread, enemies, points, seed):
    chance = random.Random(seed)
    pool = make_pool(size, topics=3, spread=spread, enemies=enemies, chance=chance)
    spec = make_spec(
        ("law.t1", Kind.SINGLE, None, 2, points),
        ("law", Kind.SINGLE, Difficulty.EASY, 2, "1"),
        ("law", Kind.JUDGEMENT, None, 3, "2"),
    )
    by_digest = {item.digest: item for item in pool}
    try:
        made = plan(spec, pool)
        drawn = papers_of(made, 10, seed=seed.to_bytes(32, "big"))
    except PoolTooSmall:
        return
    assert FEWEST <= made.size <= MOST
    for one in drawn:
        items = [by_digest[place.digest] for place in one.paper]
        assert [item.kind for item in items] == [Kind.SINGLE] * 4 + [Kind.JUDGEMENT] * 3
        assert sum(item.topic == "law.t1" for item in items) >= 2
        assert not any(a.clashes(b) for n, a in enumerate(items) for b in items[:n])
        for place in one.paper:
            assert sorted(place.option_order) == sorted(by_digest[place.digest].option_ids)


def test_what_chosen_items_bring_is_counted_exactly():
    spec = make_spec(("law", Kind.SINGLE, None, 2, "1/3"), ("law", Kind.JUDGEMENT, None, 1, "1/2"))
    pool = make_pool(60, chance=random.Random(2))
    made = plan(spec, pool)
    single, judgement = made.lists[0].items[0], made.lists[1].items[0]
    chosen = [(single, spec.lines[0]), (judgement, spec.lines[1])]
    assert made.in_points(brings(made, chosen)) == (
        Fraction(1, 3) * Fraction(single.ease, 10000)
        + Fraction(1, 2) * Fraction(judgement.ease, 10000)
    )
