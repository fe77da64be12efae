"""For candidates: which exams there are, and the rules before one begins."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import render_template, url_for

from examapp.clock import now
from examapp.core.exams import ExamState, deadline
from examapp.services.exams import candidates, disclosure
from examapp.services.exams.candidates import Standing
from examapp.store.sittings import Sitting
from examapp.web.exams.describing import certificate_told
from examapp.web.exams.room import room
from examapp.web.signed_in import me
from examapp.web.transaction import db


@room.get("/exams")
def mine() -> str:
    """What is open, what comes, what is over."""
    all_of_them = candidates.standings(db(), me(), now=now())
    running = [s for s in all_of_them if _running(s)]
    coming = [s for s in all_of_them if s.state is ExamState.ANNOUNCED]
    over = [s for s in reversed(all_of_them) if s not in running and s not in coming]
    return render_template(
        "exams/mine.html", running=running, coming=sorted(coming, key=_opening), over=over
    )


def _running(standing: Standing) -> bool:
    """Open, or closed while this person's extra minutes still run."""
    if standing.state is ExamState.OPEN:
        return True
    return standing.state is ExamState.CLOSED and standing.open_sitting is not None


def _opening(standing: Standing) -> Any:
    return standing.exam.opens_at


@room.get("/exams/<exam>")
def lobby(exam: str) -> str:
    """The rules, and when it would end if it began now."""
    moment = now()
    found = candidates.mine(db(), me(), exam)
    standing = candidates.standing(db(), me(), found, now=moment)
    minutes = standing.spec.minutes
    ends = deadline(moment, minutes, 0, found.closes_at)
    return render_template(
        "exams/lobby.html",
        exam=found,
        spec=standing.spec,
        standing=standing,
        running=standing.open_sitting if _running(standing) else None,
        ends=ends,
        shortened=ends < moment + timedelta(minutes=minutes),
        certificate=certificate_told(found.certificate_years),
        pool_size=disclosure.pool_size(db(), found),
        because=disclosure.cancelled_because(db(), found),
        seed=disclosure.seed_of(db(), found),
        start_url=url_for("sittings.start", exam=found.public_id),
        review_of=_review_of,
    )


def _review_of(sitting: Sitting) -> str:
    return url_for("sittings.review", sitting=sitting.public_id)
