"""For trainers and administrators: the time slots of an exam."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms.validators import InputRequired

from examapp.clock import now
from examapp.core.refusals import Invalid
from examapp.services.exams import audience, setting, slots
from examapp.services.exams.slots import SlotDraft
from examapp.store.exams import Exam
from examapp.web.exams.drafting_views import unit_names, unit_tree
from examapp.web.exams.fields import MomentField, WholeField
from examapp.web.exams.forms import LONG_AGO, Checkboxes
from examapp.web.exams.room import room
from examapp.web.forms import Form
from examapp.web.signed_in import me
from examapp.web.transaction import db

Page = str | Response | tuple[str, int]


class SlotForm(Form):
    """A slot: for units, or with so many places to be booked."""

    opens_at = MomentField(_l("Begins"), [InputRequired(_l("When does it begin?"))])
    closes_at = MomentField(_l("Ends"), [InputRequired(_l("When does it end?"))])
    capacity = WholeField(_l("Places to be booked"))
    units = Checkboxes(_l("Units"), coerce=int)

    def draft(self) -> SlotDraft:
        """What was typed; only after it was validated."""
        units = tuple(sorted(set(self.units.data or ())))
        opens_at, closes_at = self.opens_at.data or LONG_AGO, self.closes_at.data or LONG_AGO
        return SlotDraft(opens_at, closes_at, units, self.capacity.data)


@room.route("/set-exams/<exam>/slots", endpoint="slots", methods=["GET", "POST"])
def slots_page(exam: str) -> Page:
    """The slots of an exam with what is taken; add one."""
    found = setting.by_public_id(db(), exam)
    units = _units_of(found)
    form = SlotForm()
    form.units.choices = [(unit_id, name) for _depth, unit_id, name in units]
    if form.validate_on_submit():
        try:
            slots.add(db(), found, form.draft(), by=me(), now=now())
        except Invalid as refusal:
            form.place(refusal)
        else:
            flash(_("The time slot is added."), "success")
            return redirect(url_for("exams.slots", exam=exam))
    planned = slots.planned(db(), found)
    page = render_template(
        "exams/slots.html",
        exam=found,
        form=form,
        planned=planned,
        may_change=slots.may_change(found, planned, now()),
        without=slots.without(db(), found),
        people=audience.size(db(), found),
        depths=[depth for depth, _id, _name in units],
        names=unit_names(),
    )
    return (page, 422) if form.errors else page


def _units_of(exam: Exam) -> list[tuple[int, int, str]]:
    """The units for which the exam is and those under them; the topmost have depth 0."""
    ours = audience.circles(db(), [exam])[exam.id].unit_ids
    found: list[tuple[int, int, str]] = []
    above: list[int] = []
    for depth, unit_id, name in unit_tree():
        if unit_id in ours:
            above = [level for level in above if level < depth]
            found.append((len(above), unit_id, name))
            above.append(depth)
    return found


@room.post("/set-exams/<exam>/slots/<slot>/remove")
def remove_slot(exam: str, slot: str) -> Response:
    """Take a slot away that nobody booked."""
    slots.remove(db(), setting.by_public_id(db(), exam), slot, by=me(), now=now())
    flash(_("The time slot is removed."), "success")
    return redirect(url_for("exams.slots", exam=exam))
