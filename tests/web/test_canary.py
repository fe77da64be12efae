"""Nothing of a key or a rationale in any byte that is sent before the release, over every route.

Two bureaus are alike to the last random id and the clock, but their keys differ. Whatever a
candidate can make one of them say, the other must say in the very same bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import count, product
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.core.people import Role
from examapp.services.exams.setting import release
from examapp.store.bank import Item
from examapp.store.exams import Exam
from examapp.store.ledger import LedgerEntry
from examapp.store.people import User
from examapp.web.devices import device_digest
from tests.bureau import (
    NOW,
)
from tests.conftest import DATABASES, FreshDatabases
from tests.web.standstill import CHANCE, frozen
from tests.web.whole_bureau import (
    CODE,
    KEYS,
    NOTE,
    RATIONALE,
    REMARK,
    STEM,
    World,
    addresses,
    make_app,
    may,
    person_of,
)

LANGUAGES = ("zh_Hans_CN", "en")
CROWD = (Role.CADRE, Role.PERSONNEL, Role.AUDITOR, Role.ADMIN)
ASKED = {"sittings.sit", "study.check", "study.hand_in_check"}  # where a stem may stand
ENDS_THE_SECRET = {"exams.release"}  # after it, this is no longer "before the release"
PAIRS = count(1_000_000, 1000)  # new ids for each pair of answers


@pytest.fixture(scope="module", autouse=True)
def one_clock_and_one_chance() -> Iterator[None]:
    """Only the keys can make a difference."""
    with frozen():
        yield


@pytest.fixture(scope="module", params=DATABASES)
def worlds(
    request: pytest.FixtureRequest,
    fresh_databases: FreshDatabases,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[World, World]]:
    """Two bureaus that differ in the keys of the exam's items alone."""
    made = []
    for keys in KEYS:
        app = make_app(fresh_databases.url(request.param), tmp_path_factory.mktemp("instance"))
        CHANCE.begin(0)
        made.append(World(app, keys).make())
    yield made[0], made[1]
    for world in made:
        world.app.extensions["engine"].dispose()


ODD = (
    ("GET", "/no-such-page"), ("GET", "/sittings/no-such-sitting"), ("POST", "/"),
    ("PUT", "/exams"), ("DELETE", "/record"), ("GET", "/bank?q=B"),
    ("GET", f"/bank?q={RATIONALE}"), ("GET", "/record?event=item.read"),
    ("GET", "/record?event=sitting.scored"), ("GET", "/record?event=item.revised"),
    ("GET", f"/record?subject={CODE}-single-0"), ("GET", f"/people?q={RATIONALE}"),
    ("GET", f"/study?q={RATIONALE}"), ("GET", "/reports?q=B"),
)  # fmt: skip


UNLIKE = {"Set-Cookie", "Content-Length", "Date"}  # tokens and the moment; see `session`


@dataclass
class Answer:
    """What came back, as it was and as it is compared."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    session: dict[str, Any]

    def everything(self) -> bytes:
        told = repr(self.headers) + repr(self.session)
        return told.encode() + unpacked(self.body)


def unpacked(body: bytes) -> bytes:
    """A spreadsheet's own bytes, without the moment at which it was written."""
    if not body.startswith(b"PK"):
        return body
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        names = [name for name in sorted(book.namelist()) if name != "docProps/core.xml"]
        return b"".join(book.read(name) for name in names)


def ask(client: FlaskClient, method: str, path: str, **sent: Any) -> Answer:
    answer = client.open(path, method=method, **sent)
    with client.session_transaction() as session:
        kept = {k: v for k, v in session.items() if k not in ("csrf_token", "nonce", "_id")}
    headers = [(k, v) for k, v in answer.headers if k not in UNLIKE]
    body = answer.get_data()
    answer.close()
    return Answer(answer.status_code, headers, body, kept)


_TOKEN = re.compile(rb'(name="csrf_token"[^>]*?value=|data-token=)"[^"]*"')
_PUBLISHED = LedgerEntry.event == "exam.published"
_DIGEST = re.compile(rb"[0-9a-f]{12,64}")


def comparable(world: World, role: Role, answer: Answer) -> bytes:
    """The bytes without the token of the session, and without commitments that hide the keys.

    A candidate may see the digest of an exam's pool and of the entry that published it, and no
    other digest in which a key is an ingredient; officers of the record see all its entries'.
    """
    text = _TOKEN.sub(b'\\1""', answer.everything())
    with Session(world.app.extensions["engine"]) as db:
        for digest in db.scalars(select(Exam.pool_digest)):
            text = text.replace((digest or "no digest").encode(), b"POOL")
        for digest in db.scalars(select(LedgerEntry.digest).where(_PUBLISHED)):
            text = text.replace(digest.encode(), b"ENTRY")
    return _DIGEST.sub(b"DIGEST", text) if role in (Role.AUDITOR, Role.ADMIN) else text


