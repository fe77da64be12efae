"""The yearly sheet: one's own, what one declares, and the officers' overview."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from examapp.clock import local_date, now
from examapp.core.assessment import Measure, Sheet
from examapp.core.refusals import Invalid, NotFound
from examapp.services.assessments import offline as declared
from examapp.services.assessments import policies, sheets
from examapp.services.assessments.advice import open_sections
from examapp.services.certificates import finding
from examapp.services.people.cadres import root_of, unit_name_of, within
from examapp.web import desk
from examapp.web.assessments import words
from examapp.web.assessments.forms import Decide, Declare
from examapp.web.paging import page_of
from examapp.web.signed_in import me
from examapp.web.transaction import db

room = Blueprint("assessments", __name__)
words.install(room)
Page = str | Response | tuple[str, int]


def _policy() -> str:
    return str(current_app.extensions["settings"].policy)


def _years() -> tuple[int, list[int]]:
    """The year asked for, and those that can be; NotFound for any other."""
    choices = policies.years(db(), _policy(), now=now())
    year = request.args.get("year", choices[0], type=int)
    if year not in choices:
        raise NotFound()
    return year, choices


def _frame(year: int, years: list[int]) -> dict[str, Any]:
    """What every sheet is shown with: the rules it was computed under, and when."""
    return {
        "year": year,
        "years": years,
        "year_options": [(choice, choice) for choice in years],
        "policy": policies.in_force(db(), _policy(), year),
        "today": local_date(now()),
        "moment_now": now(),
    }


@room.get("/year")
def mine() -> str:
    """One's own sheet of a year, line by line."""
    year, years = _years()
    sheet = sheets.sheet_of(db(), me().id, year, _policy())
    own = {held.sitting: held.serial for held in finding.mine(db(), me(), now=now())}
    return render_template(
        "assessments/mine.html",
        **_frame(year, years),
        sheet=sheet,
        person=me(),
        ways=lambda fact: words.ways(fact, own),
        sections=_sections_to_take(sheet, year),
        declared=declared.mine(db(), me(), year),
    )


def _sections_to_take(sheet: Sheet, year: int) -> list[Any]:
    """Sections that would fill the gap, while the year lasts."""
    gap = sum(
        line.missing for line in sheet.lines if line.indicator.measure is Measure.STUDY_MINUTES
    )
    if not gap or year != local_date(now()).year:
        return []
    return open_sections(db(), me(), year, minutes=gap)


@room.route("/year/declare", methods=["GET", "POST"])
def declare() -> Page:
    """Declare study away from the platform."""
    form = Declare()
    if form.validate_on_submit():
        try:
            declared.declare(
                db(), me(), on=form.on.data, minutes=form.total(), what=form.what.data, now=now()
            )
        except Invalid as refusal:
            form.place(refusal)
        else:
            flash(_("Declared. It counts as soon as a personnel officer confirms it."), "success")
            return redirect(url_for("assessments.mine"))
    today = local_date(now())
    page = render_template("assessments/declare.html", form=form, today=today)
    return page, 422 if form.errors else 200


@room.post("/year/declared/<study>/withdraw")
def withdraw(study: str) -> Response:
    """Take back one's own declaration while nobody decided."""
    declared.withdraw(db(), me(), study, now=now())
    flash(_("Your declaration is withdrawn."), "success")
    return redirect(url_for("assessments.mine"))


@room.get("/assessments")
def unit() -> str:
    """The cadres of one's subtree with what they reached and what they miss."""
    year, years = _years()
    asked = {key: request.args.get(key, "").strip() for key in ("unit", "only", "q")}
    root = root_of(db(), asked["unit"], me().unit_id)
    rows = sheets.overview(db(), root or me().unit_id, year, _policy(), named=asked["q"])
    short = [row for row in rows if not row.complete]
    return render_template(
        "assessments/unit.html",
        **_frame(year, years),
        asked={**asked, "year": year},
        page=page_of(short if asked["only"] else rows, request.args.get("page", type=int)),
        short=len(short),
        all=len(rows),
        units=desk.units_to_pick(me().unit_id),
        tabs=desk.tabs(),
    )


@room.get("/assessments/people/<person>")
def person(person: str) -> str:
    """The sheet of one person of one's subtree: facts that count, nothing private."""
    found = within(db(), person, me().unit_id)
    year, years = _years()
    return render_template(
        "assessments/person.html",
        **_frame(year, years),
        sheet=sheets.sheet_of(db(), found.id, year, _policy()),
        person=found,
        unit_name=unit_name_of(db(), found),
    )


@room.get("/assessments/declared")
def offline() -> str:
    """Declarations that wait for an officer's word."""
    return render_template(
        "assessments/offline.html", waiting=declared.waiting(db(), me()), tabs=desk.tabs()
    )


@room.route("/assessments/declared/<study>", methods=["GET", "POST"])
def decide(study: str) -> Page:
    """Confirm a declaration, or refuse it with a remark."""
    form = Decide()
    if form.validate_on_submit():
        confirm = request.form.get("decision") == "confirm"
        try:
            declared.decide(
                db(), me(), study, confirm=confirm, remark=form.remark.data or "", now=now()
            )
        except Invalid as refusal:
            form.place(refusal)
        else:
            flash(_("Confirmed.") if confirm else _("Not confirmed."), "success")
            return redirect(url_for("assessments.offline"))
    found = declared.waiting_one(db(), me(), study)
    page = render_template("assessments/decide.html", form=form, study=found)
    return page, 422 if form.errors else 200
