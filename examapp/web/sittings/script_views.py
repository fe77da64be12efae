"""What the exam page's script asks: save a choice, tell the time, hand in."""

from __future__ import annotations

from flask import jsonify, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from examapp.clock import now
from examapp.core.sittings import OutOfOrder
from examapp.services.sittings import closing, papers, presence, saving
from examapp.services.sittings.saving import Saved
from examapp.web import transaction
from examapp.web.devices import this_device
from examapp.web.presentation import clock_time
from examapp.web.refusals import said
from examapp.web.signed_in import me
from examapp.web.sittings.room import json_sent, room, to_the_second, whole_ms
from examapp.web.transaction import db

MOST_SEQ = 1_000_000


@room.post("/sittings/<sitting>/responses")
def save(sitting: str) -> tuple[Response, int] | Response:
    """Save one choice; the answer confirms it, or tells that it is kept as late."""
    data = json_sent()
    lease_no, seq, position = (_number(data.get(name)) for name in ("lease", "seq", "position"))
    choice, left = _choice(data.get("choice")), whole_ms(data.get("left_ms"))
    try:
        saved = saving.save(
            db(), me(), sitting, lease_no=lease_no, seq=seq, position=position, choice=choice,
            left=left, now=now(),
        )  # fmt: skip
    except OutOfOrder as refusal:
        transaction.refuse()
        free = papers.next_seq(db(), papers.mine(db(), me(), sitting))
        return jsonify(code=refusal.code, message=said(refusal), next_seq=free), 409
    if saved.late:
        return jsonify(late=seq, message=_late(saved)), 202
    return jsonify(saved=seq, left_ms=saved.left_ms)


def _number(value: object) -> int:
    if type(value) is int and 0 < value <= MOST_SEQ:
        return value
    raise BadRequest()


def _choice(value: object) -> frozenset[str]:
    if isinstance(value, list) and len(value) <= 6 and all(type(c) is str for c in value):
        return frozenset(value)
    raise BadRequest()


def _late(saved: Saved) -> str:
    if saved.released:
        words = _("This choice came after the results were released. It is kept, but cannot count.")
    else:
        words = _(
            "This choice came too late. It is kept and marked as late; it counts only if two"
            " officers decide so."
        )
    return str(words)


@room.post("/sittings/<sitting>/pulse")
def pulse(sitting: str) -> Response:
    """How much time is left, and whether this device still holds the sitting."""
    told = presence.pulse(db(), me(), sitting, device=this_device(), now=now())
    return jsonify(
        left_ms=told.left_ms,
        state=told.course,
        lease=told.lease,
        mine=told.mine,
        since=clock_time(told.since) if told.since else None,
        counts_until=to_the_second(told.accepts_until),
    )


def hand_in(sitting: str) -> Response:
    """Hand in for the script, which waited for the connection; the answer leads to the receipt."""
    data = json_sent()
    lease = data.get("lease")
    closing.submit(
        db(), me(), sitting, left=whole_ms(data.get("left_ms")), now=now(),
        lease_no=None if lease is None else _number(lease),
    )  # fmt: skip
    return jsonify(receipt=url_for("sittings.receipt", sitting=sitting))