def forbidden(world: World, role: Role, endpoint: str) -> list[bytes]:
    """What must not stand in an answer to this role."""
    marks = [RATIONALE, NOTE, REMARK, *world.seeds]
    if endpoint not in ASKED or role is not Role.CADRE:
        marks.append(STEM)
    if role in (Role.CADRE, Role.PERSONNEL):
        marks.append(CODE)
    return [mark.encode() for mark in marks]


def both(
    worlds: tuple[World, World], role: Role, language: str, endpoint: str, method: str, path: str,
    **sent: Any,
) -> int:  # fmt: skip
    """Ask both bureaus; the same bytes, and no canary in them."""
    answers = []
    base = next(PAIRS)
    for world in worlds:
        CHANCE.begin(base)
        answer = ask(world.client(role, language), method, path, **sent)
        for mark in forbidden(world, role, endpoint):
            if mark in path.encode():
                continue  # what one typed oneself stands in the language switch
            assert mark not in answer.everything(), f"{role} {method} {path}: {mark!r}"
        answers.append((answer.status, comparable(world, role, answer)))
    told = f"{role} {method} {path} differs with the keys"
    assert answers[0][0] == answers[1][0], told
    assert answers[0][1] == answers[1][1], told + difference(answers[0][1], answers[1][1])
    return answers[0][0]


def difference(one: bytes, other: bytes) -> str:
    place = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)
    start = max(0, place - 120)
    return f":\n{one[start : place + 80]!r}\n{other[start : place + 80]!r}"


def test_the_two_bureaus_are_alike_but_for_the_keys(worlds):
    """Otherwise comparing them would prove nothing."""
    assert worlds[0].named == worlds[1].named
    papers_ = [_paper(world, world.named["sitting"][0]) for world in worlds]
    assert [p[:-1] for p in papers_[0]] == [p[:-1] for p in papers_[1]]
    assert all(mine[-1] != theirs[-1] for mine, theirs in zip(*papers_, strict=True))
    here, there = map(_points, worlds)
    assert here != there


def _paper(world: World, public_id: str) -> list[tuple]:
    from examapp.store.bank import ItemRevision
    from examapp.store.exams import PaperItem
    from examapp.store.sittings import Sitting

    with Session(world.app.extensions["engine"]) as db:
        rows = db.execute(
            select(PaperItem.position, PaperItem.option_order, Item.code, ItemRevision.content)
            .join(ItemRevision, ItemRevision.id == PaperItem.revision_id)
            .join(Item, Item.id == ItemRevision.item_id)
            .join(Sitting, Sitting.paper_id == PaperItem.paper_id)
            .where(Sitting.public_id == public_id)
            .order_by(PaperItem.position)
        ).all()
    return [(r.position, r.option_order, r.code, tuple(r.content["key"])) for r in rows]


def _points(world: World) -> list[Fraction]:
    from examapp.store.sittings import Score

    with Session(world.app.extensions["engine"]) as db:
        return list(db.scalars(select(Score.points).order_by(Score.id)))


SENT = ({}, {"data": {"choice": "B", "place-1": "B", "item-1": "B"}}, {"json": {}})


def on_sqlite(worlds: tuple[World, World]) -> bool:
    return worlds[0].app.extensions["engine"].dialect.name == "sqlite"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", CROWD)
def test_no_page_tells_anything_of_a_key_before_the_release(worlds, role, language):
    allowed = 0
    pages = list(addresses(worlds[0], role, "GET"))
    if not on_sqlite(worlds):  # every page once there: half of them in each language
        pages = pages[LANGUAGES.index(language) :: len(LANGUAGES)]
    for endpoint, path in pages:
        status = both(worlds, role, language, endpoint, "GET", path)
        allowed += may(role, endpoint) and status == 200
        assert status < 500
    assert allowed > 3
    for method, path in ODD:
        assert both(worlds, role, language, "", method, path) < 500


@pytest.mark.parametrize("role", CROWD)
def test_no_answer_to_anything_sent_tells_of_a_key_before_the_release(worlds, role):
    posts = [a for a in addresses(worlds[0], role, "POST") if a[0] not in ENDS_THE_SECRET]
    for endpoint, path in posts:
        for sent in SENT if on_sqlite(worlds) else SENT[1:2]:
            assert both(worlds, role, "en", endpoint, "POST", path, **sent) < 500


