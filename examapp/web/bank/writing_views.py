"""Writing and revising items in the browser: preview, faults, conflicts."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from examapp.clock import now
from examapp.core.item_changes import clashes
from examapp.core.items import ItemContent, Kind
from examapp.core.refusals import Conflict, Invalid
from examapp.services.bank import catalogue, writing
from examapp.services.bank.alike import alike_in_bank
from examapp.services.bank.catalogue import Standing
from examapp.services.bank.drafts import content_of_draft
from examapp.services.bank.writing import NothingChanged
from examapp.web.bank.forms import FORMS, ItemForm, values
from examapp.web.bank.item_views import topic_choices
from examapp.web.bank.room import room
from examapp.web.bank.showing import hints, previews, shown_clashes
from examapp.web.laws_held.prefill import cites_today
from examapp.web.refusals import said
from examapp.web.signed_in import me
from examapp.web.transaction import db

Answer = str | Response | tuple[str, int]


@room.route("/bank/new", methods=["GET", "POST"])
def new() -> Answer:
    """A new item: the kind first, then the form."""
    kind = request.args.get("kind", "")
    if kind not in list(Kind):
        return render_template("bank/kind.html", kinds=list(Kind))
    form = _form(Kind(kind), {"topic": request.args.get("topic")})
    content = _sound(form, None)
    if content is None or request.form.get("do") != "save":
        return _form_page(form, content)
    code = (form.code.data or "").strip() or None
    item = writing.create(
        db(), form.draft(), code=code, by=me(), note=form.note.data or "", now=now()
    )
    flash(
        _("Saved as %(code)s. It is in force once a second person has read it.", code=item.code),
        "success",
    )
    return redirect(url_for("bank.item", code=item.code))


@room.route("/bank/items/<code>/revise", methods=["GET", "POST"])
def revise(code: str) -> Answer:
    """One more revision, begun from the newest or (`?from=`) from an older one."""
    standing = catalogue.standing(db(), code)
    newest = standing.newest.number
    source = standing.content(request.args.get("from", newest, type=int))
    revision = standing.revision(request.args.get("from", newest, type=int))
    form = _form(source.kind, values(source, newest) | cites_today(revision, code))
    content = _sound(form, standing)
    if content is None or request.form.get("do") != "save":
        return _form_page(form, content, standing)
    try:
        return _saved(form, standing)
    except Conflict:
        return _conflict_page(form, catalogue.standing(db(), code), content)
    except NothingChanged as refusal:
        flash(said(refusal), "info")
        return redirect(url_for("bank.item", code=code))
    except Invalid as refusal:
        form.place(refusal)
        return _form_page(form, None, standing)


def _saved(form: ItemForm, standing: Standing) -> Response:
    revision = writing.revise(
        db(),
        standing.item,
        form.draft(),
        started_from=form.number.data or 0,
        by=me(),
        note=form.note.data or "",
        now=now(),
    )
    flash(_("Saved as revision %(number)s.", number=revision.number), "success")
    same = writing.same_before(db(), revision)
    if same:
        flash(_("It says the same as revision %(number)s did.", number=same), "info")
    return redirect(url_for("bank.item", code=standing.item.code))


def _form(kind: Kind, data: dict[str, Any]) -> ItemForm:
    form = FORMS[kind](data=data)
    form.offer([("", _("choose …")), *topic_choices()])
    return form


def _sound(form: ItemForm, standing: Standing | None) -> ItemContent | None:
    """What the form says, when sent and sound; else its faults stand beside the fields."""
    if not form.is_submitted():
        return None
    form.validate()
    selects = (form.topic, form.difficulty, form.use, form.asks)
    if any(field.errors for field in selects):
        return None
    code = _code_of(form, standing)
    try:
        content = writing.check(db(), form.draft(), code=code, new=standing is None, now=now())
    except Invalid as refusal:
        form.place(refusal)
        return None
    return None if form.errors else content


def _code_of(form: ItemForm, standing: Standing | None) -> str | None:
    return standing.item.code if standing else (form.code.data or "").strip() or None


def _form_page(
    form: ItemForm, content: ItemContent | None, standing: Standing | None = None
) -> Answer:
    page = _page(form, content, standing)
    return (page, 422) if form.errors else page


def _page(
    form: ItemForm, content: ItemContent | None, standing: Standing | None, **more: Any
) -> str:
    return render_template(
        "bank/form.html",
        form=form,
        standing=standing,
        content=content,
        previews=previews(content) if content else [],
        hints=hints(content) if content else [],
        alike=alike_in_bank(db(), content, code=_code_of(form, standing)) if content else {},
        **more,
    )


def _conflict_page(form: ItemForm, standing: Standing, mine: ItemContent) -> Answer:
    """Theirs and mine, part by part; the form keeps mine and goes on from theirs."""
    base = standing.content(form.number.data or standing.newest.number)
    theirs = standing.content(standing.newest.number)
    met = shown_clashes(clashes(base, theirs, content_of_draft(form.draft())))
    form.number.raw_data = None
    form.number.data = standing.newest.number
    return _page(form, mine, standing, conflict=met, theirs=standing.newest), 409
