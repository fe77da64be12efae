"""Texts of laws on the web: choose files, read the report, confirm."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from examapp.clock import local_date, now
from examapp.core.refusals import Fault, Invalid, NotFound
from examapp.services.laws import confirming, planning, uploads
from examapp.services.laws.coverage import texts_here
from examapp.services.laws.importing import Outcome
from examapp.web import transaction
from examapp.web.access import may
from examapp.web.law_desk import reading
from examapp.web.law_desk.forms import DaysForm, FilesForm
from examapp.web.law_desk.room import room
from examapp.web.refusals import said_fault
from examapp.web.signed_in import me
from examapp.web.transaction import db

Page = str | Response | tuple[str, int]
MOST_MB = 8


@room.route("/import", methods=["GET", "POST"])
def upload() -> Page:
    """Choose files; they are read and wait for a word, nothing is imported yet."""
    form = FilesForm()
    if request.method == "GET":
        return _upload(form)
    files = [file for file in request.files.getlist("files") if file.filename]
    transaction.refuse()  # nothing was written yet; reading must not hold up every writer
    laws, refused = reading.read(files[: reading.MOST_FILES])
    if not files:
        form.files.errors = [_("Choose a file first.")]
    elif len(files) > reading.MOST_FILES:
        form.files.errors = [
            _("At most %(most)s files at once; pack more into an archive.", most=reading.MOST_FILES)
        ]
    elif laws:
        return _kept(form, files[0].filename or "", len(files), laws, refused)
    return _upload(form, refused), 422


def _kept(form: FilesForm, name: str, count: int, laws: Any, refused: Any) -> Page:
    source = name if count == 1 else f"{name} (+{count - 1})"
    try:
        kept = uploads.keep(db(), me(), laws, refused, source=source, now=now())
    except Invalid as refusal:
        form.place(refusal)
        return _upload(form), 422
    return redirect(url_for("law_desk.report", upload=kept.public_id), 303)


def _upload(form: FilesForm, refused: Any = ()) -> str:
    return render_template(
        "law_desk/import.html",
        form=form,
        refused=refused,
        said_fault=said_fault,
        most_mb=MOST_MB,
        most_files=reading.MOST_FILES,
        waiting=uploads.waiting(db(), me(), now=now()),
        here=texts_here(db()),
    )


@room.get("/import/<upload>")
def report(upload: str) -> Page:
    """What was read, law by law, and what importing it would do."""
    return _report(upload)


def _report(upload: str, days: DaysForm | None = None, number: int | None = None) -> Page:
    try:
        kept = uploads.mine(db(), me(), upload, now=now())
    except NotFound:
        return _gone()
    plans = planning.plans(db(), kept.laws, today=local_date(now()))
    return render_template(
        "law_desk/report.html",
        upload=kept,
        plans=plans,
        bringing=sum(plan.brings for plan in plans),
        days_form=lambda plan: _days_form(plan, days if plan.waiting.number == number else None),
        wrong=number,
        said_fault=said_fault,
        said=_said,
        today=local_date(now()),
    )


def _days_form(plan: planning.Plan, sent: DaysForm | None) -> DaysForm:
    """The form of one law; fields of several forms on a page need ids of their own."""
    text = plan.waiting.text
    form = sent or DaysForm(formdata=None, adopted=text.adopted, effective=text.effective)
    form.adopted.flags.optional = False
    for field in (form.adopted, form.effective):
        field.id = f"{field.name}-{plan.waiting.number}"
    return form


def _said(oddity: dict[str, Any]) -> str:
    """What was odd about a text, in the reader's language."""
    return said_fault(Fault("", oddity["words"], oddity["facts"]))


def _gone() -> Response:
    flash(
        _("These texts wait no longer: they were imported, thrown away, or a day has passed."),
        "info",
    )
    return redirect(url_for("law_desk.upload"), 303)


@room.post("/import/<upload>/days/<int:number>")
def set_days(upload: str, number: int) -> Page:
    """Fill in the days that a file does not tell."""
    form = DaysForm()
    if form.validate():
        days = {"adopted": form.adopted.data, "effective": form.effective.data}
        try:
            uploads.set_days(db(), me(), upload, number, **days, now=now())
        except Invalid as refusal:
            form.place(refusal)
        except NotFound:
            return _gone()
        else:
            return redirect(url_for("law_desk.report", upload=upload, _anchor=f"law-{number}"), 303)
    page = _report(upload, form, number)
    return (page, 422) if isinstance(page, str) else page


@room.post("/import/<upload>")
def confirm(upload: str) -> Page:
    """Import what was ticked, so much at once that nobody else waits long."""
    take, replacing = _numbers("take"), _numbers("replace")
    try:
        done = confirming.confirm(
            db(), me(), upload, take=take | replacing, replacing=replacing, now=now()
        )
    except NotFound:
        return _gone()
    return render_template(
        "law_desk/imported.html",
        done=done,
        came=[one for one in done.imported if one.outcome in (Outcome.IMPORTED, Outcome.REPLACED)],
        same=[one for one in done.imported if one.outcome is Outcome.UNCHANGED],
        refused=[one for one in done.imported if one.outcome is Outcome.REFUSED],
        replacing=replacing,
        upload=upload,
        may_hold=may("held.queue"),
        said_fault=said_fault,
    )


def _numbers(name: str) -> set[int]:
    return {int(value) for value in request.form.getlist(name) if value.isdecimal()}


@room.post("/import/<upload>/throw-away")
def throw_away(upload: str) -> Response:
    """Forget what was uploaded; nothing was imported of it."""
    uploads.throw_away(db(), me(), upload)
    flash(_("The uploaded texts are thrown away. Nothing was imported."), "info")
    return redirect(url_for("law_desk.upload"), 303)
