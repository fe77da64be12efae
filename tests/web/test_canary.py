"""Nothing of a key or a rationale in any byte that is sent before the release, over every route.

Two bureaus are alike to the last random id and the clock, but their keys differ. Whatever a
candidate can make one of them say, the other must say in the very same bytes.
"""

from __future__ import annotations

import hashlib
import io
import re
import secrets
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import count, product
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from examapp import clock
from examapp.config import Settings
from examapp.core.items import Kind, Use
from examapp.core.people import Role
from examapp.core.spec import SpecLine
from examapp.services.assessments.offline import declare
from examapp.services.bank.loading import load_topics
from examapp.services.bank.revisions import add_revision, latest, read_blind
from examapp.services.exams.setting import create, publish, release
from examapp.services.people.persons import Person, by_id
from examapp.services.sittings import closing, papers, saving, starting
from examapp.services.study import checks
from examapp.services.study.loading import load_guides
from examapp.store.bank import Item
from examapp.store.certificates import Certificate
from examapp.store.exams import Exam
from examapp.store.ledger import LedgerEntry
from examapp.store.people import User
from examapp.web.access import ACCESS
from examapp.web.application import create_app
from examapp.web.devices import device_digest
from tests.bureau import (
    HOUR,
    MINUTE,
    NOW,
    make_content,
    make_draft,
    make_exam,
    make_shelf,
    make_spec,
    make_unit,
    make_user,
)
from tests.conftest import DATABASES, FreshDatabases
from tests.services.study_builders import guide_facts, section_facts, the_section

ROOT = Path(__file__).parent.parent.parent
RATIONALE, NOTE, REMARK = "CANARY-RATIONALE-7f3", "CANARY-NOTE-2b9", "CANARY-REMARK-c41"
STEM, CODE = "CANARY-STEM-e08", "canary-code-5d"
KEYS = (
    {Kind.SINGLE: {"B"}, Kind.MULTIPLE: {"A", "C"}, Kind.JUDGEMENT: {"true"}},
    {Kind.SINGLE: {"D"}, Kind.MULTIPLE: {"B", "C", "D"}, Kind.JUDGEMENT: {"false"}},
)
LANGUAGES = ("zh_Hans_CN", "en")
CROWD = (Role.CADRE, Role.PERSONNEL, Role.AUDITOR, Role.ADMIN)
ASKED = {"sittings.sit", "study.check", "study.hand_in_check"}  # where a stem may stand
ENDS_THE_SECRET = {"exams.release"}  # after it, this is no longer "before the release"


class Chance:
    """Chance that repeats itself: both bureaus draw the same ids, seeds and serials."""

    def __init__(self) -> None:
        self.begin(0)

    def begin(self, at: int) -> None:
        self.numbers = count(at)

    def install(self, patch: pytest.MonkeyPatch) -> None:
        patch.setattr(secrets, "token_urlsafe", lambda _n=0: f"id{next(self.numbers):014d}")
        patch.setattr(secrets, "token_hex", lambda n=16: f"{next(self.numbers):0{2 * n}d}")
        patch.setattr(secrets, "token_bytes", self._bytes)
        patch.setattr(secrets, "choice", lambda signs: signs[next(self.numbers) % len(signs)])
        patch.setattr(secrets, "randbelow", lambda most: next(self.numbers) % most)

    def _bytes(self, _length: int = 32) -> bytes:
        return hashlib.sha256(str(next(self.numbers)).encode()).digest()


CHANCE = Chance()
PAIRS = count(1_000_000, 1000)  # new ids for each pair of answers


@pytest.fixture(scope="module", autouse=True)
def one_clock_and_one_chance() -> Iterator[None]:
    """Time stands still and chance repeats itself, so that only the keys can make a difference."""
    with pytest.MonkeyPatch.context() as patch:
        real = clock.now
        for module in [m for name, m in sys.modules.items() if name.startswith("examapp.")]:
            for name in [n for n, value in vars(module).items() if value is real]:
                patch.setattr(module, name, lambda: NOW + 10 * MINUTE)
        CHANCE.install(patch)
        yield


