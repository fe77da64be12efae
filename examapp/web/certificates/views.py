"""Certificates of legal knowledge: one's own, the public check, and the officers' register."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from examapp.clock import local_date, now
from examapp.core.certificates import normal
from examapp.core.refusals import Invalid, NotFound
from examapp.services.certificates import finding, issuing, register
from examapp.services.people.cadres import root_of
from examapp.web import desk
from examapp.web.certificates.forms import LookUp, Revoke
from examapp.web.paging import page_of
from examapp.web.signed_in import me
from examapp.web.transaction import db

room = Blueprint("certificates", __name__)
Page = str | Response | tuple[str, int]


@room.get("/certificates")
def mine() -> str:
    """One's own certificates and what they are worth today."""
    return render_template("certificates/mine.html", held=finding.mine(db(), me(), now=now()))


@room.get("/certificates/<serial>/paper")
def paper(serial: str) -> str:
    """One's own certificate, to print."""
    found = finding.paper(db(), me(), serial, now=now())
    address = url_for("certificates.public", serial=found.held.serial, _external=True)
    return render_template("certificates/paper.html", paper=found, address=address)


@room.get("/c")
def look_up() -> Page:
    """Anybody may type a number from a paper."""
    form = LookUp(request.args)
    if "serial" not in request.args:
        return render_template("certificates/look_up.html", form=LookUp(None))
    if form.validate():
        serial = normal(form.serial.data)
        if serial:
            return redirect(url_for("certificates.public", serial=serial))
        form.serial.errors = [
            _("This is not a number of a certificate. Please check what you typed.")
        ]
    return render_template("certificates/look_up.html", form=form), 422


@room.get("/c/<serial>")
def public(serial: str) -> Page:
    """What anybody may know of a certificate: standing, dates, exam. Never whose it is."""
    try:
        shown = finding.public(db(), serial, now=now())
    except NotFound:
        return render_template("certificates/unknown.html"), 404
    if shown.serial != serial:
        return redirect(url_for("certificates.public", serial=shown.serial))
    return render_template("certificates/public.html", shown=shown, today=local_date(now()))


@room.get("/certificates/register")
def manage() -> Page:
    """Every cadre in reach with their certificates."""
    typed, only = request.args.get("q", "").strip(), request.args.get("only", "")
    serial = register.with_serial(db(), me(), typed)
    if serial:
        return redirect(url_for("certificates.revoke", serial=serial))
    reach = register.reach(me())
    unit = request.args.get("unit", "")
    rows = register.rows(db(), root_of(db(), unit, reach), named=typed, only=only, now=now())
    return render_template(
        "certificates/manage.html",
        page=page_of(rows, request.args.get("page", type=int)),
        asked={"q": typed, "only": only, "unit": unit},
        units=desk.units_to_pick(reach),
        tabs=desk.tabs(),
    )


@room.route("/certificates/<serial>/revoke", methods=["GET", "POST"])
def revoke(serial: str) -> Page:
    """Look at one certificate in one's charge, and take it back with a reason."""
    certificate = finding.in_charge(db(), me(), serial)
    form = Revoke()
    status = 200
    if form.validate_on_submit():
        try:
            issuing.revoke(db(), me(), serial, because=form.because.data, now=now())
        except Invalid as refusal:
            form.place(refusal)
        else:
            flash(_("The certificate %(serial)s is revoked.", serial=serial), "success")
            return redirect(url_for("certificates.manage"))
    if form.errors:
        status = 422
    found = finding.held_by(db(), certificate, now=now())
    return render_template("certificates/revoke.html", form=form, paper=found), status
