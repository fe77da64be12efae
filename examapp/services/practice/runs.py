"""Practice runs: drawn by topic or from what is due, handed in once, kept for oneself alone."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, update
from sqlalchemy.orm import Session

from examapp.clock import local_date
from examapp.core.items import Kind
from examapp.core.practice import PracticeNotPossible, friendly
from examapp.core.refusals import N_, Fault, Invalid, NotFound
from examapp.core.sittings import require_choice
from examapp.core.stream import Stream
from examapp.core.study import choose
from examapp.services.people.persons import Person
from examapp.services.practice import allowed, cards
from examapp.services.practice.taking_up import take_up
from examapp.services.study import eligible
from examapp.store.bank import ItemRevision
from examapp.store.exams import Exam
from examapp.store.practice import PracticeRun

TOPIC, WRONG, MOCK, THEME = "topic", "wrong", "mock", "theme"
BY_TOPIC, AT_ONCE = 10, 20
Chosen = Mapping[int, frozenset[str]]


def draw_topic(db: Session, person: Person, topic: str, *, now: datetime) -> PracticeRun:
    """Ten items of a topic, not met in practice first; or the run left open.

    Raises NotFound, or PracticeNotPossible where nothing may be shown now.
    """
    allowed.require_topic(db, topic)
    waiting = left_open(db, person, now=now, kind=TOPIC, topic=topic)
    if waiting:
        return waiting
    rows = allowed.items(db, allowed.under(topic), today=local_date(now))
    return keep(db, person, ten_of(db, person, rows), now=now, kind=TOPIC, topic=topic)


def ten_of(db: Session, person: Person, rows: Sequence[Row[Any]]) -> list[list[Any]]:
    """Places for ten of these items, not met in practice first; or PracticeNotPossible."""
    if not rows:
        raise PracticeNotPossible()
    by_code = {row.code: row for row in rows}
    enemies = {row.code: frozenset(row.content["enemies"]) for row in rows}
    met = _met(db, person)
    fresh = {row.code for row in rows if row.id not in met}
    stream = a_stream()
    chosen = choose(by_code, fresh, BY_TOPIC, stream, enemies)
    return [_place(by_code[code], stream) for code in chosen]


def draw_wrong(db: Session, person: Person, *, now: datetime) -> PracticeRun:
    """One's own wrong items that are due, the longest due first; or the run left open."""
    take_up(db, person, now=now)
    rows = {row.code: row for row in cards.due(db, person, now=now)}
    waiting = left_open(db, person, now=now, kind=WRONG)
    if waiting and _revisions(waiting) <= {row.id for row in rows.values()}:
        return waiting
    if not rows:
        raise PracticeNotPossible()
    enemies = {code: row.content["enemies"] for code, row in rows.items()}
    stream = a_stream()
    places = [_place(rows[code], stream) for code in friendly(list(rows), enemies, AT_ONCE)]
    return keep(db, person, places, now=now, kind=WRONG)


def a_stream() -> Stream:
    """Chance for one run: nobody needs to draw a practice run again."""
    return Stream.of(secrets.token_bytes(32), "practice")


def _place(row: Row[Any], stream: Stream) -> list[Any]:
    """The revision, its options' order, its points: true and false keep their order."""
    options = [option_id for option_id, _ in row.content["options"]]
    return [row.id, options if row.kind == Kind.JUDGEMENT else stream.shuffle(options), "1"]


def keep(
    db: Session, person: Person, places: list[list[Any]], *, now: datetime, **about: Any
) -> PracticeRun:
    """A new run of these places."""
    run = PracticeRun(user_id=person.id, items=places, drawn_at=now, **about)
    db.add(run)
    db.flush()
    return run


def left_open(db: Session, person: Person, *, now: datetime, **about: Any) -> PracticeRun | None:
    """The newest such run not handed in, as long as all its items may still be shown."""
    run = db.scalar(
        select(PracticeRun)
        .filter_by(user_id=person.id, handed_in_at=None, **about)
        .order_by(PracticeRun.id.desc())
        .limit(1)
    )
    if run is None:
        return None
    asked = _revisions(run)
    may_show = allowed.may_show(local_date(now))
    shown = select(func.count()).where(ItemRevision.id.in_(asked), may_show)
    return run if db.scalar(shown) == len(asked) else None


