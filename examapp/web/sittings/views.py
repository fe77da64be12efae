"""Sitting an exam: start, one page with all items, hand in, receipt, review."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from examapp.clock import now
from examapp.core.items import Kind
from examapp.core.refusals import RuleBroken
from examapp.core.sittings import SittingClosed, SittingState, TakenOver, left_ms
from examapp.services.exams import starting_rules
from examapp.services.sittings import closing, late, papers, presence, saving, starting
from examapp.store.sittings import Sitting
from examapp.web import transaction
from examapp.web.access import wants_json
from examapp.web.devices import this_device
from examapp.web.refusals import said
from examapp.web.signed_in import me
from examapp.web.sittings import script_views
from examapp.web.sittings.room import MOST_MS, state_of, to_the_second
from examapp.web.sittings.room import room as room
from examapp.web.transaction import db, writes


@room.post("/exams/<exam>/start")
def start(exam: str) -> Response:
    """Begin, or go on with, the sitting of an exam; else the lobby says why not."""
    try:
        sitting = starting.start(db(), me(), exam, device=this_device(), now=now())
    except starting_rules.REFUSALS as refusal:
        transaction.refuse()
        flash(said(refusal), "warning")
        return redirect(url_for("exams.lobby", exam=exam))
    return redirect(url_for("sittings.sit", sitting=sitting.public_id))


@room.get("/sittings/<sitting>")
def sit(sitting: str) -> str | Response:
    """The exam page; or the way to the receipt, or to taking the sitting over, or the pause."""
    mine = papers.mine(db(), me(), sitting)
    if state_of(mine) is not SittingState.OPEN:
        return redirect(url_for("sittings.receipt", sitting=sitting))
    if not mine.lease_device:
        return redirect(url_for("sittings.claim", sitting=sitting))
    exam = papers.exam_of(db(), mine)
    facts = {"sitting": mine, "exam": exam, "left": _left(mine)}
    if mine.lease_device != this_device():
        return render_template("sittings/elsewhere.html", **facts)
    if mine.paused_at:
        return render_template("sittings/paused.html", **facts)
    items = papers.shown(db(), mine)
    return render_template(
        "sittings/sit.html",
        items=items,
        entries=_entries({item.position: bool(item.chosen) for item in items}),
        next_seq=papers.next_seq(db(), mine),
        counts_until=to_the_second(mine.accepts_until),
        **facts,
    )


def _left(sitting: Sitting) -> int:
    return max(0, left_ms(sitting.deadline, sitting.paused_at, now()))


def _entries(answered: dict[int, bool]) -> list[dict[str, Any]]:
    return [
        {"n": place, "href": f"#item-{place}", "answered": done} for place, done in answered.items()
    ]


@room.get("/sittings/<sitting>/here")
@writes
def claim(sitting: str) -> Response:
    """Go on here with a sitting that an officer freed from the device that held it."""
    presence.claim(db(), me(), papers.mine(db(), me(), sitting).public_id, device=this_device())
    return redirect(url_for("sittings.sit", sitting=sitting))


@room.post("/sittings/<sitting>/choices")
def save_form(sitting: str) -> Response:
    """Save the whole page at once: the way without scripts."""
    mine, at = papers.mine(db(), me(), sitting), now()
    seq = papers.next_seq(db(), mine)
    try:
        for item in papers.shown(db(), mine):
            choice = frozenset(request.form.getlist(f"item-{item.position}"))
            if choice != item.chosen:
                saving.save(
                    db(), me(), sitting, lease_no=_lease(mine), seq=seq,
                    position=item.position, choice=choice, now=at,
                )  # fmt: skip
                seq += 1
    except (SittingClosed, TakenOver) as refusal:
        return _instead(refusal, sitting)
    if request.form.get("then") == "summary":
        return redirect(url_for("sittings.summary", sitting=sitting))
    flash(_("Your choices are saved."), "success")
    return redirect(url_for("sittings.sit", sitting=sitting))


def _lease(sitting: Sitting) -> int:
    """The lease that a form was made for; a page from before a take-over may not save."""
    sent = request.form.get("lease", "")
    return int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 7 else sitting.lease_no


@room.post("/sittings/<sitting>/take-over")
def take_over(sitting: str) -> Response:
    """Go on with the sitting on this device."""
    starting.take_over(db(), me(), sitting, device=this_device(), now=now())
    return redirect(url_for("sittings.sit", sitting=sitting))


@room.get("/sittings/<sitting>/hand-in")
def summary(sitting: str) -> str | Response:
    """Before handing in: what is answered and what is not."""
    mine = papers.mine(db(), me(), sitting)
    if state_of(mine) is not SittingState.OPEN:
        return redirect(url_for("sittings.receipt", sitting=sitting))
    if mine.lease_device != this_device():
        return redirect(url_for("sittings.sit", sitting=sitting))
    answered = papers.answered(db(), mine)
    return render_template(
        "sittings/summary.html",
        sitting=mine,
        exam=papers.exam_of(db(), mine),
        entries=_entries(answered),
        unanswered=[place for place, done in answered.items() if not done],
        left=_left(mine),
        counts_until=to_the_second(mine.accepts_until),
    )


@room.post("/sittings/<sitting>/submit")
def submit(sitting: str) -> Response:
    """Hand in: once, however often it is asked."""
    if wants_json():
        return script_views.hand_in(sitting)
    mine = papers.mine(db(), me(), sitting)
    lease_no = _lease(mine) if "lease" in request.form else None
    try:
        closing.submit(db(), me(), sitting, left=_left_sent(), lease_no=lease_no, now=now())
    except (SittingClosed, TakenOver) as refusal:
        return _instead(refusal, sitting)
    return redirect(url_for("sittings.receipt", sitting=sitting))


def _instead(refusal: RuleBroken, sitting: str) -> Response:
    """Where a form that came too late leads: to the receipt, or to the device's choice."""
    transaction.refuse()
    flash(said(refusal), "warning")
    page = "sittings.sit" if isinstance(refusal, TakenOver) else "sittings.receipt"
    return redirect(url_for(page, sitting=sitting))


