"""The room of sittings: its blueprint, and what its pages and its answers to scripts share."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, request
from flask_babel import format_datetime
from werkzeug.exceptions import BadRequest

from examapp.clock import local_date, now
from examapp.core.sittings import SittingState, state
from examapp.store.sittings import Sitting
from examapp.web.presentation import moment

room = Blueprint("sittings", __name__)
MOST_MS = 1_000_000_000  # eleven days: more than any sitting lasts, less than the column holds


def state_of(sitting: Sitting) -> SittingState:
    """Open, handed in or over, now."""
    return state(
        sitting.submitted_at or sitting.closed_at, sitting.deadline, now(), sitting.paused_at
    )


def to_the_second(value: datetime) -> str:
    """The time of day with its seconds, with the day where it is not today's."""
    same_day = local_date(value) == local_date(now())
    return str(format_datetime(value, "HH:mm:ss")) if same_day else moment(value)


def json_sent() -> dict[str, object]:
    """The object that a script sent; 400 where it is none."""
    try:
        data = request.get_json(silent=True)
    except RecursionError:  # brackets within brackets: no ValueError, so `silent` lets it through
        data = None
    if not isinstance(data, dict):
        raise BadRequest()
    return data


def whole_ms(value: object) -> int | None:
    """What a device says was left: a whole number in bounds, or nothing; else 400."""
    if value is None or (type(value) is int and abs(value) <= MOST_MS):
        return value
    raise BadRequest()
