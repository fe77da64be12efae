"""The check of a section: draw it, answer it, hand it in, see what was right."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from examapp.clock import local_date, now
from examapp.core.refusals import Invalid
from examapp.core.study import CheckNotPossible
from examapp.services.study import check_pages, checks
from examapp.services.study import shelf as shelves
from examapp.store.study import Check
from examapp.web.refusals import said, said_fault
from examapp.web.signed_in import me
from examapp.web.transaction import db


def add_to(room: Blueprint) -> None:
    """Put the check's addresses into the study room."""
    one = "/checks/<public_id>"
    room.add_url_rule("/guides/<guide>/<section>/check", view_func=draw_check, methods=["POST"])
    room.add_url_rule(one, view_func=check, methods=["GET"])
    room.add_url_rule(one, view_func=hand_in_check, methods=["POST"])


def draw_check(guide: str, section: str) -> Response:
    """Begin a check, or go on with the one left open."""
    found = shelves.section(db(), guide, section)
    try:
        drawn = checks.draw(db(), me(), found, now=now())
    except CheckNotPossible as refusal:
        flash(said(refusal), "warning")
        return redirect(url_for("study.section", guide=guide, section=section), 303)
    return redirect(url_for("study.check", public_id=drawn.public_id), 303)


def check(public_id: str) -> str:
    """The questions; after the hand-in, what was right and why."""
    found = checks.mine(db(), me(), public_id)
    return _result(found) if found.handed_in_at else _questions(found, {}, {})


def hand_in_check(public_id: str) -> Response | tuple[str, int]:
    """Hand the check in; unanswered questions are asked for first."""
    found = checks.mine(db(), me(), public_id)
    chosen = _chosen(found)
    try:
        checks.hand_in(db(), me(), public_id, chosen, now=now())
    except Invalid as refusal:
        faults = {int(fault.place): said_fault(fault) for fault in refusal.faults}
        return _questions(found, chosen, faults), 422
    return redirect(url_for("study.check", public_id=public_id), 303)


def _chosen(check: Check) -> dict[int, frozenset[str]]:
    places = range(1, len(check.items) + 1)
    return {place: frozenset(request.form.getlist(f"place-{place}")) for place in places}


def _questions(
    check: Check, chosen: Mapping[int, frozenset[str]], faults: Mapping[int, str]
) -> str:
    return render_template(
        "study/check.html",
        check=check,
        section=check_pages.section_of(db(), check),
        questions=check_pages.questions(db(), check),
        chosen=chosen,
        faults=faults,
    )


def _result(check: Check) -> str:
    section = check_pages.section_of(db(), check)
    return render_template(
        "study/result.html",
        check=check,
        section=section,
        readable=not (section.withdrawn_at or section.guide.withdrawn_at),
        marked=check_pages.marked(db(), check),
        credit=check_pages.credit_for(db(), check),
        year=local_date(check.handed_in_at).year if check.handed_in_at else None,
    )