def _revisions(run: PracticeRun) -> set[int]:
    return {revision for revision, *_ in run.items}


def _met(db: Session, person: Person) -> set[int]:
    drawn = db.scalars(select(PracticeRun.items).where(PracticeRun.user_id == person.id))
    return {revision for items in drawn for revision, *_ in items}


def mine(db: Session, person: Person, public_id: str) -> PracticeRun:
    """One of the person's own runs; else NotFound. Nothing else leads to a run."""
    run = db.scalar(
        select(PracticeRun).where(
            PracticeRun.public_id == public_id, PracticeRun.user_id == person.id
        )
    )
    if run is None:
        raise NotFound()
    return run


def hand_in(
    db: Session,
    person: Person,
    public_id: str,
    chosen: Chosen,
    *,
    now: datetime,
    leave_open: bool = False,
) -> PracticeRun:
    """Hand a run in; a second time changes nothing. Every answer is a review of its item.

    Items that are kept back by now are not asked: neither counted nor reviewed. Raises
    NotFound, NotOnPaper, or Invalid where places are open and `leave_open` was not said.
    """
    run = mine(db, person, public_id)
    if run.handed_in_at:
        return run
    take_up(db, person, now=now)  # what was answered before comes before
    asked = _asked(db, run)
    given = {place: chosen.get(place, frozenset()) for place in asked}
    _require_answers(run, asked, given, leave_open)
    right = {place: given[place] == frozenset(rev.content["key"]) for place, rev in asked.items()}
    if _close(db, run, given, sum(right.values()), now=now):
        answers = [(rev.item_id, right[place]) for place, rev in asked.items() if given[place]]
        cards.enter(db, person, answers, at=now)
    return run


def _close(db: Session, run: PracticeRun, given: Chosen, right: int, *, now: datetime) -> bool:
    """Write the answers down, once; False when another window was first."""
    won = db.execute(
        update(PracticeRun)
        .where(PracticeRun.id == run.id, PracticeRun.handed_in_at.is_(None))
        .values(
            handed_in_at=now,
            choices={str(place): sorted(choice) for place, choice in given.items()},
            asked=len(given),
            right=right,
        )
        .returning(PracticeRun.id)
    ).scalar()
    db.refresh(run)
    return won is not None


def revisions_of(db: Session, run: PracticeRun) -> list[ItemRevision]:
    """The revisions of a run, place by place."""
    ids = [revision for revision, *_ in run.items]
    found = {r.id: r for r in db.scalars(select(ItemRevision).where(ItemRevision.id.in_(ids)))}
    return [found[number] for number in ids]


def kept_back_in(db: Session, revisions: Iterable[ItemRevision]) -> set[int]:
    """Which of these revisions' items are kept back now."""
    ids = {revision.item_id for revision in revisions}
    return set(db.scalars(eligible.kept_back().where(ItemRevision.item_id.in_(ids))))


def _asked(db: Session, run: PracticeRun) -> dict[int, ItemRevision]:
    revisions = revisions_of(db, run)
    hidden = kept_back_in(db, revisions)
    return {n: rev for n, rev in enumerate(revisions, 1) if rev.item_id not in hidden}


def _require_answers(
    run: PracticeRun, asked: Mapping[int, ItemRevision], given: Chosen, leave_open: bool
) -> None:
    for place, revision in asked.items():
        require_choice(given[place], Kind(revision.kind), run.items[place - 1][1])
    words = N_("Question %(n)s has no answer yet.")
    open_places = [Fault(str(place), words, {"n": place}) for place in asked if not given[place]]
    if open_places and not leave_open:
        raise Invalid(open_places)


def history(db: Session, person: Person) -> Sequence[Any]:
    """One's own runs, the newest first; nobody else can ask for them."""
    return db.execute(
        select(
            PracticeRun.public_id,
            PracticeRun.kind,
            PracticeRun.topic,
            PracticeRun.theme,
            PracticeRun.drawn_at,
            PracticeRun.handed_in_at,
            PracticeRun.asked,
            PracticeRun.right,
            Exam.title,
        )
        .outerjoin(Exam, Exam.id == PracticeRun.exam_id)
        .where(PracticeRun.user_id == person.id)
        .order_by(PracticeRun.id.desc())
    ).all()
