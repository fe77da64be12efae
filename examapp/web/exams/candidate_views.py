"""For candidates: which exams there are, and the lobby before one begins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from examapp.clock import now
from examapp.core.exams import ExamState
from examapp.core.excuses import ExcuseStanding
from examapp.core.refusals import RuleBroken
from examapp.services.exams import booking, candidates, disclosure, excuse_pages, make_up, slots
from examapp.services.exams.candidates import Phase, Standing
from examapp.services.exams.slots import Planned
from examapp.store.exam_days import Excuse
from examapp.store.exams import Exam
from examapp.store.sittings import Sitting
from examapp.web import transaction
from examapp.web.exams import waiting
from examapp.web.exams.describing import certificate_told
from examapp.web.exams.room import room
from examapp.web.presentation import moment as in_words
from examapp.web.refusals import said
from examapp.web.signed_in import me
from examapp.web.transaction import db


@room.get("/exams")
def mine() -> str:
    """What is open, what comes, what is over."""
    at = now()
    all_of_them = candidates.standings(db(), me(), now=at)
    found = {phase: [s for s in all_of_them if s.phase(at) is phase] for phase in Phase}
    return render_template(
        "exams/mine.html",
        running=found[Phase.RUNNING],
        coming=sorted(found[Phase.COMING], key=_opening),
        over=found[Phase.OVER][::-1],
        why=lambda standing: said(standing.refusal) if standing.refusal else "",
    )


def _opening(standing: Standing) -> datetime:
    entry = standing.admission.entry
    return entry.window.opens_at if entry else standing.exam.opens_at


@room.get("/exams/<exam>")
def lobby(exam: str) -> str:
    """The rules, one's own window, and when it would end if it began now."""
    at = now()
    found = candidates.mine(db(), me(), exam)
    standing = candidates.standing(db(), me(), found, now=at)
    theirs = [(e, excuse_pages.standing_of(e)) for e in excuse_pages.of(db(), me(), found)]
    return render_template(
        "exams/lobby.html",
        exam=found,
        spec=standing.spec,
        standing=standing,
        phase=standing.phase(at),
        running=standing.open_sitting if standing.phase(at) is Phase.RUNNING else None,
        refusal=said(standing.refusal) if standing.refusal else "",
        wait=waiting.wait(standing, me().public_id, at),
        end=waiting.end(standing, at) if standing.may_start else None,
        bookable=_bookable(standing, at),
        moved=_moved(standing),
        moment_now=at,
        may_ask=_may_ask(standing, theirs),
        excuses=theirs,
        make_ups=make_up.held_for(db(), me(), found),
        original=found.original,
        certificate=certificate_told(found.certificate_years),
        pool_size=disclosure.pool_size(db(), found),
        because=disclosure.cancelled_because(db(), found),
        seed=disclosure.seed_of(db(), found),
        start_url=url_for("sittings.start", exam=found.public_id),
        review_of=_review_of,
    )


def _bookable(standing: Standing, at: datetime) -> Sequence[Planned]:
    """The slots that one can choose from; none where it is too late, or the unit has its own."""
    held = standing.admission.slot
    if held is not None and (held.capacity is None or held.opens_at <= at):
        return []
    if standing.admission.exempted or standing.phase(at) is Phase.OVER:
        return []
    exam: Exam = standing.exam
    return [each for each in slots.planned(db(), exam) if each.slot.capacity is not None]


def _moved(standing: Standing) -> bool:
    """Whether pauses made the person's window close later."""
    entry, slot = standing.admission.entry, standing.admission.slot
    closes_at = min(standing.exam.closes_at, slot.closes_at) if slot else standing.exam.closes_at
    return entry is not None and entry.window.closes_at > closes_at


def _may_ask(standing: Standing, excuses: Sequence[tuple[Excuse, ExcuseStanding]]) -> bool:
    """Whether an excuse can be asked for: nothing waits, nothing was approved."""
    became = {each for _excuse, each in excuses}
    alive = standing.state is not ExamState.CANCELLED
    return alive and became.isdisjoint({ExcuseStanding.WAITING, ExcuseStanding.APPROVED})


def _review_of(sitting: Sitting) -> str:
    return url_for("sittings.review", sitting=sitting.public_id)


@room.post("/exams/<exam>/slots/<slot>/book")
def book_slot(exam: str, slot: str) -> Response:
    """Take a place in a time slot, or change to it."""
    try:
        taken = booking.book(db(), me(), exam, slot, now=now())
    except booking.REFUSALS as refusal:
        return back_to_lobby(exam, refusal)
    flash(_("Your time slot begins on %(when)s.", when=in_words(taken.opens_at)), "success")
    return redirect(url_for("exams.lobby", exam=exam))


def back_to_lobby(exam: str, refusal: RuleBroken) -> Response:
    """What could not be done is said in the lobby, where one sees what can."""
    transaction.refuse()
    flash(said(refusal), "warning")
    return redirect(url_for("exams.lobby", exam=exam))
