"""The second reading in the browser: what waits, the blind page, how it came out."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from examapp.clock import now
from examapp.core.items import Kind
from examapp.core.refusals import Invalid
from examapp.services.bank import catalogue, readings
from examapp.services.bank.readings import BlindItem
from examapp.web.bank.forms import ReadingForm
from examapp.web.bank.room import room
from examapp.web.bank.showing import previews
from examapp.web.signed_in import me
from examapp.web.transaction import db


@room.get("/bank/waiting")
def waiting() -> str:
    """What I may read, and what of mine a reader objected to."""
    return render_template(
        "bank/waiting.html",
        waiting=readings.waiting(db(), me()),
        objections=readings.needs_rewriting(db(), me()),
    )


@room.route("/bank/items/<code>/revisions/<int:number>/read", methods=["GET", "POST"])
def read(code: str, number: int) -> str | Response | tuple[str, int]:
    """Answer a revision from the article alone; afterwards, how it came out."""
    done = readings.my_reading(db(), me(), code, number)
    if done:
        return _outcome_page(code, number, done)
    item = readings.blind(db(), me(), code, number)
    form = ReadingForm()
    if form.validate_on_submit():
        try:
            _read(item, form)
        except Invalid as refusal:
            form.place(refusal)
        else:
            return redirect(url_for("bank.read", code=code, number=number))
    page = render_template("bank/read.html", item=item, form=form, **_inputs(item))
    return (page, 422) if form.errors else page


def _read(item: BlindItem, form: ReadingForm) -> None:
    choice = frozenset(request.form.getlist("choice"))
    remark = form.remark.data or ""
    readings.read(db(), me(), item.code, item.number, choice, remark=remark, now=now())


def _inputs(item: BlindItem) -> dict[str, object]:
    return {
        "input": "checkbox" if item.kind is Kind.MULTIPLE else "radio",
        "chosen": request.form.getlist("choice"),
        "judgement": item.kind is Kind.JUDGEMENT,
    }


def _outcome_page(code: str, number: int, done: Any) -> str:
    standing = catalogue.standing(db(), code)
    content = standing.content(number)
    return render_template(
        "bank/outcome.html",
        standing=standing,
        revision=standing.revision(number),
        reading=done,
        choice=done.choice.split(","),
        content=content,
        previews=previews(content),
    )
