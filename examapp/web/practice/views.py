"""Practice: the room, runs by topic and of one's own wrong questions, hand-in and result."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from examapp.clock import local_date, now
from examapp.core.practice import MockNotPossible, PracticeNotPossible
from examapp.core.refusals import Invalid
from examapp.services.practice import allowed, cards, mocks, run_pages, runs, taking_up, themes
from examapp.store.practice import PracticeRun
from examapp.web import transaction
from examapp.web.law_news.days import publicity_day, theme_of
from examapp.web.paging import page_of
from examapp.web.refusals import said
from examapp.web.signed_in import me
from examapp.web.transaction import db

room = Blueprint("practice", __name__, url_prefix="/practice")
PAST = 20


@room.get("", endpoint="room")
@transaction.writes
def practice_room() -> str:
    """What can be practised, and one's own history; opening it takes up what is new."""
    at = now()
    taking_up.take_up(db(), me(), now=at)
    number = request.args.get("page", type=int)
    return render_template(
        "practice/room.html",
        schedule=cards.schedule(db(), me(), now=at),
        at_once=runs.AT_ONCE,
        topics=allowed.topics(db(), today=local_date(at)),
        laws=themes.by_law(db(), today=local_date(at)),
        exams=mocks.exams(db(), me())[:PAST],
        page=page_of(runs.history(db(), me()), number, PAST),
    )


@room.post("/topics/<topic>")
def begin_topic(topic: str) -> Response:
    """Ten questions of a topic, or the ones left open."""
    return _begin(lambda: runs.draw_topic(db(), me(), topic, now=now()))


@room.post("/wrong")
def begin_wrong() -> Response:
    """One's own wrong questions that are due."""
    return _begin(lambda: runs.draw_wrong(db(), me(), now=now()))


@room.post("/laws/<law>")
def begin_law(law: str) -> Response:
    """Ten questions that rest on a law, or the ones left open."""
    theme = themes.of_law(db(), law)
    return _begin(lambda: themes.draw(db(), me(), theme, now=now()))


@room.post("/days/<day>")
def begin_day(day: str) -> Response:
    """Ten questions for a day of legal publicity, or the ones left open."""
    theme = theme_of(publicity_day(day))
    return _begin(lambda: themes.draw(db(), me(), theme, now=now()))


@room.get("/mocks/<exam>")
def mock(exam: str) -> str:
    """What a mock of this exam can be now."""
    one = mocks.exam(db(), me(), exam)
    return render_template(
        "practice/mock.html",
        offer=mocks.offer(db(), one, today=local_date(now())),
        begun=mocks.begun(db(), me(), one, now=now()),
    )


@room.post("/mocks/<exam>")
def begin_mock(exam: str) -> Response:
    """Draw a mock, whole or shorter, or go on with the one left open."""
    one = mocks.exam(db(), me(), exam)
    return _begin(lambda: mocks.draw_mock(db(), me(), one, now=now()))


def _begin(drawn: Callable[[], PracticeRun]) -> Response:
    try:
        run = drawn()
    except (PracticeNotPossible, MockNotPossible) as refusal:
        flash(said(refusal), "warning")
        return redirect(url_for("practice.room"), 303)
    return redirect(url_for("practice.run", public_id=run.public_id), 303)


@room.get("/runs/<public_id>", endpoint="run")
def one_run(public_id: str) -> str:
    """The questions; after the hand-in, what was right and why."""
    run = runs.mine(db(), me(), public_id)
    return _result(run) if run.handed_in_at else _questions(run, {}, ())


@room.post("/runs/<public_id>")
def hand_in(public_id: str) -> Response | tuple[str, int]:
    """Hand a run in; open questions are asked for once, then it may be handed in as it is."""
    run = runs.mine(db(), me(), public_id)
    chosen = _chosen(run)
    leave_open = "leave_open" in request.form or _is_over(run)
    try:
        runs.hand_in(db(), me(), public_id, chosen, now=now(), leave_open=leave_open)
    except Invalid as refusal:
        still_open = [int(fault.place) for fault in refusal.faults]
        return _questions(run, chosen, still_open), 422
    return redirect(url_for("practice.run", public_id=public_id), 303)


def _chosen(run: PracticeRun) -> dict[int, frozenset[str]]:
    places = range(1, len(run.items) + 1)
    return {place: frozenset(request.form.getlist(f"place-{place}")) for place in places}


def _is_over(run: PracticeRun) -> bool:
    return run.kind == runs.MOCK and now() >= mocks.ends_at(run)


def _questions(
    run: PracticeRun, chosen: Mapping[int, frozenset[str]], still_open: Sequence[int]
) -> str:
    page = "practice/paper.html" if run.kind == runs.MOCK else "practice/questions.html"
    asked = run_pages.questions(db(), run)
    return render_template(
        page, run=run, questions=asked, chosen=chosen, still_open=still_open, **_of_mock(run)
    )


def _of_mock(run: PracticeRun) -> dict[str, Any]:
    """What the page of a mock shows beside its questions; nothing for other runs."""
    if run.kind != runs.MOCK:
        return {}
    ends = mocks.ends_at(run)
    left = max(timedelta(), ends - now())
    late = (run.handed_in_at or ends) - ends
    return {
        "exam": mocks.exam_of(db(), run),
        "spec": mocks.drawn_for(run),
        "ends": ends,
        "remaining": left.total_seconds(),
        "minutes_late": max(0, -(-late // timedelta(minutes=1))),
    }


def _result(run: PracticeRun) -> str:
    marked = run_pages.marked(db(), run)
    return render_template(
        "practice/result.html",
        run=run,
        marked=marked,
        tally=run_pages.tally(marked),
        **_of_mock(run),
    )
