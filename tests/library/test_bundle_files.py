"""A bundle is enough to draw every paper again, and it cannot be bent to fit another lottery."""

from __future__ import annotations

import hashlib
import json
from copy import deepcopy

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.core.exams import NotReleased
from examapp.core.people import Role
from examapp.core.refusals import NotFound
from examapp.library import bundle_files
from examapp.library.bundle_files import BadBundleError
from examapp.services.exams.bundles import bundle
from examapp.services.exams.setting import release
from examapp.store.bank import ItemRevision
from examapp.store.exams import Paper, PaperItem
from tests.bureau import HOUR, NOW, make_bank, make_exam, make_person, make_spec
from tests.hall import sit


@pytest.fixture(scope="module")
def closed(engine):
    """A closed exam that three people sat, one of them twice, with a second one as noise."""
    with engine.connect() as connection:
        outer = connection.begin()
        with Session(
            connection, join_transaction_mode="create_savepoint", expire_on_commit=False
        ) as db:
            yield db, make_closed(db)
        outer.rollback()


def make_closed(db):
    make_bank(db)
    trainer = make_person(db, "trainer", Role.TRAINER)
    exam, noise = make_exam(db, trainer, spec=make_spec(tries=2)), make_exam(db, trainer)
    for number in range(3):
        person = make_person(db, f"cadre{number}")
        sit(db, person, exam)
        sit(db, person, noise)
    sit(db, person, exam, now=NOW + HOUR)
    release(db, exam, by=trainer, now=NOW + 6 * HOUR)
    return exam


@pytest.fixture
def data(closed):
    db, exam = closed
    return deepcopy(bundle(db, exam.public_id))


def written(tmp_path, data):
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return path


def redrawn(tmp_path, data, candidate=None):
    return list(bundle_files.redraw(bundle_files.read(written(tmp_path, data)), candidate))


def issued(db, exam):
    """What the database says was issued, place by place: the other end of the comparison."""
    rows = db.execute(
        select(
            Paper.id, PaperItem.position, ItemRevision.digest, PaperItem.option_order,
            PaperItem.points,
        )
        .join(PaperItem, PaperItem.paper_id == Paper.id)
        .join(ItemRevision, ItemRevision.id == PaperItem.revision_id)
        .where(Paper.exam_id == exam.id)
        .order_by(Paper.id, PaperItem.position)
    )  # fmt: skip
    papers: dict[int, list] = {}
    for paper, position, digest, order, points in rows:
        papers.setdefault(paper, []).append(
            {"position": position, "item": digest, "options": order.split(","),
             "points": str(points)}
        )  # fmt: skip
    return list(papers.values())


def test_the_papers_drawn_from_the_file_are_the_issued_ones(closed, data, tmp_path):
    again = redrawn(tmp_path, data)
    assert [paper["items"] for paper in again] == issued(*closed)
    assert [paper["fits"] for paper in again] == [True] * 4
    assert [paper["try"] for paper in again] == [1, 1, 1, 2]


def test_one_candidate_s_papers_can_be_drawn_alone(data, tmp_path):
    twice = data["papers"][-1]["candidate"]
    again = redrawn(tmp_path, data, twice)
    assert [(paper["candidate"], paper["try"]) for paper in again] == [(twice, 1), (twice, 2)]


def test_the_order_of_the_pool_in_the_file_does_not_matter(data, tmp_path):
    assert redrawn(tmp_path, data) == redrawn(tmp_path, {**data, "pool": data["pool"][::-1]})


def test_no_name_no_text_and_no_key_stands_in_a_bundle(data):
    text = json.dumps(data, ensure_ascii=False)
    for secret in ("姓名", "cadre0", "题干", "理由", "选项", "Option", '"key"'):
        assert secret not in text
    assert set(data["pool"][0]) == {
        "code", "digest", "topic", "kind", "difficulty", "options", "enemies", "ease",
    }  # fmt: skip


def test_there_is_no_bundle_before_the_release(closed):
    db, _ = closed
    exam = make_exam(db, make_person(db, "trainer-2", Role.TRAINER))
    with pytest.raises(NotReleased):
        bundle(db, exam.public_id)
    with pytest.raises(NotFound):
        bundle(db, "no-such-exam")


def other_seed(data):
    data["seed"] = "00" * 32


def other_item_in_the_pool(data):
    data["pool"][0]["digest"] = hashlib.sha256(b"another").hexdigest()


def item_missing_from_the_pool(data):
    data["pool"].pop()


def item_twice_in_the_pool(data):
    data["pool"].append(data["pool"][0])


@pytest.mark.parametrize(
    "bend",
    [other_seed, other_item_in_the_pool, item_missing_from_the_pool, item_twice_in_the_pool],
    ids=lambda f: f.__name__,
)
def test_a_changed_seed_or_pool_is_refused(data, tmp_path, bend):
    bend(data)
    with pytest.raises(BadBundleError, match="do not fit the published digests"):
        redrawn(tmp_path, data)


def test_a_seed_changed_with_its_commitment_draws_other_papers(data, tmp_path):
    """The commitment published before the exam tells; the file alone shows papers that differ."""
    data["seed"] = "00" * 32
    data["seed_commitment"] = hashlib.sha256(bytes(32)).hexdigest()
    assert not any(paper["fits"] for paper in redrawn(tmp_path, data))


def other_points(data):
    data["spec"]["lines"][0]["points"] = "5"


def other_target(data):
    data["target"] = "11"


@pytest.mark.parametrize("bend", [other_points, other_target])
def test_a_target_that_does_not_follow_is_refused(data, tmp_path, bend):
    bend(data)
    with pytest.raises(BadBundleError, match="target"):
        redrawn(tmp_path, data)


def other_items(data):
    """The digest of the paper stands, but what is listed beside it is another one."""
    for paper in data["papers"]:
        paper["items"][0]["options"] = paper["items"][0]["options"][::-1]


def other_option_order(data):
    """The pool's digest covers contents by digest; what it does not say must still show."""
    for item in data["pool"]:
        item["options"] = item["options"][::-1]


def other_paper_digest(data):
    for paper in data["papers"]:
        paper["digest"] = "0" * 64


@pytest.mark.parametrize("bend", [other_items, other_option_order, other_paper_digest])
def test_papers_that_were_not_drawn_so_do_not_fit(data, tmp_path, bend):
    bend(data)
    assert not any(paper["fits"] for paper in redrawn(tmp_path, data))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is not a lottery bundle"),
        ("[]", "is not a lottery bundle"),
        ('{"format": "examapp-lottery-9"}', "unknown format"),
        ('{"format": "examapp-lottery-1"}', "is not a lottery bundle"),
        ('{"format": "examapp-lottery-1", "spec": {"lines": 3}}', "is not a lottery bundle"),
        ("\xff\xfe", "is not a lottery bundle"),
    ],
)
def test_a_file_that_is_no_bundle_is_refused_by_name(tmp_path, text, why):
    path = tmp_path / "odd.json"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(BadBundleError, match=why) as refused:
        bundle_files.read(path)
    assert "odd.json" in str(refused.value)


@pytest.mark.parametrize("field", ["seed", "pool", "papers", "spec", "pool_digest"])
def test_a_bundle_with_a_part_of_the_wrong_type_is_refused(data, tmp_path, field):
    for value in (None, 3, "zz", [3], [[]], [{}], {"a": 1}):
        with pytest.raises(BadBundleError):
            redrawn(tmp_path, {**data, field: value})
