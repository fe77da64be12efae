"""Two programs in two languages draw the same; one was written from docs/lottery.md alone."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from examapp.core.canonical import canonical, digest
from examapp.core.items import Difficulty, Kind
from examapp.core.papers import PoolItem
from examapp.core.spec import ExamSpec
from examapp.library import bundle_files
from tests.lottery.bundles import CITY, OVERLAPPING, make_bundle, make_pool, make_spec

PROGRAM = Path(__file__).parent / "redraw.mjs"
AS_SAID, TOLD_APART, REFUSED = 0, 1, 2
SEED = random.Random("seed").randbytes(32)

Bundle = dict[str, Any]


@dataclass(frozen=True)
class Shape:
    """An exam to draw, and the steps of the draw that must have done something in it."""

    spec: ExamSpec
    pool: list[PoolItem]
    candidates: int
    happens: Set[str] = frozenset()
    leave: tuple[list[PoolItem], ...] = ()


def pool_of(size: int, **kind: Any) -> list[PoolItem]:
    return make_pool(size, chance=random.Random(f"{size} {kind}"), **kind)


def all_but(spare: int, pool: list[PoolItem]) -> ExamSpec:
    """A paper takes all items of each kind but the spare ones."""
    kinds = Counter(item.kind for item in pool)
    lines = [("law", kind, None, kinds[kind] - spare, "3/2") for kind in Kind]
    return make_spec(*lines, tries=2)


def in_each_others_way(pool: list[PoolItem]) -> ExamSpec:
    """The first two lines take what only the others can use, so that shares have to be moved."""
    of_topic = Counter(item.topic for item in pool if item.kind is Kind.SINGLE)
    first, second = of_topic["law.t0"], of_topic["law.t1"]
    return make_spec(
        ("law", Kind.SINGLE, None, of_topic.total() - first - second - 12, "1"),
        ("law", Kind.SINGLE, None, 12, "3"),
        ("law.t0", Kind.SINGLE, None, first - 1, "2"),
        ("law.t1", Kind.SINGLE, None, second - 1, "5/7"),
    )


def singles(count: int, **kind: Any) -> list[PoolItem]:
    """A pool of which the lines that take two of it fix how many papers a deal has."""
    return [item for item in pool_of(4 * count, **kind) if item.kind is Kind.SINGLE][:count]


def between_two_eases(count: int) -> list[PoolItem]:
    """What two of them bring lies on half a ten-thousandth."""
    return [replace(item, ease=5000 + (n % 4 == 0)) for n, item in enumerate(singles(count))]


def beyond_ascii(pool: list[PoolItem]) -> list[PoolItem]:
    """Texts whose order by code point is not their order by UTF-16 units, which is JavaScript's."""
    marks = ["\N{FULLWIDTH LATIN CAPITAL LETTER A}", "\N{GOTHIC LETTER AHSA}", "é", '"\\\t\x7f']
    names = {item.code: marks[n % 4] + item.code for n, item in enumerate(pool)}
    return [
        replace(
            item,
            code=names[item.code],
            topic=f"law.{marks[n // 4 % 4]}",
            enemies=frozenset(names[foe] for foe in item.enemies),
        )
        for n, item in enumerate(pool)
    ]


def plainly(spec: ExamSpec) -> ExamSpec:
    """As exams were published before papers were levelled."""
    return replace(spec, tolerance=None)


