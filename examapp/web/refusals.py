"""Refusals become pages, or JSON problems for scripts: here and nowhere else."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Flask, current_app, jsonify, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from examapp.core.refusals import Fault, RuleBroken
from examapp.web import transaction
from examapp.web.access import wants_json
from examapp.web.presentation import moment

STATUS = {
    "sign_in_needed": 401,
    "not_found": 404,
    "not_your_room": 403,
    "conflict": 409,
    "invalid": 422,
    "sitting_closed": 409,
    "taken_over": 409,
    "not_on_paper": 422,
    "out_of_order": 409,
    "not_open": 409,
    "no_try_left": 409,
    "paused": 409,
    "entry_over": 409,
    "too_soon": 409,
    "try_ending": 409,
    "no_slot": 409,
    "exempted": 409,
    "slots_fixed": 409,
    "slot_in_use": 409,
    "slots_outside": 409,
    "slot_full": 409,
    "slot_begun": 409,
    "unit_has_slot": 409,
    "already_asked": 409,
    "excuse_settled": 409,
    "not_on_oneself": 403,
    "nothing_to_excuse": 409,
    "original_not_released": 409,
    "original_cancelled": 409,
    "not_released": 403,
    "not_a_draft": 409,
    "not_published": 409,
    "already_settled": 409,
    "still_running": 409,
    "bank_too_small": 409,
    "pool_too_small": 409,
    "pool_reduced": 409,
    "not_level": 409,
    "already_decided": 409,
    "already_revoked": 409,
    "not_your_own": 403,
    "too_many_tries": 429,
    "nothing_to_pause": 409,
    "already_paused": 409,
    "pause_over": 409,
    "not_for_oneself": 403,
    "paper_closed": 409,
    "still_sitting": 409,
    "no_time_left": 409,
    "nothing_late": 409,
    "already_proposed": 409,
    "proposal_over": 409,
    "same_officer": 403,
    "exam_settled": 409,
    "not_held": 409,
    "law_repealed": 409,
    "release_waits": 409,
    "proposal_stale": 409,
    "release_settled": 409,
    "same_trainer": 403,
}


def install(app: Flask) -> None:
    """Answer every refusal; what the request wrote so far is taken back."""
    app.register_error_handler(RuleBroken, rule_broken)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(CSRFError, csrf_error)
    app.register_error_handler(DataError, not_storable)
    app.register_error_handler(OverflowError, not_storable)
    app.register_error_handler(Exception, fault_of_ours)


def said(refusal: RuleBroken) -> str:
    """The refusal in the reader's language, with its facts filled in."""
    facts = {name: _shown(value) for name, value in refusal.facts.items()}
    return str(_(refusal.words) % facts if facts else _(refusal.words))


def said_fault(fault: Fault) -> str:
    """One thing to mend, in the reader's language."""
    return str(_(fault.words) % fault.facts if fault.facts else _(fault.words))


def _shown(value: Any) -> Any:
    return moment(value) if isinstance(value, datetime) else value


def rule_broken(refusal: RuleBroken) -> tuple[Any, int]:
    """A page or a JSON problem with the status that fits the refusal."""
    transaction.refuse()
    return _answer(STATUS.get(refusal.code, 409), refusal.code, said(refusal))


def http_error(error: HTTPException) -> tuple[Any, int] | Response:
    """What werkzeug refuses: unknown addresses, bodies that are too large, and the like."""
    transaction.refuse()
    code = error.code or 500
    if code < 400:
        return error.get_response()  # a redirect that routing asks for
    texts = {
        400: _("The request could not be understood."),
        403: _("This page is for other roles than yours."),
        404: _("This page does not exist, or it is not yours to see."),
        405: _("This address cannot be used that way. Go back and use the button on the page."),
        413: _("What you sent is too large (at most 8 MB)."),
    }
    return _answer(
        code, f"http_{code}", texts.get(code, _("The request could not be carried out."))
    )


def csrf_error(_error: CSRFError) -> tuple[Any, int]:
    """The page was too old, or the session ended meanwhile; nothing was changed."""
    transaction.refuse()
    return _answer(400, "stale_page", _("This page is out of date. Reload it and try again."))


def not_storable(error: Exception) -> tuple[Any, int]:
    """A number beyond all measure or a sign that no database keeps: nobody types it by mistake."""
    transaction.refuse()
    current_app.logger.warning("not storable at %s: %s", request.path, type(error).__name__)
    return _answer(400, "not_storable", _("The request could not be understood."))


def fault_of_ours(error: Exception) -> tuple[Any, int]:
    """A fault of the software: logged whole, told plainly, nothing half done."""

    transaction.refuse()
    current_app.logger.error("unexpected fault at %s", request.path, exc_info=error)
    if current_app.testing and current_app.config.get("PROPAGATE_FAULTS", True):
        raise error
    return _answer(500, "fault", _("Something went wrong on our side. Nothing was changed."))


def _answer(status: int, code: str, text: str) -> tuple[Any, int]:
    if wants_json():
        return jsonify(code=code, message=text), status
    titles = {
        400: _("That did not work"),
        403: _("Not open to you"),
        404: _("Not found"),
        409: _("Not possible now"),
        413: _("Too large"),
        422: _("Something to mend"),
        429: _("Please wait"),
        500: _("A fault on our side"),
    }
    page = render_template(
        "errors/error.html",
        code=status,
        title=titles.get(status, _("That did not work")),
        text=text,
        way_url=url_for("home.page"),
        way_label=_("To the home page"),
    )
    return page, status
