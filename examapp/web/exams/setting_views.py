"""For trainers and administrators: look at an exam, publish it, call it off, release it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from examapp.clock import local_date, now
from examapp.core.exams import state
from examapp.core.papers import PoolTooSmall
from examapp.core.refusals import Conflict, Invalid, RuleBroken
from examapp.core.spec import BankTooSmall
from examapp.services.exams import (
    audience,
    disclosure,
    feasibility,
    pools,
    publishing,
    ready,
    setting,
    withdrawals,
)
from examapp.services.exams.drafts import draft_of
from examapp.services.exams.feasibility import NotLevel
from examapp.services.exams.turnout import turnout
from examapp.services.sittings import deciding
from examapp.store.exams import Exam
from examapp.web.exams.describing import told
from examapp.web.exams.drafting_views import unit_names
from examapp.web.exams.fields import spelled
from examapp.web.exams.forms import CancelForm
from examapp.web.exams.room import room
from examapp.web.expecting import expectation
from examapp.web.refusals import said, said_fault
from examapp.web.signed_in import me
from examapp.web.transaction import db

Page = str | Response | tuple[str, int]


@room.get("/set-exams", endpoint="setting")
def all_of_them() -> str:
    """Every exam with its state, and what waits."""
    moment = now()
    exams = [
        (exam, state(setting.times(exam), moment), setting.spec_of(exam))
        for exam in setting.all_exams(db())
    ]
    return render_template("exams/setting.html", exams=exams, waiting=setting.waiting(db(), moment))


@room.get("/set-exams/<exam>")
def show(exam: str) -> str:
    """A draft with what it lacks, or a published exam with how it goes."""
    return _page(setting.by_public_id(db(), exam))


def _page(exam: Exam, refusal: str = "") -> str:
    moment = now()
    common = {
        "exam": exam,
        "spec": setting.spec_of(exam),
        "state": state(setting.times(exam), moment),
        "facts": told(draft_of(exam), unit_names())[2:],
        "refusal": refusal,
        "spelled": spelled,
    }
    if not exam.published_at:
        return _draft_page(exam, common)
    return render_template(
        "exams/show.html",
        turnout=turnout(db(), exam, now=moment),
        late_waiting=0 if exam.released_at else len(deciding.waiting(db(), exam)),
        pool_size=disclosure.pool_size(db(), exam),
        seed=disclosure.seed_of(db(), exam),
        because=disclosure.cancelled_because(db(), exam),
        reductions=withdrawals.reductions(db(), exam),
        **common,
    )


def _draft_page(exam: Exam, common: dict[str, Any]) -> str:
    people, spec = audience.size(db(), exam), setting.spec_of(exam)
    day = local_date(exam.closes_at)
    found = (
        feasibility.feasibility(db(), spec, people, day=day, prior=expectation())
        if people
        else None
    )
    return render_template(
        "exams/draft.html",
        holdings=pools.holdings(db(), spec, day=day),
        people=people,
        feasible=found,
        holds=spelled(found.suggested) if found else "",
        **common,
    )


@room.post("/set-exams/<exam>/publish")
def publish(exam: str) -> Page:
    """Freeze the pool and announce the exam, or say exactly why not."""
    found = setting.by_public_id(db(), exam)
    seen = request.form.get("edit_no", "")
    try:
        publishing.publish(
            db(),
            found,
            by=me(),
            now=now(),
            edit_no=int(seen) if seen.isdecimal() else 0,
            prior=expectation(),
        )
    except (BankTooSmall, PoolTooSmall, NotLevel, Invalid, Conflict, *ready.REFUSALS) as refusal:
        return _page(found, _why(refusal)), 409
    flash(_("The exam is published. Those it is for see it from now on."), "success")
    return redirect(url_for("exams.show", exam=found.public_id))


def _why(refusal: RuleBroken) -> str:
    if isinstance(refusal, Invalid):
        return " ".join(said_fault(fault) for fault in refusal.faults)
    if isinstance(refusal, Conflict):
        return str(_("Somebody changed this draft since you opened the page. Look it over again."))
    return said(refusal)


@room.route("/set-exams/<exam>/cancel", methods=["GET", "POST"])
def cancel(exam: str) -> Page:
    """Call a published exam off, with the reason."""
    found = setting.by_public_id(db(), exam)
    form = CancelForm()
    if not form.validate_on_submit():
        page = render_template(
            "exams/cancel.html", exam=found, form=form, turnout=turnout(db(), found, now=now())
        )
        return (page, 422) if form.errors else page
    setting.cancel(db(), found, because=form.because.data.strip(), by=me(), now=now())
    flash(_("The exam has been cancelled."), "success")
    return redirect(url_for("exams.show", exam=found.public_id))


@room.post("/set-exams/<exam>/release")
def release(exam: str) -> Response:
    """Show the results to those who sat, reveal the seed, issue certificates."""
    found = setting.by_public_id(db(), exam)
    setting.release(db(), found, by=me(), now=now())
    flash(_("The results are released. Everybody who sat can now see theirs."), "success")
    return redirect(url_for("exams.show", exam=found.public_id))