@dataclass
class World:
    """A bureau before the release, with one of everything that a route can name."""

    app: Flask
    keys: dict[Kind, set[str]]
    people: dict[Role, int] = field(default_factory=dict)
    named: dict[str, list[Any]] = field(default_factory=dict)
    seeds: list[str] = field(default_factory=list)

    def make(self) -> World:
        CHANCE.begin(0)
        with Session(self.app.extensions["engine"], expire_on_commit=False) as db, db.begin():
            self._make(db)
        return self

    def _make(self, db: Session) -> None:
        make_shelf(db)
        load_topics(db, [("law", {"zh": "法", "en": "Law"}), ("law.basic", _both("基础")),
                         ("old", _both("旧"))])  # fmt: skip
        people = {role: make_user(db, str(role), role) for role in Role}
        other = make_user(db, "other", unit=make_unit(db))
        self.people = {role: user.id for role, user in people.items()}
        cadre, trainer = _person(db, people[Role.CADRE]), _person(db, people[Role.TRAINER])
        load_guides(db, [guide_facts("g1", section_facts("s1"), section_facts("s2"))], now=NOW)
        serial = self._released_exam(db, trainer, cadre)
        checks_made = self._checks(db, cadre)
        exams, sittings = self._exams(db, trainer, cadre, _person(db, other))
        study = declare(
            db, cadre, on=(NOW - timedelta(days=2)).date(), minutes=60, what="read a law", now=NOW
        )
        seeds = select(Exam.seed).where(Exam.seed.is_not(None), Exam.released_at.is_(None))
        self.seeds = [seed.hex() for seed in db.scalars(seeds) if seed]
        entries = self._entries(db)
        self.named = {
            "exam": exams, "sitting": sittings, "serial": [serial], "check": checks_made,
            "guide": ["g1"], "section": ["s1", "s2"], "study": [study.public_id],
            "person": [cadre.public_id, other.public_id], "unit": [make_unit(db).public_id],
            "entry": [*entries, 10**9], "law": ["law-x"], "item": [f"{CODE}-single-0"],
            "static": [
                str(p.relative_to(ROOT / "examapp/web/static"))
                for p in sorted((ROOT / "examapp/web/static").rglob("*")) if p.is_file()
            ],
        }  # fmt: skip

    def _entries(self, db: Session) -> list[int]:
        """Some entries of each event, the newest of them."""
        by_event: dict[str, list[int]] = {}
        for event, number in db.execute(
            select(LedgerEntry.event, LedgerEntry.number).order_by(LedgerEntry.number)
        ):
            by_event.setdefault(event, []).append(number)
        return sorted(number for numbers in by_event.values() for number in numbers[-2:])

    def _item(self, db: Session, code: str, kind: Kind, *, secret: bool, **content: Any) -> None:
        made = make_content(kind=kind, stem=f"{STEM if secret else 'old'} {code[-3:]}", **content)
        if secret:
            words = f"{RATIONALE} {code}"
            made = replace(
                made, key=frozenset(self.keys[kind]), rationale={"zh": words, "en": words}
            )
        item = Item(code=code, created_at=NOW)
        db.add(item)
        db.flush()
        add_revision(db, item, made, number=1, by=None, note=NOTE if secret else "", now=NOW)
        read_blind(
            db, latest(db, item.id), made.key, reader="second reader", actor=None, now=NOW,
            remark=REMARK if secret else "",
        )  # fmt: skip

    def _released_exam(self, db: Session, trainer: Person, cadre: Person) -> str:
        """An exam of last week with a certificate; its keys are told, and the same everywhere."""
        for number in range(3):
            self._item(db, f"old-{number}", Kind.SINGLE, secret=False, topic="old")
        lines = (SpecLine("old", Kind.SINGLE, None, 2, Fraction(2)),)
        spec = make_spec(lines=lines, cut_score=Fraction(2), bands=())
        week = timedelta(days=7)
        opens = NOW - week
        exam = _held(db, trainer, spec=spec, opens_at=opens, closes_at=opens + 5 * HOUR)
        at = NOW - week + MINUTE
        sitting = starting.start(db, cadre, exam.public_id, device="pc", now=at)
        for place in closing.scored_items(db, sitting.paper_id):
            _save(db, cadre, sitting.public_id, place.position, place.key, at)
        closing.submit(db, cadre, sitting.public_id, now=at + MINUTE)
        release(db, exam, by=trainer, now=NOW - HOUR)
        self.old = exam.public_id, sitting.public_id
        return db.scalars(select(Certificate.serial)).one()

    def _checks(self, db: Session, cadre: Person) -> list[str]:
        """One check handed in and one open, drawn from exam items while no exam held them back."""
        for kind, number in product(Kind, range(6)):
            self._item(db, f"{CODE}-{kind}-{number}", kind, secret=True)
        made = []
        for number in range(2):
            check = checks.draw(db, cadre, the_section(db, "s1"), now=NOW - HOUR)
            made.append(check.public_id)
            if number == 0:
                choices = {
                    place: frozenset("A" if len(order) > 2 else ("false",))
                    for place, (_, order) in enumerate(check.items, 1)
                }
                checks.hand_in(db, cadre, check.public_id, choices, now=NOW - HOUR)
                # What was right is known to the person since then; here it must not differ.
                check.right, check.passed = 0, False
                db.flush()
        for number in range(4):
            self._item(db, f"study-{number}", Kind.SINGLE, secret=False, use=Use.STUDY)
        return made

    def _exams(
        self, db: Session, trainer: Person, cadre: Person, other: Person
    ) -> tuple[list[str], list[str]]:
        """One running, one handed in, one closed and not released, one announced, one a draft."""
        running = make_exam(db, trainer, title=_both("running"))
        handed = make_exam(db, trainer, title=_both("handed in"))
        closed = _held(
            db, trainer, title=_both("closed"), opens_at=NOW - 5 * HOUR, closes_at=NOW - HOUR
        )
        announced = make_exam(
            db, trainer, title=_both("announced"), opens_at=NOW + HOUR, closes_at=NOW + 9 * HOUR
        )
        draft = make_exam(db, trainer, published=False, title=_both("draft"))
        exams = [running, handed, closed, announced, draft]
        sittings = [
            self._sit(db, cadre, running, NOW, hand_in=False),
            self._sit(db, cadre, handed, NOW, hand_in=True),
            self._sit(db, cadre, closed, NOW - 4 * HOUR, hand_in=True),
            self._sit(db, other, running, NOW, hand_in=False),
        ]
        return [exam.public_id for exam in exams], sittings

    def _sit(self, db: Session, person: Person, exam: Exam, at: Any, *, hand_in: bool) -> str:
        """The first option of every place: right here and wrong there."""
        sitting = starting.start(db, person, exam.public_id, device=device_digest(""), now=at)
        for item in papers.shown(db, sitting):
            choice = "B" if item.kind is Kind.SINGLE else item.options[0][0]
            _save(db, person, sitting.public_id, item.position, frozenset([choice]), at)
        if hand_in:
            closing.submit(db, person, sitting.public_id, now=at + MINUTE)
        return sitting.public_id

    def client(self, role: Role, language: str) -> FlaskClient:
        """A browser of this person, in a session that is in force now."""
        client = self.app.test_client()
        with Session(self.app.extensions["engine"]) as db:
            user = db.get_one(User, self.people[role])
            identity = f"{user.public_id}:{user.session_stamp}"
        with client.session_transaction() as session:
            session.update({"_user_id": identity, "language": language, "nonce": "n"})
        return client