CHOICES = (
    {"lease": 1, "seq": 90, "position": 1, "choice": ["B"]},
    {"lease": 1, "seq": 90, "position": 1, "choice": ["B"]},
    {"lease": 1, "seq": 90, "position": 1, "choice": ["D"]},
    {"lease": 1, "seq": 91, "position": 1, "choice": ["D"]},
    {"lease": 1, "seq": 92, "position": 4, "choice": ["A", "C"]},
    {"lease": 1, "seq": 93, "position": 4, "choice": ["B", "C", "D"]},
    {"lease": 1, "seq": 94, "position": 6, "choice": ["true"]},
    {"lease": 1, "seq": 95, "position": 6, "choice": ["false"]},
    {"lease": 1, "seq": 96, "position": 99, "choice": ["B"]},
    {"lease": 1, "seq": 97, "position": 1, "choice": ["Z"]},
    {"lease": 9, "seq": 98, "position": 1, "choice": ["B"]},
    {"lease": "one", "seq": 1, "position": 1, "choice": "B"},
)


def test_saving_a_choice_answers_the_same_whether_it_is_right_or_not(fresh_worlds):
    """The answers to scripts: right, wrong, refused and malformed saves."""
    for sitting, sent in product(fresh_worlds[0].named["sitting"], CHOICES):
        path = f"/sittings/{sitting}/responses"
        both(fresh_worlds, Role.CADRE, "en", "sittings.save", "POST", path, json=sent)


def test_handing_in_tells_nothing_of_the_score(fresh_worlds):
    """The whole way to the receipt, and every page afterwards."""
    sitting = fresh_worlds[0].named["sitting"][0]
    for method, path in (
        ("GET", f"/sittings/{sitting}"), ("GET", f"/sittings/{sitting}/hand-in"),
        ("POST", f"/sittings/{sitting}/submit"), ("POST", f"/sittings/{sitting}/submit"),
        ("GET", f"/sittings/{sitting}/receipt"), ("GET", f"/sittings/{sitting}/review"),
        ("GET", "/"), ("GET", "/exams"), ("GET", "/year"), ("GET", "/certificates"),
    ):  # fmt: skip
        endpoint = "sittings.sit" if path == f"/sittings/{sitting}" else ""
        assert both(fresh_worlds, Role.CADRE, "zh_Hans_CN", endpoint, method, path) < 500


@pytest.fixture
def fresh_worlds(worlds):
    """After the tests above the running sitting may be over; open it again, alike in both."""
    from sqlalchemy import update

    from examapp.store.sittings import Sitting

    for world in worlds:
        with Session(world.app.extensions["engine"]) as db, db.begin():
            db.execute(
                update(Sitting)
                .where(Sitting.public_id == world.named["sitting"][0])
                .values(
                    closed_at=None, submitted_at=None, answered=None, lease_no=1,
                    lease_device=device_digest(""),
                )
            )  # fmt: skip
            db.execute(update(User).values(disabled_at=None, must_change_password=False))
    return worlds


def test_after_the_release_the_review_shows_key_and_rationale(worlds):
    """The canaries do sing, so that their silence before means something."""
    closed, sitting = worlds[0].named["exam"][2], worlds[0].named["sitting"][2]
    pages = []
    for world in worlds:
        with Session(world.app.extensions["engine"], expire_on_commit=False) as db, db.begin():
            db.query(User).update({"disabled_at": None, "must_change_password": False})
            trainer = person_of(db, db.get_one(User, world.people[Role.TRAINER]))
            exam = db.scalars(select(Exam).where(Exam.public_id == closed)).one()
            release(db, exam, by=trainer, now=NOW)
        answer = ask(world.client(Role.CADRE, "en"), "GET", f"/sittings/{sitting}/review")
        assert answer.status == 200
        assert answer.body.count(RATIONALE.encode()) == 6
        assert NOTE.encode() not in answer.body
        assert REMARK.encode() not in answer.body
        pages.append(comparable(world, Role.CADRE, answer))
    assert pages[0] != pages[1]


def test_the_other_exams_stay_secret_when_one_is_released(worlds):
    """The same items stand in the pools of exams that still run."""
    check = worlds[0].named["check"][0]
    for world in worlds:
        client = world.client(Role.CADRE, "en")
        assert ask(client, "GET", f"/study/checks/{check}").status == 200
        assert RATIONALE.encode() not in ask(client, "GET", f"/study/checks/{check}").everything()
        for sitting in world.named["sitting"][:2]:
            answer = ask(client, "GET", f"/sittings/{sitting}/review")
            assert answer.status in (302, 403)
            assert RATIONALE.encode() not in answer.everything()
