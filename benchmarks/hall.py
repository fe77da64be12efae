"""An exam of fifty authored items, and candidates with a password."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from examapp.authored import load_authored
from examapp.clock import now
from examapp.config import ROOT, Settings
from examapp.core.items import Kind, Use
from examapp.core.people import Role
from examapp.core.scoring import Band
from examapp.core.spec import Counts, ExamSpec, SpecLine
from examapp.library.question_files import read_bank
from examapp.services.bank.loading import load_items
from examapp.services.bank.revisions import latest, read_blind
from examapp.services.exams.publishing import publish
from examapp.services.exams.setting import ExamDraft, create, release
from examapp.services.people.accounts import NewPerson, add
from examapp.services.people.persons import Person, by_id
from examapp.services.people.signing_in import HASHER
from examapp.store.bank import Item, Topic
from examapp.store.exams import Exam
from examapp.store.people import Unit, User
from examapp.store.sittings import Response
from tests.bureau import make_unit

PASSWORD = "bench-Harbour-2026"
COUNTS = {Kind.SINGLE: 28, Kind.MULTIPLE: 12, Kind.JUDGEMENT: 10}
ITEMS = sum(COUNTS.values())


@dataclass(frozen=True)
class Hall:
    """What the candidates need to know."""

    exam: str
    usernames: list[str]


def furnish(engine: Engine, settings: Settings, candidates: int) -> Hall:
    """Load the authored bank, publish an exam on all of it, and add the candidates."""
    with Session(engine) as db, db.begin():
        load_authored(db, settings, now=now())
        _load_bank(db)
        unit = make_unit(db)
        names = [f"candidate{number:03d}" for number in range(candidates)]
        hashed = HASHER.hash(PASSWORD)  # one for all: making it is not what is measured
        for name in names:
            _add(db, name, unit, Role.CADRE, hashed)
        trainer = _add(db, "trainer", unit, Role.TRAINER, hashed)
        return Hall(_publish(db, unit, trainer, timedelta(hours=6)), names)


def _add(db: Session, username: str, unit: Unit, role: Role, hashed: str) -> Person:
    """By the service, so that the ledger has the role and `verify` finds nothing."""
    new = NewPerson(
        username, username, unit.id, "port-administration", "staff", "civil-servants",
        frozenset({role}),
    )  # fmt: skip
    user, _ = add(db, new, by=None, now=now())
    user.password_hash, user.must_change_password = hashed, False
    user.initial_expires_at = None
    db.flush()
    person = by_id(db, user.id)
    assert person
    return person


def publish_short(engine: Engine, window: timedelta) -> str:
    """Another exam on the same bank, whose window ends soon."""
    with Session(engine) as db, db.begin():
        user = db.scalars(select(User).where(User.username == "trainer")).one()
        trainer = by_id(db, user.id)
        assert trainer
        return _publish(db, make_unit(db), trainer, window)


def _load_bank(db: Session) -> None:
    """Every authored item is an exam item here, read by a second person."""
    authored = read_bank(ROOT / "question_bank").items
    items = [(item.code, replace(item.content, use=Use.EXAM)) for item in authored]
    load_items(db, items, now=now())
    for item in db.scalars(select(Item)).all():
        revision = latest(db, item.id)
        key = frozenset(revision.content["key"])
        read_blind(db, revision, key, reader="bench", remark="", actor=None, now=now())


def _publish(db: Session, unit: Unit, trainer: Person, window: timedelta) -> str:
    areas = sorted({code.partition(".")[0] for code in db.scalars(select(Topic.code))})
    draft = ExamDraft(
        title={"zh": "年度学法考试", "en": "Yearly exam"},
        spec=_spec(db, areas),
        opens_at=now() - timedelta(minutes=1),
        closes_at=now() + window,
        unit_ids=(unit.id,),
        audiences=(),
        release_on_close=False,
        certificate_years=3,
    )
    exam = create(db, draft, by=trainer, now=now())
    publish(db, exam, by=trainer, now=now())
    return exam.public_id


def _spec(db: Session, areas: list[str]) -> ExamSpec:
    """Fifty items over the areas, as many of each kind as COUNTS says and the areas hold."""
    lines = []
    for kind, count in COUNTS.items():
        left = count
        for area in areas:
            held = _held(db, area, kind)
            take = min(held, left)
            if take:
                lines.append(SpecLine(area, kind, None, take, Fraction(2)))
            left -= take
        if left:
            raise RuntimeError(f"the question bank has too few items of kind {kind}")
    bands = (Band("good", Fraction(80)), Band("excellent", Fraction(90)))
    # The authored bank is small for fifty items: papers as level as it can hold.
    return ExamSpec(tuple(lines), 120, Fraction(60), bands, 1, Counts.BEST, Fraction(1))


def _held(db: Session, area: str, kind: Kind) -> int:
    revisions = [latest(db, item.id) for item in db.scalars(select(Item)).all()]
    return sum(r.kind == kind and r.topic.partition(".")[0] == area for r in revisions)


def close_and_release(engine: Engine, exam_id: str) -> None:
    """End the window at once (in this database of our own only), and release the results."""
    with Session(engine) as db, db.begin():
        db.execute(update(Exam).where(Exam.public_id == exam_id).values(closes_at=now()))
    with Session(engine) as db, db.begin():
        exam = db.scalars(select(Exam).where(Exam.public_id == exam_id)).one()
        release(db, exam, by=None, now=now())


def saved(engine: Engine) -> int:
    """How many responses the database holds."""
    with Session(engine) as db:
        return len(db.scalars(select(Response.id)).all())
