"""Sitting an exam: start, one page with all items, save, hand in, receipt, review."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from examapp.clock import now
from examapp.core.items import Kind
from examapp.core.refusals import RuleBroken
from examapp.core.sittings import OutOfOrder, SittingState, state
from examapp.services.sittings import closing, papers, saving, starting
from examapp.store.sittings import Sitting
from examapp.web import transaction
from examapp.web.devices import this_device
from examapp.web.refusals import said
from examapp.web.signed_in import me
from examapp.web.transaction import db

room = Blueprint("sittings", __name__)
MOST_SEQ = 1_000_000


@room.post("/exams/<exam>/start")
def start(exam: str) -> Response:
    """Begin, or go on with, the sitting of an exam."""
    sitting = starting.start(db(), me(), exam, device=this_device(), now=now())
    return redirect(url_for("sittings.sit", sitting=sitting.public_id))


@room.get("/sittings/<sitting>")
def sit(sitting: str) -> str | Response:
    """The exam page; or the way to the receipt, or to taking the sitting over."""
    mine = papers.mine(db(), me(), sitting)
    if _state(mine) is not SittingState.OPEN:
        return redirect(url_for("sittings.receipt", sitting=sitting))
    exam = papers.exam_of(db(), mine)
    if mine.lease_device != this_device():
        return render_template("sittings/elsewhere.html", sitting=mine, exam=exam)
    items = papers.shown(db(), mine)
    return render_template(
        "sittings/sit.html",
        sitting=mine,
        exam=exam,
        items=items,
        entries=_entries({item.position: bool(item.chosen) for item in items}),
        remaining=_remaining(mine),
        next_seq=papers.next_seq(db(), mine),
    )


def _state(sitting: Sitting) -> SittingState:
    return state(sitting.submitted_at or sitting.closed_at, sitting.deadline, now())


def _remaining(sitting: Sitting) -> float:
    return max(0.0, (sitting.deadline - now()).total_seconds())


def _entries(answered: dict[int, bool]) -> list[dict[str, Any]]:
    return [
        {"n": place, "href": f"#item-{place}", "answered": done} for place, done in answered.items()
    ]


@room.post("/sittings/<sitting>/responses")
def save(sitting: str) -> tuple[Response, int] | Response:
    """Save one choice for the page's script; the answer confirms it."""
    lease_no, seq, position, choice = _choice_sent()
    at = now()
    try:
        saving.save(
            db(), me(), sitting,
            lease_no=lease_no, seq=seq, position=position, choice=choice, now=at,
        )  # fmt: skip
    except OutOfOrder as refusal:
        transaction.refuse()
        free = papers.next_seq(db(), papers.mine(db(), me(), sitting))
        return jsonify(code=refusal.code, message=said(refusal), next_seq=free), 409
    return jsonify(saved=seq)


def _choice_sent() -> tuple[int, int, int, frozenset[str]]:
    """What the script sent, if it has the right shape; else 400."""
    try:
        data = request.get_json(silent=True)
    except RecursionError:  # brackets within brackets: no ValueError, so `silent` lets it through
        data = None
    if not isinstance(data, dict):
        raise BadRequest()
    numbers = [data.get(name) for name in ("lease", "seq", "position")]
    choice = data.get("choice")
    whole = all(type(number) is int and 0 < number <= MOST_SEQ for number in numbers)
    texts = isinstance(choice, list) and len(choice) <= 6 and all(type(c) is str for c in choice)
    if not whole or not texts:
        raise BadRequest()
    lease_no, seq, position = numbers
    return lease_no, seq, position, frozenset(choice)  # type: ignore[return-value, arg-type]


@room.post("/sittings/<sitting>/choices")
def save_form(sitting: str) -> Response:
    """Save the whole page at once: the way without scripts."""
    mine = papers.mine(db(), me(), sitting)
    seq = papers.next_seq(db(), mine)
    for item in papers.shown(db(), mine):
        choice = frozenset(request.form.getlist(f"item-{item.position}"))
        if choice != item.chosen:
            saving.save(
                db(), me(), sitting, lease_no=mine.lease_no, seq=seq,
                position=item.position, choice=choice, now=now(),
            )  # fmt: skip
            seq += 1
    if request.form.get("then") == "summary":
        return redirect(url_for("sittings.summary", sitting=sitting))
    flash(_("Your choices are saved."), "success")
    return redirect(url_for("sittings.sit", sitting=sitting))


@room.post("/sittings/<sitting>/take-over")
def take_over(sitting: str) -> Response:
    """Go on with the sitting on this device."""
    starting.take_over(db(), me(), sitting, device=this_device(), now=now())
    return redirect(url_for("sittings.sit", sitting=sitting))


@room.get("/sittings/<sitting>/hand-in")
def summary(sitting: str) -> str | Response:
    """Before handing in: what is answered and what is not."""
    mine = papers.mine(db(), me(), sitting)
    if _state(mine) is not SittingState.OPEN:
        return redirect(url_for("sittings.receipt", sitting=sitting))
    answered = papers.answered(db(), mine)
    return render_template(
        "sittings/summary.html",
        sitting=mine,
        exam=papers.exam_of(db(), mine),
        entries=_entries(answered),
        unanswered=[place for place, done in answered.items() if not done],
        remaining=_remaining(mine),
    )


@room.post("/sittings/<sitting>/submit")
def submit(sitting: str) -> Response:
    """Hand in: once, however often it is asked."""
    closing.submit(db(), me(), sitting, now=now())
    return redirect(url_for("sittings.receipt", sitting=sitting))


@room.get("/sittings/<sitting>/receipt")
def receipt(sitting: str) -> str | Response:
    """What was handed in, and what happens next."""
    mine = papers.mine(db(), me(), sitting)
    if _state(mine) is SittingState.OPEN:
        return redirect(url_for("sittings.sit", sitting=sitting))
    return render_template(
        "sittings/receipt.html",
        sitting=mine,
        exam=papers.exam_of(db(), mine),
        places=papers.size(db(), mine),
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
        "sittings/review.html", sitting=mine, exam=exam, score=score, items=items, wrong=wrong
    )


@room.app_template_filter("letter")
def letter(index: int, kind: Kind) -> str:
    """The letter shown before an option; true and false have a sign instead."""
    if kind is Kind.JUDGEMENT:
        return "√×"[index]
    return "ABCDEF"[index]
