"""The plain draw: right counts, no repeats, enemies apart, reproducible, fair."""

from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from examapp.core.items import Difficulty, Kind
from examapp.core.papers import (
    PoolItem,
    PoolTooSmall,
    cell_counts,
    paper_digest,
    paper_stream,
    pool_digest,
)
from examapp.core.plain_draw import draw
from examapp.core.spec import SpecLine, shortages
from tests.bureau import make_spec
from tests.core.test_stream import chi_square

SEED = b"s" * 32
TRUE_FALSE = ("true", "false")


def pool_item(number, topic="law", kind=Kind.SINGLE, difficulty=Difficulty.EASY, enemies=()):
    code = f"{topic}-{kind}-{difficulty}-{number:03d}"
    options = TRUE_FALSE if kind is Kind.JUDGEMENT else tuple("ABCD")
    return PoolItem(code, f"digest of {code}", topic, kind, difficulty, options, frozenset(enemies))


def pool_of(count=8):
    return [pool_item(n, kind=kind) for kind in Kind for n in range(count)]


def paper_of(pool, spec=None, seed=SEED, candidate="c", try_no=1):
    return draw(spec or make_spec(), pool, paper_stream(seed, candidate, try_no))


def line(topic="law", kind=Kind.SINGLE, difficulty=None, count=1, points=1):
    return SpecLine(topic, kind, difficulty, count, Fraction(points))


def test_kinds_come_in_the_order_of_the_spec_with_their_points():
    pool = {item.digest: item for item in pool_of()}
    paper = paper_of(pool.values())
    assert [place.position for place in paper] == [1, 2, 3, 4, 5, 6]
    assert [str(pool[p.digest].kind) for p in paper] == (
        ["single"] * 3 + ["multiple"] * 2 + ["judgement"]
    )
    assert [p.points for p in paper] == [2, 2, 2, 3, 3, 1]


def test_options_of_a_choice_are_shuffled_and_true_stays_before_false():
    papers = [paper_of(pool_of(), candidate=str(n)) for n in range(20)]
    orders = {place.option_order for paper in papers for place in paper}
    assert len(orders) > 10
    assert [order for order in orders if len(order) == 2] == [TRUE_FALSE]
    assert all(sorted(order) in (list("ABCD"), sorted(TRUE_FALSE)) for order in orders)


def test_the_same_seed_candidate_and_try_make_the_same_paper():
    assert paper_of(pool_of()) == paper_of(reversed(pool_of()))


@pytest.mark.parametrize(
    "other", [{"candidate": "d"}, {"seed": b"t" * 32}, {"try_no": 2}], ids=lambda o: next(iter(o))
)
def test_another_candidate_seed_or_try_makes_another_paper(other):
    assert paper_of(pool_of()) != paper_of(pool_of(), **other)


topics = st.sampled_from(["law", "law.basic", "law.basic.more", "lawless"])
items = st.builds(
    lambda topic, kind, difficulty, count: [
        pool_item(n, topic, kind, difficulty) for n in range(count)
    ],
    topics,
    st.sampled_from(Kind),
    st.sampled_from(Difficulty),
    st.integers(1, 4),
)
pools = st.lists(items, max_size=8).map(
    lambda groups: list({item.code: item for group in groups for item in group}.values())
)
lines = st.lists(
    st.builds(
        line,
        topics,
        st.sampled_from(Kind),
        st.none() | st.sampled_from(Difficulty),
        st.integers(1, 3),
        st.integers(1, 5),
    ),
    min_size=1,
    max_size=3,
).map(tuple)


@given(pools, lines, st.binary(min_size=1, max_size=4))
def test_a_paper_fills_every_line_without_repeats_or_the_pool_is_too_small(pool, asked, seed):
    spec = replace(make_spec(), lines=asked)
    if shortages(spec, (item.cell for item in pool)):
        with pytest.raises(PoolTooSmall):
            paper_of(pool, spec, seed)
        return
    paper = paper_of(pool, spec, seed)
    by_digest = {item.digest: item for item in pool}
    assert len({place.digest for place in paper}) == len(paper) == spec.items
    assert sum(place.points for place in paper) == spec.points
    drawn = [by_digest[place.digest].cell for place in paper]
    assert shortages(spec, drawn) == []


enmities = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=12)


@given(enmities, st.binary(min_size=1, max_size=4))
def test_enemies_never_meet_whichever_of_them_says_so(pairs, seed):
    plain = [pool_item(n) for n in range(12)]
    foes = {n: {plain[b].code for a, b in pairs if a == n and a != b} for n in range(12)}
    pool = [replace(item, enemies=frozenset(foes[n])) for n, item in enumerate(plain)]
    try:
        paper = paper_of(pool, replace(make_spec(), lines=(line(count=4),)), seed)
    except PoolTooSmall:
        assume(False)
    by_digest = {item.digest: item for item in pool}
    drawn = [by_digest[place.digest] for place in paper]
    assert len(drawn) == 4
    for one in drawn:
        assert not one.enemies & {other.code for other in drawn}


def test_a_pool_of_enemies_only_is_too_small():
    codes = [pool_item(n).code for n in range(3)]
    pool = [pool_item(n, enemies=codes[:n]) for n in range(3)]
    with pytest.raises(PoolTooSmall):
        paper_of(pool, replace(make_spec(), lines=(line(count=2),)))


def test_every_item_is_equally_likely_also_across_cells_of_different_size():
    pool = [pool_item(n) for n in range(7)]
    pool += [pool_item(n, "law.basic") for n in range(2)]
    pool += [pool_item(n, difficulty=Difficulty.HARD) for n in range(3)]
    spec = replace(make_spec(), lines=(line(count=1),))
    drawn = Counter(paper_of(pool, spec, candidate=str(n))[0].digest for n in range(6000))
    assert chi_square(drawn, 12) < 31.3  # 11 degrees of freedom, p = 0.001


def test_every_place_is_equally_likely_for_an_item():
    spec = replace(make_spec(), lines=(line(count=2), line("law.basic", count=2)))
    pool = [pool_item(n, topic) for topic in ("law.other", "law.basic") for n in range(2)]
    wanted = pool[0].digest
    places = Counter(
        place.position
        for n in range(4000)
        for place in paper_of(pool, spec, candidate=str(n))
        if place.digest == wanted
    )
    assert places.total() == 4000
    assert chi_square(places, 4) < 16.3  # 3 degrees of freedom, p = 0.001


def test_every_option_is_equally_likely_to_stand_first():
    first = Counter(
        place.option_order[0]
        for n in range(1000)
        for place in paper_of(pool_of(), candidate=str(n))
        if len(place.option_order) == 4
    )
    assert chi_square(first, 4) < 16.3  # 3 degrees of freedom, p = 0.001


def test_digests_stand_for_content_and_order():
    pool, paper = pool_of(), paper_of(pool_of())
    assert pool_digest(pool) == pool_digest(reversed(pool))
    assert pool_digest(pool) != pool_digest(pool[1:])
    changed = replace(pool[0], digest="other")
    assert pool_digest(pool) != pool_digest([changed, *pool[1:]])
    turned = replace(paper[0], option_order=paper[0].option_order[::-1])
    assert paper_digest(paper) != paper_digest((turned, *paper[1:]))
    dearer = replace(paper[0], points=Fraction(9))
    assert paper_digest(paper) != paper_digest((dearer, *paper[1:]))


def test_cells_are_counted():
    assert cell_counts(pool_of(3)) == {("law", kind, Difficulty.EASY): 3 for kind in Kind}
