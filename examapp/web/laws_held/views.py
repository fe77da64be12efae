"""What is held because its law changed: the queue, and each case with old and new law."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from examapp.clock import local_date, now
from examapp.core.citations import Citation, parse, spoken_en, spoken_zh
from examapp.core.refusals import Fault, Invalid
from examapp.services.bank import catalogue
from examapp.services.exams.withdrawals import Reduction
from examapp.services.laws import proposals, queue, releasing, subjects
from examapp.services.laws.places import Place, places
from examapp.services.laws.reading import law_by_code
from examapp.services.laws.subjects import Hit, Subject
from examapp.store.held import HoldDecision
from examapp.web.bank.showing import previews
from examapp.web.languages import authored
from examapp.web.laws_held.forms import AnswerForm, ReleaseForm, release_form, typed
from examapp.web.presentation import cited, texts
from examapp.web.signed_in import me
from examapp.web.transaction import db

room = Blueprint("held", __name__, url_prefix="/held")
Answer = str | Response | tuple[str, int]
PAGE = 30
TABS = ("now", "coming", "answers", "unknown")


@room.get("", endpoint="queue")
def queue_page() -> str:
    """Held now, to be held, proposals, and what nobody can compare."""
    today = local_date(now())
    found = queue.queue(db(), me(), today=today)
    show = request.args.get("show", "")
    cases = found.coming if show == "coming" else found.now
    page = max(1, request.args.get("page", 1, type=int))
    return render_template(
        "held/queue.html",
        queue=found,
        show=show if show in TABS else "now",
        cases=cases[(page - 1) * PAGE : page * PAGE],
        page=page,
        pages=-(-len(cases) // PAGE),
        url_of=lambda n: url_for("held.queue", show=show, page=n),
    )


@room.route("/questions/<code>", methods=["GET", "POST"])
def item(code: str) -> Answer:
    """A held question beside the old and the new articles; propose its release."""
    return _case(subjects.item_subject(db(), code))


@room.route("/sections/<guide>/<section>", methods=["GET", "POST"])
def section(guide: str, section: str) -> Answer:
    """A held section of a guide, likewise."""
    return _case(subjects.section_subject(db(), guide, section))


def _case(subject: Subject) -> Answer:
    shown = queue.shown(db(), subject, today=local_date(now()))
    form = release_form(shown.beside)
    if not form.validate_on_submit():
        return _page(shown, form, AnswerForm(formdata=None))
    try:
        releasing.propose(
            db(),
            subject,
            typed(form, shown.beside),
            reason=form.reason.data or "",
            by=me(),
            now=now(),
        )
    except Invalid as refusal:
        form.place(refusal)
        return _page(shown, form, AnswerForm(formdata=None))
    flash(_("Proposed. It runs again once another trainer has confirmed it."), "success")
    return redirect(address(subject))


def address(subject: Subject) -> str:
    """The page of a subject's case."""
    if subject.is_item:
        return url_for("held.item", code=subject.code)
    guide, _slash, code = subject.code.partition("/")
    return url_for("held.section", guide=guide, section=code)


room.add_app_template_global(address, "held_address")


@room.app_template_filter("hit_article")
def hit_article(hit: Hit) -> str:
    """The article that a change hits, as the reader's language says it."""
    cite = Citation(hit.law.code, hit.article)
    return spoken_zh(cite) if authored() == "zh" else spoken_en(cite)


@room.app_template_global("law_places")
def law_places(revision_ids: list[int]) -> dict[int, list[Place]]:
    """The citations of questions by revision: as their authors wrote them, and today."""
    return places(db(), revision_ids)


@room.app_template_filter("law_of_step")
def law_of_step(step: Reduction) -> str:
    """The law that took questions out of a pool."""
    return texts(law_by_code(db(), step.law).short_title)


@room.app_template_filter("day_of_step")
def day_of_step(step: Reduction) -> date:
    """The day on which that edition was adopted."""
    return date.fromisoformat(step.edition)


@room.app_template_filter("going_from")
def going_from(entry: Mapping[str, Any]) -> str:
    """Where a citation of a proposal stands."""
    return cited(Citation(entry["law"], entry["article"]))


@room.app_template_filter("going_to")
def going_to(cite: str) -> str:
    """Where it goes."""
    return cited(parse(cite))


def _page(shown: queue.Shown, form: ReleaseForm, answer: AnswerForm) -> Answer:
    today = local_date(now())
    page = render_template(
        "held/case.html",
        shown=shown,
        subject=shown.subject,
        form=form,
        answer=answer,
        held_now=shown.case is not None and shown.case.since <= today,
        own=shown.proposal is not None and shown.proposal.user_id == me().id,
        **_content(shown.subject),
    )
    return (page, 422) if form.errors or answer.errors else page


def _content(subject: Subject) -> dict[str, Any]:
    if not subject.is_item:
        guide, _slash, code = subject.code.partition("/")
        return {"content": None, "previews": [], "guide": guide, "code": code}
    content = catalogue.standing(db(), subject.code).content(subject.number)
    return {"content": content, "previews": previews(content)}


@room.post("/proposals/<proposal>")
def answer(proposal: str) -> Answer:
    """Confirm or refuse what another trainer proposed."""
    found = proposals.proposal_by_id(db(), proposal)
    form = AnswerForm()
    subject = subjects.subject_of(db(), revision_id=found.revision_id, section_id=found.section_id)
    try:
        form.validate()
        _answer(found, form)
    except Invalid as refusal:
        form.place(Invalid([Fault("answer", f.words, f.facts) for f in refusal.faults]))
        shown = queue.shown(db(), subject, today=local_date(now())) if subject else None
        return _page(shown, release_form(()), form) if shown else redirect(url_for("held.queue"))
    return redirect(address(subject) if subject else url_for("held.queue"))


def _answer(proposal: HoldDecision, form: AnswerForm) -> None:
    reason, at = form.answer.data or "", now()
    if request.form.get("do") == "confirm":
        releasing.confirm(db(), proposal, reason=reason, by=me(), now=at)
        flash(_("Confirmed. It runs again from now on."), "success")
    else:
        releasing.refuse(db(), proposal, reason=reason, by=me(), now=at)
        flash(_("Refused. It stays held."), "success")