def _both(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


def _person(db: Session, user: User) -> Person:
    person = by_id(db, user.id)
    assert person
    return person


def _held(db: Session, trainer: Person, *, opens_at: datetime, **fields: Any) -> Exam:
    """An exam of the past, set and published before it opened."""
    before = opens_at - HOUR
    exam = create(db, make_draft(db, opens_at=opens_at, **fields), by=trainer, now=before)
    publish(db, exam, by=trainer, now=before)
    return exam


def _save(
    db: Session, person: Person, sitting: str, position: int, choice: frozenset[str], at: Any
) -> None:
    saving.save(
        db, person, sitting, lease_no=1, seq=position, position=position, choice=choice, now=at
    )


@pytest.fixture(scope="module", params=DATABASES)
def worlds(
    request: pytest.FixtureRequest,
    fresh_databases: FreshDatabases,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[World, World]]:
    """Two bureaus that differ in the keys of the exam's items alone."""
    made = []
    for keys in KEYS:
        app = create_app(
            Settings(
                database_url=fresh_databases.url(request.param), secret_key="t" * 40,
                instance=tmp_path_factory.mktemp("instance"), content=ROOT / "content",
                question_bank=ROOT / "question_bank", https=False, trusted_proxies=0,
                policy="bureau-a",
            )
        )  # fmt: skip
        app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
        made.append(World(app, keys).make())
    yield made[0], made[1]
    for world in made:
        world.app.extensions["engine"].dispose()


# ---- every route with every name ----

ARGUMENTS = {
    "exam": "exam", "sitting": "sitting", "serial": "serial", "guide": "guide",
    "section": "section", "study": "study", "person": "person", "code": "item",
}  # fmt: skip
OF_ENDPOINT = {
    ("study.check", "public_id"): "check",
    ("study.hand_in_check", "public_id"): "check",
    ("laws.law", "code"): "law",
    ("record.entry", "number"): "entry",
    ("static", "filename"): "static",
    ("admin.unit", "public_id"): "unit",
}
FIXED: dict[str, list[Any]] = {
    "number": [1], "kind": ["xlsx", "csv"], "token": ["no-such-token"],
    "filename": ["css/bootstrap.min.css"],
}  # fmt: skip


def values(world: World, rule: Rule, argument: str) -> list[Any]:
    """Every real name that can stand in a route; a KeyError asks for a new line above."""
    if argument in FIXED and (rule.endpoint, argument) not in OF_ENDPOINT:
        return FIXED[argument]
    if argument == "public_id" and rule.endpoint.startswith("admin."):
        return world.named[OF_ENDPOINT.get((rule.endpoint, argument), "person")]
    return world.named[OF_ENDPOINT.get((rule.endpoint, argument)) or ARGUMENTS[argument]]


def may(role: Role, endpoint: str) -> bool:
    return role in (ACCESS[endpoint] or ())


def addresses(world: World, role: Role, method: str) -> list[tuple[str, str]]:
    """(endpoint, path) of everything: with every name where the role may, else with one.

    What is public is asked for by the candidate alone.
    """
    found = []
    bound = world.app.url_map.bind("localhost")
    for rule in sorted(world.app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if method not in (rule.methods or ()):
            continue
        if ACCESS[rule.endpoint] is None and role is not Role.CADRE:
            continue
        names = sorted(rule.arguments)
        every = list(product(*(values(world, rule, name) for name in names)))
        for chosen in every if may(role, rule.endpoint) or not ACCESS[rule.endpoint] else every[:1]:
            path = bound.build(rule.endpoint, dict(zip(names, chosen, strict=True)))
            found.append((rule.endpoint, path))
    return found


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
_DIGEST = re.compile(rb"[0-9a-f]{12,64}")


def comparable(world: World, role: Role, answer: Answer) -> bytes:
    """The bytes without the token of the session, and without commitments that hide the keys.

    A candidate may see the digest of an exam's pool, and no other digest in which a key is
    an ingredient; officers of the record see the digests of its entries.
    """
    text = _TOKEN.sub(b'\\1""', answer.everything())
    with Session(world.app.extensions["engine"]) as db:
        for digest in db.scalars(select(Exam.pool_digest)):
            text = text.replace((digest or "no digest").encode(), b"POOL")
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


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", CROWD)
def test_no_page_tells_anything_of_a_key_before_the_release(worlds, role, language):
    allowed = 0
    for endpoint, path in addresses(worlds[0], role, "GET"):
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
        for sent in ({}, {"data": {"choice": "B", "place-1": "B", "item-1": "B"}}, {"json": {}}):
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
            trainer = _person(db, db.get_one(User, world.people[Role.TRAINER]))
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
