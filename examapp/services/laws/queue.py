"""The trainers' queue of what is held: the lists, and one case with its articles side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from examapp.core.citations import Citation
from examapp.core.law.diff import Piece, pieces
from examapp.services.laws.destinations import standing
from examapp.services.laws.editions import edition_on
from examapp.services.laws.following import followed
from examapp.services.laws.held import NOT_COMPARED, NOT_THERE, REPEALED
from examapp.services.laws.proposals import fits, open_proposal, unanswered
from examapp.services.laws.subjects import Case, Hit, Subject, case_of, cases, subject_of
from examapp.services.people.persons import Person
from examapp.store.exams import Exam
from examapp.store.held import HoldDecision, PoolWithdrawal
from examapp.store.laws import Article, Edition, EditionChange
from examapp.store.people import User

AHEAD = timedelta(days=2 * 366)  # laws that come later than that are not known yet


@dataclass(frozen=True)
class Waiting:
    """A proposal that waits for a second trainer, who made it, and about what."""

    decision: HoldDecision
    by: str
    subject: Subject


@dataclass(frozen=True)
class Queue:
    """What is held today, what will be, which proposals wait, what nobody can compare.

    `own` are one's own proposals, which somebody else answers.
    """

    now: Sequence[Case]
    coming: Sequence[Case]
    proposals: Sequence[Waiting]
    own: Sequence[Waiting]
    unknown: Sequence[EditionChange]


def queue(db: Session, person: Person, *, today: date) -> Queue:
    """The whole queue as one trainer sees it."""
    now = cases(db, today)
    held = {(case.subject.column, case.subject.id) for case in now}
    later = cases(db, today + AHEAD)
    waiting = proposals(db, today=today)
    return Queue(
        now=now,
        coming=[case for case in later if (case.subject.column, case.subject.id) not in held],
        proposals=[w for w in waiting if w.decision.user_id != person.id],
        own=[w for w in waiting if w.decision.user_id == person.id],
        unknown=not_compared(db, later),
    )


def proposals(db: Session, *, today: date) -> list[Waiting]:
    """Proposals that wait for an answer and still fit, the oldest first."""
    found = []
    for proposal in db.scalars(unanswered()).all():
        subject = subject_of(db, revision_id=proposal.revision_id, section_id=proposal.section_id)
        if subject and fits(db, proposal, today=today):
            by = db.scalars(select(User.name).where(User.id == proposal.user_id)).one()
            found.append(Waiting(proposal, by, subject))
    return found


def not_compared(db: Session, held: Sequence[Case]) -> list[EditionChange]:
    """Changes that hold something only because the words of an edition are missing."""
    ids = {hit.change_id for case in held for hit in case.hits if hit.kind == NOT_COMPARED}
    query = select(EditionChange).where(EditionChange.id.in_(ids)).order_by(EditionChange.id)
    return list(db.scalars(query))


@dataclass(frozen=True)
class Counts:
    """How much is held today, and how many proposals wait for this person's word."""

    held: int
    proposals: int


def counts(db: Session, person: Person, *, today: date) -> Counts:
    """For the trainer's desk."""
    waiting = [w for w in proposals(db, today=today) if w.decision.user_id != person.id]
    return Counts(len(cases(db, today)), len(waiting))


@dataclass(frozen=True)
class Beside:
    """One citation that is hit: the old article, the new ones, the difference, where it may go.

    `old` is None where the old words are not here; `to` is the edition that now counts.
    """

    hit: Hit
    cite: Citation
    old: Article | None
    new: Sequence[Article]
    pieces: Sequence[Piece]
    to: Edition
    preset: str


@dataclass(frozen=True)
class Shown:
    """A case for its page: each hit side by side, exams it left, proposal and earlier words."""

    subject: Subject
    case: Case | None
    beside: Sequence[Beside]
    exams: Sequence[tuple[Exam, PoolWithdrawal]]
    proposal: HoldDecision | None
    words: Sequence[tuple[HoldDecision, str]]


def shown(db: Session, subject: Subject, *, today: date) -> Shown:
    """One case as of today, else as it will be."""
    case = case_of(db, subject, today) or case_of(db, subject, today + AHEAD)
    day = max(today, case.since) if case else today
    return Shown(
        subject=subject,
        case=case,
        beside=[_beside(db, subject, hit, day) for hit in case.hits] if case else [],
        exams=_exams(db, subject),
        proposal=open_proposal(db, subject, today=today),
        words=_words(db, subject),
    )


def _beside(db: Session, subject: Subject, hit: Hit, day: date) -> Beside:
    cite = dict(standing(db, subject)).get(hit.position, Citation(hit.law.code, hit.article))
    to = hit.newer if hit.kind == REPEALED else edition_on(hit.law, day)
    keys = [] if hit.kind == REPEALED else _new_keys(db, hit, to)
    old = _article(db, hit.edition, hit.article)
    new = [article for key in keys if (article := _article(db, to, key))]
    words = "\n".join(article.text for article in new)
    return Beside(
        hit=hit,
        cite=cite,
        old=old,
        new=new,
        pieces=pieces(old.text, words) if old and new else (),
        to=to,
        preset=preset(hit, cite, keys),
    )


def _new_keys(db: Session, hit: Hit, to: Edition) -> list[str]:
    """Where the article stands now, in order; nowhere where it ended."""
    start = (hit.edition.id, hit.article)
    places = followed(db, hit.law, [start], to).get(start, [])
    return [place.key for place in places if place.key]


def preset(hit: Hit, cite: Citation, keys: Sequence[str]) -> str:
    """Where a citation goes unless the trainer says otherwise.

    Paragraph and item stay where one article became one; the trainer looks at them anyway.
    """
    if len(keys) == 1 and hit.kind in ("modified", NOT_COMPARED, NOT_THERE):
        return str(Citation(cite.law, keys[0], cite.paragraph, cite.item))
    return " ".join(str(Citation(cite.law, key)) for key in keys)


def _article(db: Session, edition: Edition, key: str) -> Article | None:
    return db.scalar(select(Article).where(Article.edition_id == edition.id, Article.key == key))


def _exams(db: Session, subject: Subject) -> list[tuple[Exam, PoolWithdrawal]]:
    if not subject.is_item:
        return []
    rows = db.execute(
        select(Exam, PoolWithdrawal)
        .join(PoolWithdrawal, PoolWithdrawal.exam_id == Exam.id)
        .where(PoolWithdrawal.revision_id == subject.id)
        .order_by(Exam.opens_at)
    )
    return [(exam, left) for exam, left in rows]


def _words(db: Session, subject: Subject) -> list[tuple[HoldDecision, str]]:
    """Everything that trainers said about holds of this subject, in order."""
    rows = db.execute(
        select(HoldDecision, User.name)
        .join(User, User.id == HoldDecision.user_id)
        .where(getattr(HoldDecision, subject.column) == subject.id)
        .order_by(HoldDecision.id)
    )
    return [(decision, name) for decision, name in rows]
