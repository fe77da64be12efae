"""The tree of units: the list, adding, renaming and moving."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from examapp.clock import now
from examapp.core.refusals import Invalid
from examapp.services.people import unit_changes
from examapp.services.people.unit_changes import UnitDraft, headcounts, unit_by_public_id
from examapp.services.people.units import tree
from examapp.store.people import Unit
from examapp.web.admin.choices import unit_choices, unit_name
from examapp.web.admin.forms import UnitForm
from examapp.web.admin.room import room
from examapp.web.signed_in import me
from examapp.web.transaction import db

Page = str | Response | tuple[str, int]
NOWHERE = 0  # the choice of a top unit, which belongs to no other


@room.get("/people/units")
def units() -> str:
    """The whole tree with the number of people."""
    return render_template(
        "admin/units.html", tree=tree(db()), heads=headcounts(db()), unit_name=unit_name
    )


@room.route("/people/units/new", methods=["GET", "POST"])
def new_unit() -> Page:
    """Add a unit under another one."""
    form = UnitForm(parent=request.args.get("under", type=int))
    _fill(form, None)
    if form.validate_on_submit():
        try:
            unit = unit_changes.add_unit(db(), _draft(form), by=me(), now=now())
        except Invalid as refusal:
            form.place(refusal)
        else:
            flash(_("%(unit)s was added.", unit=unit_name(unit)), "success")
            return redirect(url_for("admin.units"))
    return _page(form, None)


@room.route("/people/units/<public_id>", methods=["GET", "POST"])
def unit(public_id: str) -> Page:
    """Rename and move one unit."""
    shown = unit_by_public_id(db(), public_id)
    form = UnitForm(data=_stands(shown))
    _fill(form, shown)
    if form.validate_on_submit():
        try:
            unit_changes.edit_unit(db(), shown, _draft(form), by=me(), now=now())
        except Invalid as refusal:
            form.place(refusal)
        else:
            flash(_("%(unit)s was saved.", unit=unit_name(shown)), "success")
            return redirect(url_for("admin.units"))
    return _page(form, shown)


def _page(form: UnitForm, shown: Unit | None) -> Page:
    page = render_template("admin/unit.html", form=form, unit=shown, unit_name=unit_name)
    return (page, 422) if form.errors else page


def _fill(form: UnitForm, shown: Unit | None) -> None:
    """Only places where the unit can stand: not under itself."""
    everywhere = tree(db())
    own = {under.id for _depth, under in tree(db(), root=shown.id)} if shown else set()
    if everywhere and not (shown and shown.parent_id is None):
        form.parent.choices = unit_choices((d, u) for d, u in everywhere if u.id not in own)
    else:
        form.parent.choices = [(NOWHERE, _("none: this is the top unit"))]


def _stands(shown: Unit) -> dict[str, object]:
    return {
        "name": shown.name,
        "name_en": shown.name_en,
        "code": shown.code,
        "parent": shown.parent_id or NOWHERE,
        "position": shown.position,
    }


def _draft(form: UnitForm) -> UnitDraft:
    return UnitDraft(
        code=form.code.data.strip(),
        name=form.name.data,
        name_en=form.name_en.data or "",
        parent_id=form.parent.data or None,
        position=form.position.data or 0,
    )
