"""People from a spreadsheet: the template, the dry run, the import, the one-time passwords."""

from __future__ import annotations

from typing import Any

from flask import Response as Download
from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from examapp.clock import now
from examapp.core.people_list import MOST_PEOPLE, PeopleList, from_plain
from examapp.core.refusals import Invalid
from examapp.library.people_sheet import read_people, template
from examapp.library.sheets import xlsx
from examapp.services.people import importing
from examapp.services.people.units import tree
from examapp.web import transaction
from examapp.web.admin.forms import UploadForm
from examapp.web.admin.room import room
from examapp.web.admin.vocabulary import explained, vocabulary
from examapp.web.languages import authored
from examapp.web.refusals import said_fault
from examapp.web.signed_in import me
from examapp.web.transaction import db

Page = str | Response | tuple[str, int]
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HOUR = 3600
SHOWN = 100


@room.route("/people/import", methods=["GET", "POST"])
def import_people() -> Page:
    """First a file, then what it would do, then the import: three answers at one address."""
    if "plan" in request.form:
        return _import(request.form["plan"])
    form = UploadForm()
    if not form.validate_on_submit():
        return _upload(form)
    try:
        people = read_people(form.file.data.read(), vocabulary())
    except Invalid as refusal:
        form.place(refusal)
        return _upload(form)
    return _dry_run(people)


def _upload(form: UploadForm) -> Page:
    page = render_template("admin/import.html", form=form, most=MOST_PEOPLE)
    return (page, 422) if form.errors else page


def _dry_run(people: PeopleList) -> Page:
    plan = importing.plan(db(), people)
    signed = "" if plan.faults else _signer("list").dumps(people.plain())
    page = render_template(
        "admin/dry_run.html", plan=plan, signed=signed, shown=SHOWN, said_fault=said_fault
    )
    return (page, 422) if plan.faults else page


def _import(signed: str) -> Page:
    try:
        people = from_plain(_signer("list").loads(signed, max_age=HOUR))
    except BadSignature:
        flash(_("That preview is out of date. Choose the file again; nobody was added."), "warning")
        return redirect(url_for("admin.import_people"))
    if importing.plan(db(), people).faults:
        return _dry_run(people)
    transaction.refuse()  # nothing was written yet; hashing must not hold up every writer
    given = importing.one_times(len(people.rows))
    try:
        added = importing.import_people(db(), people, given, by=me(), now=now())
    except Invalid:
        return _dry_run(people)
    slips = [[a.unit[authored()], a.name, a.username, a.password] for a in added]
    return render_template(
        "admin/imported.html", slips=slips, signed=_signer("passwords").dumps(slips)
    )


@room.post("/people/import/passwords.xlsx")
def password_sheet() -> Download | Response:
    """The passwords of the page that was just shown, as a file; they are kept nowhere."""
    try:
        slips = _signer("passwords").loads(request.form.get("slips", ""), max_age=HOUR)
    except BadSignature:
        flash(_("These passwords are no longer at hand. Give new ones where needed."), "warning")
        return redirect(url_for("admin.users"))
    headings = [_("Unit"), _("Name"), _("User name"), _("One-time password")]
    return _file(xlsx(headings, slips, _("One-time passwords")), _("one-time-passwords"))


@room.get("/people/import/template.xlsx")
def import_template() -> Download:
    """An empty sheet with the headings, and what may be written."""
    headings = [_("Column"), _("What to write"), _("Meaning")]
    return _file(template(authored(), explained(tree(db())), headings), _("people-template"))


def _file(data: bytes, name: str) -> Download:
    answer = Download(data, mimetype=SHEET)
    answer.headers.set("Content-Disposition", "attachment", filename=f"{name}.xlsx")
    return answer


def _signer(use: str) -> Any:
    """What goes to the browser and comes back is signed, and only for this administrator."""
    salt = f"people-import:{use}:{me().public_id}"
    return URLSafeTimedSerializer(current_app.secret_key or "", salt=salt)