EXACT, TIGHT = pool_of(60, spread=800), pool_of(90, spread=800)
LEAVING = pool_of(300, spread=800, enemies=300)
SHORT = make_spec(
    ("law.t0", Kind.SINGLE, Difficulty.EASY, 1, "1"),
    ("law", Kind.MULTIPLE, None, 3, "1/2"),
    ("law.t1", Kind.JUDGEMENT, None, 1, "1"),
)
ONE_KIND_EACH = make_spec(
    ("law", Kind.JUDGEMENT, None, 8, "1/3"), ("law", Kind.SINGLE, None, 12, "1"), tries=2
)
TWELVE = make_spec(("law", Kind.SINGLE, None, 12, "1"))
TWO = make_spec(("law", Kind.SINGLE, None, 2, "1"), tries=2)
SHAPES = {
    "a city's exam": Shape(CITY, pool_of(1100), 300, {"levelled"}),
    "eases that differ": Shape(CITY, pool_of(1100, spread=800), 300, {"levelled"}),
    "ten thousand items": Shape(CITY, pool_of(10_000, spread=800), 300, {"levelled"}),
    "short papers": Shape(SHORT, pool_of(1500, spread=300), 200, {"levelled"}),
    "lines that overlap": Shape(OVERLAPPING, pool_of(300, spread=800), 120, {"swaps", "mended"}),
    "many enemies": Shape(
        OVERLAPPING,
        pool_of(300, spread=800, enemies=3000),
        200,
        {"swaps", "replacements", "mended"},
    ),
    "rows that are stuck": Shape(
        OVERLAPPING,
        pool_of(80, spread=800, enemies=80),
        60,
        {"swaps", "replacements", "stuck", "mended", "plain", "unfilled"},
    ),
    "as many items as places": Shape(all_but(0, EXACT), EXACT, 40, {"deals"}),
    "hardly more items than places": Shape(all_but(2, TIGHT), TIGHT, 40, {"swaps"}),
    "lines in each other's way": Shape(
        in_each_others_way(TIGHT), TIGHT, 40, {"stuck", "plain", "moves"}
    ),
    "deals of twelve": Shape(TWO, singles(2 * 24 + 1, spread=800), 50, {"mended"}),
    "deals of fifteen": Shape(TWO, singles(2 * 31, spread=800), 50, {"mended"}),
    "deals of sixteen": Shape(TWO, singles(2 * 65, spread=800), 50, {"mended"}),
    "a target on the half": Shape(TWO, between_two_eases(40), 10, {"deals"}),
    "eases of three bands": Shape(OVERLAPPING, pool_of(100, enemies=90), 40, {"mended"}),
    "a target out of reach": Shape(TWELVE, singles(141), 40, {"levelled"}),
    "texts beyond ASCII": Shape(
        ONE_KIND_EACH, beyond_ascii(pool_of(300, spread=800, enemies=300)), 200, {"swaps"}
    ),
    "items that left the pool": Shape(
        OVERLAPPING,
        LEAVING,
        60,
        {"swaps", "mended"},
        (LEAVING[5:40], [item for item in LEAVING if item.topic == "law.t3"][10:]),
    ),
    "plainly": Shape(plainly(CITY), pool_of(1100), 60, {"plain"}),
    "plainly, again where not filled": Shape(
        plainly(OVERLAPPING), pool_of(300, enemies=300), 60, {"plain", "unfilled"}
    ),
    "plainly, in each other's way": Shape(
        plainly(in_each_others_way(TIGHT)), TIGHT, 60, {"plain", "moves"}
    ),
}


@pytest.fixture(scope="module")
def node() -> str:
    """Node.js; without it the tests are skipped on a desk, and fail where CI=true."""
    path = shutil.which("node")
    if path:
        return path
    why = "no node on the path: apt install nodejs"
    if os.environ.get("CI") == "true":
        pytest.fail(why)
    pytest.skip(why)


Redraw = Callable[[Any], subprocess.CompletedProcess[bytes]]


@pytest.fixture
def redraw(node: str, tmp_path: Path) -> Redraw:
    """What the second implementation says of a bundle."""

    def run(bundle: Any) -> subprocess.CompletedProcess[bytes]:
        path = tmp_path / "bundle.json"
        path.write_text(json.dumps(bundle, ensure_ascii=False), encoding="utf-8")
        return subprocess.run(
            [node, str(PROGRAM), "--count", str(path)],
            capture_output=True,
            check=False,
            timeout=120,
        )

    return run


def as_published(shape: Shape) -> Bundle:
    """The bundle; of plain papers in the form that those were published in."""
    bundle = make_bundle(shape.spec, shape.pool, shape.candidates, seed=SEED, leave=shape.leave)
    return bundle if shape.spec.tolerance is not None else as_format_1(bundle)


def as_format_1(bundle: Bundle) -> Bundle:
    left_out = {"target", "roster", "roster_published", "roster_digest"}
    pool = [{k: v for k, v in item.items() if k != "ease"} for item in bundle["pool"]]
    spec = {k: v for k, v in bundle["spec"].items() if k != "tolerance"}
    return {k: v for k, v in bundle.items() if k not in left_out} | {
        "format": "examapp-lottery-1",
        "spec": spec,
        "pool": pool,
        "pool_digest": digest([[item["code"], item["digest"]] for item in pool]),
        "papers": [paper | {"number": None} for paper in bundle["papers"]],
    }


def counted(answer: subprocess.CompletedProcess[bytes]) -> dict[str, int]:
    return json.loads(answer.stderr.splitlines()[-1])


