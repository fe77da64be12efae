"""The append-only record as pages; nothing here can change it."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for

from examapp.services.record_pages import entry_page, record_page
from examapp.web.names import choices
from examapp.web.record.facts import fact_name, told
from examapp.web.transaction import db

room = Blueprint("record", __name__)


@room.get("/record")
def entries() -> str:
    """All entries, the newest first."""
    asked = request.args
    event, subject = asked.get("event", ""), asked.get("subject", "")
    found = record_page(db(), event=event, about=subject, number=asked.get("page", 1, type=int))
    return render_template(
        "record/entries.html",
        found=found,
        event=event,
        subject=subject,
        events=choices("event"),
        url_of=lambda page: url_for("record.entries", **{**asked, "page": page}),
    )


@room.get("/record/<int:number>")
def entry(number: int) -> str:
    """One entry with its facts and its neighbours."""
    found = entry_page(db(), number)
    facts = [(fact_name(name), told(name, found.shown[name], found)) for name in found.shown]
    sealed = [fact_name(name) for name in found.sealed]
    return render_template("record/entry.html", found=found, facts=facts, sealed=sealed)
