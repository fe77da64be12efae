"""Sharing out: never more than there is, and the greatest total, against brute force."""

from collections import Counter
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from examapp.core.allocation import allocate

counts = st.tuples(*[st.integers(0, 2)] * 4)
sizes = st.builds(
    lambda sorts, free: dict(zip(sorts, free, strict=True)), st.permutations("wxyz"), counts
)
accepts = st.frozensets(st.sampled_from("wxyz"), min_size=1, max_size=3)
demands = st.lists(st.tuples(st.integers(1, 2), accepts), min_size=1, max_size=4)


def served(wanted, free):
    return allocate([(count, accepts.__contains__) for count, accepts in wanted], free)


def greatest(wanted, free):
    """By trying every way to split every sort among the demands."""

    def ways(sort):
        takers = [n for n, (_, accepts) in enumerate(wanted) if sort in accepts]
        for split in product(range(free[sort] + 1), repeat=len(takers)):
            if sum(split) <= free[sort]:
                yield dict(zip(takers, split, strict=True))

    best = 0
    for plan in product(*(list(ways(sort)) for sort in free)):
        got = Counter()
        for share in plan:
            got.update(share)
        best = max(best, sum(min(got[n], count) for n, (count, _) in enumerate(wanted)))
    return best


@given(demands, sizes)
def test_the_total_is_the_greatest_possible(wanted, free):
    assert sum(share.total() for share in served(wanted, free)) == greatest(wanted, free)


@given(demands, sizes)
def test_nothing_is_given_twice_or_to_whom_it_does_not_suit(wanted, free):
    shares = served(wanted, free)
    given_out = sum(shares, Counter())
    assert all(given_out[sort] <= free[sort] for sort in given_out)
    for (count, accepts), share in zip(wanted, shares, strict=True):
        assert share.total() <= count
        assert min(share.values(), default=0) >= 0
        assert {sort for sort in share if share[sort]} <= accepts


@given(demands, sizes, st.randoms(use_true_random=False))
def test_whichever_sort_is_chosen_the_total_stays_the_greatest(wanted, free, chance):
    shares = allocate(
        [(count, accepts.__contains__) for count, accepts in wanted],
        free,
        lambda sorts, counts: chance.choice(sorts),
    )
    assert sum(share.total() for share in shares) == greatest(wanted, free)


def test_earlier_shares_move_along_a_chain():
    wanted = [(1, frozenset(accepts)) for accepts in ("wx", "xy", "yz", "w")]
    free = {"w": 1, "x": 1, "y": 1, "z": 1}
    assert [dict(+share) for share in served(wanted, free)] == [
        {"x": 1},
        {"y": 1},
        {"z": 1},
        {"w": 1},
    ]


def test_the_chooser_sees_how_many_are_free():
    seen = []
    allocate(
        [(2, lambda sort: True)],
        {"x": 2, "y": 1},
        lambda sorts, counts: seen.append((tuple(sorts), tuple(counts))) or sorts[0],
    )
    assert seen == [(("x", "y"), (2, 1)), (("x", "y"), (1, 1))]