@pytest.mark.parametrize("name", SHAPES)
def test_both_draw_the_same_papers_byte_for_byte(name: str, redraw: Redraw) -> None:
    bundle = as_published(SHAPES[name])
    answer = redraw(bundle)
    assert answer.returncode == AS_SAID, answer.stderr.decode()[-500:]
    assert answer.stdout == canonical(bundle["papers"]) + b"\n"
    assert {step for step, times in counted(answer).items() if times} >= SHAPES[name].happens


def test_these_are_three_thousand_papers() -> None:
    assert sum(shape.candidates * shape.spec.tries for shape in SHAPES.values()) >= 3_000


# --- Bundles that were altered ---


@pytest.fixture(scope="module")
def small() -> str:
    """A bundle of thirty papers, as text: every test alters its own copy."""
    shape = Shape(OVERLAPPING, pool_of(300, spread=800, enemies=300), 10)
    return json.dumps(as_published(shape))


def another_seed(bundle: Bundle) -> None:
    bundle["seed"] = bytes(32).hex()


def another_seed_with_its_commitment(bundle: Bundle) -> None:
    another_seed(bundle)
    bundle["seed_commitment"] = "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925"


def another_ease(bundle: Bundle) -> None:
    bundle["pool"][7]["ease"] += 1


def other_eases_with_their_digest(bundle: Bundle) -> None:
    for item in bundle["pool"]:
        item["ease"] -= 100
    bundle["pool_digest"] = digest([[i["code"], i["digest"], i["ease"]] for i in bundle["pool"]])


def an_item_less(bundle: Bundle) -> None:
    del bundle["pool"][7]


def a_pool_in_another_order(bundle: Bundle) -> None:
    bundle["pool"].reverse()


def another_target(bundle: Bundle) -> None:
    bundle["target"] = "13"


def other_points(bundle: Bundle) -> None:
    bundle["spec"]["lines"][0]["points"] = "2"


def fewer_tries(bundle: Bundle) -> None:
    bundle["spec"]["tries"] = 2


def two_who_changed_numbers(bundle: Bundle) -> None:
    roster = bundle["roster"]
    roster[0], roster[1] = roster[1], roster[0]


def a_roster_with_its_digest(bundle: Bundle) -> None:
    two_who_changed_numbers(bundle)
    bundle["roster_digest"] = digest(bundle["roster"])


def more_people_than_were_published(bundle: Bundle) -> None:
    bundle["roster_published"] += 1


def somebody_from_elsewhere(bundle: Bundle) -> None:
    bundle["papers"][0]["candidate"] = "nobody"


def another_item_on_a_paper(bundle: Bundle) -> None:
    bundle["papers"][0]["items"][0]["item"] = bundle["papers"][1]["items"][0]["item"]


def options_in_another_order(bundle: Bundle) -> None:
    bundle["papers"][0]["items"][0]["options"].reverse()


def a_paper_of_another_number(bundle: Bundle) -> None:
    bundle["papers"][0]["number"] = 2


def another_digest_of_a_paper(bundle: Bundle) -> None:
    bundle["papers"][0]["digest"] = bundle["papers"][1]["digest"]


def an_unknown_format(bundle: Bundle) -> None:
    bundle["format"] = "examapp-lottery-4"


def the_form_of_plain_papers(bundle: Bundle) -> None:
    bundle["format"] = "examapp-lottery-1"


ALTERED: list[tuple[Callable[[Bundle], None], int, str]] = [
    (another_seed, REFUSED, "the commitment to the seed"),
    (another_seed_with_its_commitment, TOLD_APART, "not as drawn"),
    (another_ease, REFUSED, "the digest of the pool"),
    (other_eases_with_their_digest, REFUSED, "the target"),
    (an_item_less, REFUSED, "the digest of the pool"),
    (a_pool_in_another_order, REFUSED, "the digest of the pool"),
    (another_target, REFUSED, "the target"),
    (other_points, REFUSED, "the target"),
    (fewer_tries, REFUSED, "has no try 3"),
    (two_who_changed_numbers, REFUSED, "the digest of the roster"),
    (a_roster_with_its_digest, TOLD_APART, "not as drawn"),
    (more_people_than_were_published, REFUSED, "the number of people on the roster"),
    (somebody_from_elsewhere, REFUSED, "nobody is not on the roster"),
    (another_item_on_a_paper, TOLD_APART, "not as drawn"),
    (options_in_another_order, TOLD_APART, "not as drawn"),
    (a_paper_of_another_number, TOLD_APART, "not as drawn"),
    (another_digest_of_a_paper, TOLD_APART, "not as drawn"),
    (an_unknown_format, REFUSED, "examapp-lottery-4 is not known"),
    (the_form_of_plain_papers, REFUSED, "the digest of the pool"),
]


