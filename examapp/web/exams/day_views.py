"""The exam day: how an exam stands while it runs, and pausing it."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from examapp.clock import now
from examapp.core.exam_day import DayRefusal, DayState
from examapp.core.exams import state
from examapp.core.people import Role
from examapp.core.refusals import Invalid
from examapp.services.exams import day as days
from examapp.services.exams import pausing, setting
from examapp.services.exams.day_reach import LOOKS, exam_of, unit_of
from examapp.services.people.cadres import unit_name
from examapp.services.people.units import tree
from examapp.store.exams import Exam
from examapp.web import transaction
from examapp.web.exams.day_forms import PauseForm
from examapp.web.exams.room import room
from examapp.web.names import choices
from examapp.web.presentation import texts
from examapp.web.refusals import said
from examapp.web.signed_in import me
from examapp.web.transaction import db

Page = str | Response | tuple[str, int]
TONES = {
    "not-begun": "neutral",
    "connected": "good",
    "silent": "warn",
    "paused": "info",
    "handed-in": "good",
    "lapsed": "neutral",
    "exempted": "neutral",
}


@room.get("/set-exams/<exam>/day")
def day(exam: str) -> str:
    """Who has begun, who is connected, who is done; states only."""
    return _page(exam_of(db(), me(), exam))


def _page(exam: Exam, form: PauseForm | None = None) -> str:
    moment = now()
    wanted = _wanted()
    page = request.args.get("page", 1, type=int)
    found = days.day(db(), me(), exam, wanted, page=page, now=moment)
    settled = exam.released_at or exam.cancelled_at
    may_pause = me().has(Role.ADMIN) and exam.opens_at <= moment and not settled
    return render_template(
        "exams/day.html",
        exam=exam,
        state=state(setting.times(exam), moment),
        day=found,
        pauses=pausing.running(db(), exam, None if me().has(*LOOKS) else me().unit_id),
        wanted=wanted,
        states=choices("day_state"),
        tones=TONES,
        form=form or (_form() if may_pause else None),
        unit_name=unit_name,
        moment_now=moment,
        url_of=lambda n: _url(exam, {**_query(wanted), "page": str(n)}),
        filter_url=lambda **query: _url(exam, query),
        crumbs=crumbs(exam),
    )


def _wanted() -> days.Wanted:
    chosen = request.args.get("state", "")
    return days.Wanted(
        state=chosen if chosen in set(DayState) else "",
        unit=request.args.get("unit", ""),
        name=request.args.get("q", ""),
        late=request.args.get("late", "") == "1",
    )


def _query(wanted: days.Wanted) -> dict[str, str]:
    parts = {
        "state": wanted.state,
        "unit": wanted.unit,
        "q": wanted.name.strip(),
        "late": "1" if wanted.late else "",
    }
    return {key: value for key, value in parts.items() if value}


def _url(exam: Exam, query: dict[str, str]) -> str:
    address = url_for("exams.day", exam=exam.public_id)
    return f"{address}?{urlencode(query)}" if query else address


def crumbs(exam: Exam) -> list[tuple[str, str | None]]:
    """The way back: to setting exams, or to one's own reports."""
    title = texts(exam.title)
    if me().has(Role.TRAINER, Role.ADMIN):
        return [
            (_("Set exams"), url_for("exams.setting")),
            (title, url_for("exams.show", exam=exam.public_id)),
        ]
    return [
        (_("Reports"), url_for("reports.overview")),
        (title, url_for("reports.exam", exam=exam.public_id)),
    ]


def _form() -> PauseForm:
    form = PauseForm(prefix="pause")
    form.unit.choices = [SelectChoice("", _("Everybody"))] + [
        SelectChoice(unit.public_id, "\u3000" * depth + texts(unit_name(unit)))
        for depth, unit in tree(db())
    ]
    return form


def refused(refusal: DayRefusal, back: str) -> Response:
    """Back to the page with the reason; what was begun is taken back."""
    transaction.refuse()
    flash(said(refusal), "warning")
    return redirect(back)


@room.post("/set-exams/<exam>/day/pause")
def pause(exam: str) -> Page:
    """Stop the clock for everybody or for a unit."""
    found = exam_of(db(), me(), exam)
    form = _form()
    if not form.validate_on_submit():
        return _page(found, form), 422
    try:
        pausing.pause(
            db(),
            found,
            unit_of(db(), form.unit.data),
            because=form.because.data,
            by=me(),
            now=now(),
        )
    except Invalid as refusal:
        form.place(refusal)
        return _page(found, form), 422
    except DayRefusal as refusal:
        return refused(refusal, _url(found, {}))
    flash(_("The exam is paused. Everybody concerned sees it within a minute."), "success")
    return redirect(_url(found, {}))


@room.post("/set-exams/<exam>/day/resume")
def resume(exam: str) -> Response:
    """Let the clock go on; the time is given back."""
    found = exam_of(db(), me(), exam)
    held = pausing.of(db(), found, request.form.get("pause", ""))
    try:
        pausing.resume(db(), held, by=me(), now=now())
    except DayRefusal as refusal:
        return refused(refusal, _url(found, {}))
    flash(_("The exam goes on. Everybody has got exactly the time of the pause back."), "success")
    return redirect(_url(found, {}))