def _left_sent() -> int | None:
    """What the page's script put into the form; a form without it says nothing."""
    try:
        left = int(request.form.get("left_ms", ""))
    except ValueError:
        return None
    return left if abs(left) <= MOST_MS else None


@room.get("/sittings/<sitting>/receipt")
def receipt(sitting: str) -> str | Response:
    """What was handed in, and what happens next."""
    mine = papers.mine(db(), me(), sitting)
    if state_of(mine) is SittingState.OPEN:
        return redirect(url_for("sittings.sit", sitting=sitting))
    return render_template(
        "sittings/receipt.html",
        sitting=mine,
        exam=papers.exam_of(db(), mine),
        places=papers.size(db(), mine),
        late=late.of(db(), mine.id),
        counts_until=to_the_second(mine.accepts_until),
    )


@room.get("/sittings/<sitting>/review")
def review(sitting: str) -> str | tuple[str, int]:
    """The score and all that explains it, once released."""
    try:
        mine, exam, score, items = papers.reviewed(db(), me(), sitting, now=now())
    except RuleBroken as refusal:
        if refusal.code != "not_released":
            raise
        mine = papers.mine(db(), me(), sitting)
        page = render_template(
            "sittings/not_released.html", sitting=mine, exam=papers.exam_of(db(), mine)
        )
        return page, 403
    wrong = [item.shown.position for item in items if item.earned < item.shown.points]
    return render_template(
        "sittings/review.html", sitting=mine, exam=exam, score=score, items=items, wrong=wrong,
        late=late.of(db(), mine.id),
    )  # fmt: skip


@room.app_template_filter("letter")
def letter(index: int, kind: Kind) -> str:
    """The letter shown before an option; true and false have a sign instead."""
    if kind is Kind.JUDGEMENT:
        return "√×"[index]
    return "ABCDEF"[index]
