"""A bureau with one of everything that a route can name, and every route with every name."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from examapp.config import Settings
from examapp.core.items import Kind, Use
from examapp.core.law.text import LawText, Provision, ProvisionKind
from examapp.core.people import Role
from examapp.core.spec import SpecLine
from examapp.services.assessments.offline import declare
from examapp.services.bank.loading import load_topics
from examapp.services.bank.revisions import add_revision, latest, read_blind
from examapp.services.exams import excuses, slots
from examapp.services.exams.publishing import publish
from examapp.services.exams.setting import create, release
from examapp.services.exams.slots import SlotDraft
from examapp.services.laws import releasing, subjects, uploads
from examapp.services.people.persons import Person, by_id
from examapp.services.practice import runs
from examapp.services.sittings import closing, papers, saving, starting
from examapp.services.study import checks
from examapp.services.study.loading import load_guides
from examapp.store.bank import Item
from examapp.store.certificates import Certificate
from examapp.store.exam_days import Excuse, Slot
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
from tests.conftest import SEALING_KEY
from tests.law_changes import FIRST, SECOND, give_text, make_law
from tests.services.study_builders import guide_facts, section_facts, the_section

ROOT = Path(__file__).parent.parent.parent
RATIONALE, NOTE, REMARK = "CANARY-RATIONALE-7f3", "CANARY-NOTE-2b9", "CANARY-REMARK-c41"
STEM, CODE = "CANARY-STEM-e08", "canary-code-5d"
KEYS = (
    {Kind.SINGLE: {"B"}, Kind.MULTIPLE: {"A", "C"}, Kind.JUDGEMENT: {"true"}},
    {Kind.SINGLE: {"D"}, Kind.MULTIPLE: {"B", "C", "D"}, Kind.JUDGEMENT: {"false"}},
)


@dataclass
class World:
    """A bureau before the release, with one of everything that a route can name."""

    app: Flask
    keys: dict[Kind, set[str]]
    people: dict[Role, int] = field(default_factory=dict)
    named: dict[str, list[Any]] = field(default_factory=dict)
    seeds: list[str] = field(default_factory=list)

    def make(self) -> World:
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
        cadre, trainer = person_of(db, people[Role.CADRE]), person_of(db, people[Role.TRAINER])
        load_guides(db, [guide_facts("g1", section_facts("s1"), section_facts("s2"))], now=NOW)
        law = make_law(db)
        for adopted, words in ((FIRST, ["一", "二"]), (SECOND, ["一", "三"])):
            give_text(db, law, adopted, words, preamble="序")
        serial = self._released_exam(db, trainer, cadre)
        checks_made = self._checks(db, cadre)
        run = runs.draw_topic(db, cadre, "law.basic", now=NOW - HOUR)
        exams, sittings = self._exams(db, trainer, cadre, person_of(db, other))
        study = declare(
            db, cadre, on=(NOW - timedelta(days=2)).date(), minutes=60, what="read a law", now=NOW
        )
        slot, excuse = self._slot_and_excuse(db, trainer, cadre, announced=exams[3])
        seeds = select(Exam.seed).where(Exam.seed.is_not(None), Exam.released_at.is_(None))
        self.seeds = [seed.hex() for seed in db.scalars(seeds) if seed]
        entries = self._entries(db)
        self.named = {
            "exam": exams, "sitting": sittings, "serial": [serial], "check": checks_made,
            "slot": [slot.public_id], "excuse": [excuse.public_id],
            "run": [run.public_id], "topic": ["law", "law.basic"],
            "guide": ["g1"], "section": ["s1", "s2"], "study": [study.public_id],
            "person": [cadre.public_id, other.public_id], "unit": [make_unit(db).public_id],
            "entry": [*entries, 10**9], "law": ["law-x", "harbour"], "law-read": ["harbour"],
            "day": ["constitution-day"], "upload": [self._upload(db, trainer)],
            "item": [f"{CODE}-single-0"], "held": ["held-item"],
            "proposal": [self._proposal(db, trainer)],
            "static": [
                str(p.relative_to(ROOT / "examapp/web/static"))
                for p in sorted((ROOT / "examapp/web/static").rglob("*")) if p.is_file()
            ],
        }  # fmt: skip

    def _proposal(self, db: Session, trainer: Person) -> str:
        """A question that is held because of a law of its own, and its proposed release."""
        law = make_law(db, code="pier", title="示例码头法")
        self._item(db, "held-item", Kind.SINGLE, secret=False, use=Use.STUDY, cites="pier:1")
        for day, word in ((FIRST, "系缆应当牢固。"), (SECOND, "码头夜间须有照明，禁止垂钓。")):
            give_text(db, law, day, [word])
        subject, goes = subjects.item_subject(db, "held-item"), {1: "pier:1"}
        made = releasing.propose(db, subject, goes, reason="still right", by=trainer, now=NOW)
        return made.public_id

    def _upload(self, db: Session, trainer: Person) -> str:
        """A text that waits for the trainer's word."""
        body = (Provision(ProvisionKind.ARTICLE, "1", "第一条", ("示例。",)),)
        text = LawText("示例法", NOW.date(), None, "", (), body)
        waiting = uploads.Waiting(1, ("one.md",), text)
        return uploads.keep(db, trainer, [waiting], [], source="one.md", now=NOW).public_id

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

    def _slot_and_excuse(
        self, db: Session, trainer: Person, cadre: Person, *, announced: str
    ) -> tuple[Slot, Excuse]:
        """A slot to book in the announced exam, and an excuse from it that waits."""
        exam = db.scalars(select(Exam).where(Exam.public_id == announced)).one()
        window = SlotDraft(NOW + 2 * HOUR, NOW + 3 * HOUR, capacity=5)
        asked = {"kind": "exemption", "ground": "duty", "reason": "away on duty"}
        return (
            slots.add(db, exam, window, by=trainer, now=NOW),
            excuses.file(db, cadre, announced, **asked, now=NOW),
        )

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


