"""For trainers and administrators: write a draft, change it, throw it away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from examapp.clock import now
from examapp.core.refusals import Conflict
from examapp.services.exams import drafts, make_up, places, pools, setting
from examapp.services.exams.drafts import ExamDraft, draft_of
from examapp.services.people.units import tree
from examapp.store.exams import Exam
from examapp.web.exams.describing import told
from examapp.web.exams.forms import ExamForm
from examapp.web.exams.prefill import FRESH, by_rules, shown
from examapp.web.exams.room import room
from examapp.web.languages import authored
from examapp.web.presentation import texts
from examapp.web.signed_in import me
from examapp.web.transaction import db

Page = str | Response | tuple[str, int]


def unit_tree() -> list[tuple[int, int, str]]:
    """Depth, row id and name of every unit, parents first."""
    english = authored() == "en"
    return [
        (depth, unit.id, (unit.name_en if english else "") or unit.name)
        for depth, unit in tree(db())
    ]


def unit_names() -> dict[int, str]:
    """Names of all units by row id."""
    return {unit_id: words for _depth, unit_id, words in unit_tree()}


def _form(data: Mapping[str, Any] = FRESH) -> ExamForm:
    topics = pools.topics(db())
    areas = {code.rpartition(".")[0] for code, _title in topics}
    labels = [
        (
            code,
            _("%(topic)s (with all under it)", topic=texts(title))
            if code in areas
            else texts(title),
        )
        for code, title in topics
    ]
    originals = [(exam.public_id, texts(exam.title)) for exam in make_up.originals(db())]
    return ExamForm(labels, list(unit_names().items()), originals, data)


def _reshaped(form: ExamForm) -> bool:
    """Whether only a row was asked for or taken away; nothing is judged then."""
    if "add_line" in request.form:
        form.add_line()
    elif "remove_line" in request.form:
        form.remove_line(request.form["remove_line"])
    else:
        return False
    return True


def _judged(form: ExamForm) -> ExamDraft | None:
    """The draft, or None with every fault beside its field: of shape and of truth, all at once."""
    form.validate()
    draft = form.draft()
    form.judge(drafts.faults(db(), draft))
    return None if form.errors else draft


def _page(
    form: ExamForm,
    exam: Exam | None,
    theirs: list[tuple[str, str, str]] | None = None,
    rules: places.Place | None = None,
) -> Page:
    page = render_template(
        "exams/edit.html",
        form=form,
        exam=exam,
        theirs=theirs,
        rules=rules,
        places=[] if exam else places.places(db()),
        depths=[depth for depth, _id, _name in unit_tree()],
    )
    if theirs is not None:
        return page, 409
    return (page, 422) if form.errors else page


@room.route("/set-exams/new", methods=["GET", "POST"])
def new() -> Page:
    """A new draft, from nothing, from another exam's spec or from the rules of a place."""
    rules = places.place(db(), request.args["rules"]) if request.args.get("rules") else None
    form = _form(_at_first(rules))
    if request.method == "GET":
        form.opens_at.data = form.closes_at.data = None
        return _page(form, None, rules=rules)
    draft = None if _reshaped(form) else _judged(form)
    if draft is None:
        return _page(form, None)
    made = setting.create(db(), draft, by=me(), now=now())
    flash(_("The draft is saved. Look it over, then publish it."), "success")
    return redirect(url_for("exams.show", exam=made.public_id))


def _at_first(rules: places.Place | None) -> Mapping[str, Any]:
    if rules and rules.rules.exam:
        return by_rules(rules.rules.exam)
    like = request.args.get("from", "")
    return shown(draft_of(setting.by_public_id(db(), like)), 0) if like else FRESH


@room.route("/set-exams/<exam>/edit", methods=["GET", "POST"])
def edit(exam: str) -> Page:
    """Change a draft; who saves second sees what the first one wrote, and loses nothing."""
    found = setting.by_public_id(db(), exam)
    if found.published_at:
        raise setting.NotADraft()
    form = _form(shown(draft_of(found), found.edit_no))
    if request.method == "GET":
        return _page(form, found)
    draft = None if _reshaped(form) else _judged(form)
    if draft is None:
        return _page(form, found)
    seen = form.edit_no.data or ""
    try:
        setting.edit(db(), found, draft, edit_no=int(seen) if seen.isdecimal() else 0)
    except Conflict:
        form.edit_no.data = str(found.edit_no)
        return _page(form, found, _differences(draft, draft_of(found)))
    flash(_("Your changes are saved."), "success")
    return redirect(url_for("exams.show", exam=found.public_id))


def _differences(mine: ExamDraft, theirs: ExamDraft) -> list[tuple[str, str, str]]:
    """Label, their words, my words - where they differ."""
    names = unit_names()
    pairs = zip(told(mine, names), told(theirs, names), strict=True)
    return [(label, there, here) for (label, here), (_label, there) in pairs if here != there]


@room.route("/set-exams/<exam>/delete", methods=["GET", "POST"])
def delete(exam: str) -> Page:
    """Throw a draft away, after asking."""
    found = setting.by_public_id(db(), exam)
    if found.published_at:
        raise setting.NotADraft()
    if request.method == "GET":
        return render_template("exams/delete.html", exam=found)
    setting.delete_draft(db(), found)
    flash(_("The draft has been deleted."), "success")
    return redirect(url_for("exams.setting"))
