"""Builders: a small bureau, its people, its bank - each test states its one difference."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.core.citations import parse
from examapp.core.items import JUDGEMENT_OPTIONS, Asks, Difficulty, ItemContent, Kind, Use
from examapp.core.people import Role, fold
from examapp.core.scoring import Band
from examapp.core.spec import MOST_TOLERANCE, Counts, ExamSpec, SpecLine
from examapp.services.bank.loading import load_topics
from examapp.services.bank.revisions import add_revision, latest, read_blind
from examapp.services.exams.publishing import publish
from examapp.services.exams.setting import ExamDraft, create
from examapp.services.laws.register import EditionFacts, LawFacts, load_laws
from examapp.services.people.persons import Person, by_id
from examapp.store.bank import Item, ItemRevision
from examapp.store.exams import Exam
from examapp.store.people import Unit, User, UserRole

NOW = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def make_unit(db: Session, code: str = "top", parent: Unit | None = None) -> Unit:
    known = db.scalar(select(Unit).where(Unit.code == code))
    if known:
        return known
    unit = Unit(
        code=code, name=f"单位{code}", name_en=f"Unit {code}", parent_id=parent and parent.id
    )
    db.add(unit)
    db.flush()
    return unit


def make_user(
    db: Session, username: str = "cadre", *roles: Role, unit: Unit | None = None, **fields: object
) -> User:
    user = User(
        username=fold(username),
        name=f"姓名{username}",
        unit_id=(unit or make_unit(db)).id,
        created_at=NOW,
        must_change_password=False,
        roles=[UserRole(role=str(role)) for role in roles or (Role.CADRE,)],
        **fields,
    )
    db.add(user)
    db.flush()
    return user


def make_person(db: Session, username: str = "cadre", *roles: Role, **fields: object) -> Person:
    person = by_id(db, make_user(db, username, *roles, **fields).id)
    assert person
    return person


def make_content(
    *,
    kind: Kind = Kind.SINGLE,
    topic: str = "law.basic",
    difficulty: Difficulty = Difficulty.EASY,
    use: Use = Use.EXAM,
    key: set[str] | None = None,
    stem: str = "题干",
    cites: str = "law-x:1",
    enemies: frozenset[str] = frozenset(),
) -> ItemContent:
    judgement = kind is Kind.JUDGEMENT
    options = (
        JUDGEMENT_OPTIONS
        if judgement
        else tuple((letter, {"zh": f"选项{letter}", "en": f"Option {letter}"}) for letter in "ABCD")
    )
    default = {Kind.SINGLE: {"B"}, Kind.MULTIPLE: {"A", "C"}, Kind.JUDGEMENT: {"true"}}[kind]
    return ItemContent(
        topic=topic,
        kind=kind,
        difficulty=difficulty,
        use=use,
        asks=Asks.RECALL,
        stem={"zh": stem, "en": f"Stem {stem}"},
        options=options,
        key=frozenset(key or default),
        rationale={"zh": f"理由{stem}", "en": f"Rationale {stem}"},
        cites=(parse(cites),),
        enemies=enemies,
    )


def make_shelf(db: Session) -> None:
    """Topic law.basic and the law law-x with ten articles."""
    load_topics(
        db, [("law", {"zh": "法", "en": "Law"}), ("law.basic", {"zh": "基础", "en": "Basics"})]
    )
    edition = EditionFacts(NOW.date(), NOW.date(), 10, 1)
    load_laws(
        db,
        [
            LawFacts(
                "law-x",
                "law",
                {"zh": "某某法", "en": "Law X"},
                {"zh": "某法", "en": "Law X"},
                (edition,),
            )
        ],
        now=NOW,
    )


def make_item(
    db: Session, code: str, *, read: bool = True, author: Person | None = None, **content: object
) -> ItemRevision:
    item = Item(code=code, created_at=NOW)
    db.add(item)
    db.flush()
    made = make_content(**{"stem": f"题干{code}", **content})  # type: ignore[arg-type]
    add_revision(db, item, made, number=1, by=author, note="", now=NOW)
    revision = latest(db, item.id)
    if read:
        read_blind(db, revision, made.key, reader="second reader", remark="", actor=None, now=NOW)
    return revision


def make_bank(
    db: Session, singles: int = 6, multiples: int = 3, judgements: int = 3, *, prefix: str = ""
) -> None:
    """A bank that a paper of make_spec can be drawn from, with choice left over."""
    make_shelf(db)
    for kind, count in (
        (Kind.SINGLE, singles),
        (Kind.MULTIPLE, multiples),
        (Kind.JUDGEMENT, judgements),
    ):
        for number in range(count):
            make_item(db, f"{prefix}{kind}-{number:03d}", kind=kind)


def make_spec(**fields: object) -> ExamSpec:
    """Three singles at 2, two multiples at 3, one judgement at 1: 13 points, 8 pass."""
    lines = (
        SpecLine("law", Kind.SINGLE, None, 3, Fraction(2)),
        SpecLine("law", Kind.MULTIPLE, None, 2, Fraction(3)),
        SpecLine("law", Kind.JUDGEMENT, None, 1, Fraction(1)),
    )
    return ExamSpec(
        **{  # type: ignore[arg-type]
            "lines": lines,
            "minutes": 30,
            "cut_score": Fraction(8),
            "bands": (Band("good", Fraction(10)), Band("excellent", Fraction(12))),
            "tries": 1,
            "counts": Counts.BEST,
            # The widest: in so small a bank a few answers make papers differ by chance.
            "tolerance": MOST_TOLERANCE,
            **fields,
        }
    )


def make_draft(db: Session, **fields: object) -> ExamDraft:
    return ExamDraft(
        **{  # type: ignore[arg-type]
            "title": {"zh": "年度考试", "en": "Yearly exam"},
            "spec": make_spec(),
            "opens_at": NOW - HOUR,
            "closes_at": NOW + 5 * HOUR,
            "unit_ids": (make_unit(db).id,),
            "audiences": (),
            "release_on_close": False,
            "certificate_years": 3,
            **fields,
        }
    )


def make_exam(db: Session, trainer: Person, *, published: bool = True, **fields: object) -> Exam:
    exam = create(db, make_draft(db, **fields), by=trainer, now=NOW - 2 * HOUR)
    if published:
        publish(db, exam, by=trainer, now=NOW - 2 * HOUR)
    return exam