def person_of(db: Session, user: User) -> Person:
    """The person that a row stands for."""
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


def make_app(database_url: str, instance: Path) -> Flask:
    """The application as the tests of the web have it."""
    app = create_app(
        Settings(
            database_url=database_url, secret_key="t" * 40, instance=instance,
            content=ROOT / "content", question_bank=ROOT / "question_bank", https=False,
            trusted_proxies=0, policy="bureau-a", sealing_key=SEALING_KEY,
        )
    )  # fmt: skip
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return app


# ---- every route with every name ----

ARGUMENTS = {
    "exam": "exam", "sitting": "sitting", "serial": "serial", "guide": "guide",
    "section": "section", "study": "study", "person": "person", "code": "item", "topic": "topic",
    "slot": "slot", "excuse": "excuse", "law": "law", "day": "day", "upload": "upload",
    "proposal": "proposal",
}  # fmt: skip
OF_ENDPOINT = {
    ("study.check", "public_id"): "check",
    ("study.hand_in_check", "public_id"): "check",
    ("practice.run", "public_id"): "run",
    ("practice.hand_in", "public_id"): "run",
    ("held.item", "code"): "held",
    ("laws.law", "code"): "law",
    ("law_desk.law_coverage", "code"): "law",
    ("laws.article", "code"): "law-read",
    ("laws.note", "code"): "law-read",
    ("laws.compare", "code"): "law-read",
    ("record.entry", "number"): "entry",
    ("static", "filename"): "static",
    ("admin.unit", "public_id"): "unit",
}
FIXED: dict[str, list[Any]] = {
    "key": ["1", "preamble"], "number": [1], "kind": ["xlsx", "csv"], "token": ["no-such-token"],
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


def addresses(
    world: World, role: Role, method: str, *, mine: bool = False
) -> list[tuple[str, str]]:
    """(endpoint, path) of everything: with every name where the role may, else with one.

    What is public is asked for by the candidate alone; `mine`: nothing that is refused anyhow.
    """
    found = []
    bound = world.app.url_map.bind("localhost")
    for rule in sorted(world.app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if method not in (rule.methods or ()):
            continue
        if ACCESS[rule.endpoint] is None and role is not Role.CADRE:
            continue
        if mine and not (may(role, rule.endpoint) or ACCESS[rule.endpoint] is None):
            continue
        names = sorted(rule.arguments)
        every = list(product(*(values(world, rule, name) for name in names)))
        for chosen in every if may(role, rule.endpoint) or not ACCESS[rule.endpoint] else every[:1]:
            path = bound.build(rule.endpoint, dict(zip(names, chosen, strict=True)))
            found.append((rule.endpoint, path))
    return found