@pytest.mark.parametrize(("alter", "status", "says"), ALTERED, ids=[a[0].__name__ for a in ALTERED])
def test_what_was_altered_does_not_pass(
    alter: Callable[[Bundle], None], status: int, says: str, small: str, redraw: Redraw
) -> None:
    bundle = json.loads(small)
    alter(bundle)
    answer = redraw(bundle)
    assert (answer.returncode, says in answer.stderr.decode()) == (status, True), answer.stderr


@pytest.fixture(scope="module")
def reduced() -> str:
    """A bundle of an exam from whose pool items left twice."""
    shape = Shape(OVERLAPPING, LEAVING, 5, leave=(LEAVING[:9], LEAVING[20:30]))
    return json.dumps(as_published(shape))


def no_withdrawals(bundle: Bundle) -> None:
    bundle["withdrawn"] = []


def the_form_without_withdrawals(bundle: Bundle) -> None:
    bundle["format"] = "examapp-lottery-2"


def a_withdrawal_less(bundle: Bundle) -> None:
    bundle["withdrawn"].pop()


def withdrawals_in_another_order(bundle: Bundle) -> None:
    bundle["withdrawn"].reverse()


def withdrawn_twice(bundle: Bundle) -> None:
    bundle["withdrawn"][1]["items"] = bundle["withdrawn"][0]["items"]


def an_item_withdrawn_that_was_not(bundle: Bundle) -> None:
    bundle["withdrawn"][1]["items"].append(bundle["pool"][60]["digest"])


def another_target_of_what_is_left(bundle: Bundle) -> None:
    bundle["withdrawn"][1]["target"] = bundle["target"]


def no_target_of_what_is_left(bundle: Bundle) -> None:
    bundle["withdrawn"][1]["target"] = None


WITHDRAWN_OTHERWISE: list[tuple[Callable[[Bundle], None], int, str]] = [
    (no_withdrawals, REFUSED, "nothing is withdrawn"),
    (the_form_without_withdrawals, TOLD_APART, "not as drawn"),
    (a_withdrawal_less, TOLD_APART, "not as drawn"),
    (withdrawals_in_another_order, REFUSED, "the pool that is left"),
    (withdrawn_twice, REFUSED, "did not stand in the pool"),
    (an_item_withdrawn_that_was_not, REFUSED, "the pool that is left"),
    (another_target_of_what_is_left, REFUSED, "the target"),
    (no_target_of_what_is_left, REFUSED, "a target is said"),
]


@pytest.mark.parametrize(
    ("alter", "status", "says"),
    WITHDRAWN_OTHERWISE,
    ids=[a[0].__name__ for a in WITHDRAWN_OTHERWISE],
)
def test_withdrawals_that_were_altered_do_not_pass(
    alter: Callable[[Bundle], None],
    status: int,
    says: str,
    reduced: str,
    redraw: Redraw,
    tmp_path: Path,
) -> None:
    bundle = json.loads(reduced)
    alter(bundle)
    answer = redraw(bundle)
    assert (answer.returncode, says in answer.stderr.decode()) == (status, True), answer.stderr
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(bundle), encoding="utf-8")
    assert not passes(path)


def passes(path: Path) -> bool:
    """Whether our own reader lets the bundle through, with all its papers."""
    try:
        return all(paper["fits"] for paper in bundle_files.redraw(bundle_files.read(path)))
    except bundle_files.BadBundleError:
        return False


def test_our_own_reader_draws_from_what_is_left(reduced: str, tmp_path: Path) -> None:
    path = tmp_path / "bundle.json"
    path.write_text(reduced, encoding="utf-8")
    assert passes(path)


def test_what_is_told_apart_is_named_and_only_that(small: str, redraw: Redraw) -> None:
    bundle = json.loads(small)
    options_in_another_order(bundle)
    answer = redraw(bundle)
    told = answer.stderr.decode().splitlines()[:-1]
    assert told == [f"not as drawn: candidate {bundle['roster'][0]}, try 1"]
    assert answer.stdout == canonical(json.loads(small)["papers"]) + b"\n"


@pytest.mark.parametrize("nonsense", [[], {}, {"format": "examapp-lottery-2"}, "paper"])
def test_what_is_no_bundle_is_refused(nonsense: Any, redraw: Redraw) -> None:
    answer = redraw(nonsense)
    assert (answer.returncode, answer.stdout) == (REFUSED, b"")
