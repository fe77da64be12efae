"""Reading a law: as in force on a day, an edition of one's choice, or one article alone."""

from __future__ import annotations

from flask import Blueprint, render_template

from examapp.services.laws import notes, reading, resting
from examapp.services.laws import shelf as shelves
from examapp.services.laws.comparing import changed_in
from examapp.web.access import may
from examapp.web.laws.asked import Asked, asked
from examapp.web.signed_in import me
from examapp.web.transaction import db

LONG = 60
"""A table of contents with more entries leaves out the sections (节)."""


def add_to(room: Blueprint) -> None:
    """Put the pages of a law into the room of laws."""
    room.add_url_rule("/<code>", endpoint="law", view_func=law_page, methods=["GET"])


def law_page(code: str) -> str | tuple[str, int]:
    """One law to read; where its words are not here, what is known of it."""
    found = asked(code)
    page = _read(found) if found.shown.has_text else _facts(found)
    return (page, 422) if found.fault and found.on is None else page


def _facts(found: Asked) -> str:
    code = found.law.code
    return render_template(
        "laws/law.html",
        asked=found,
        entry=shelves.law(db(), code, today=found.today),
        cited=shelves.cited_articles(db(), code),
        may_study=may("study.section"),
        may_import=may("law_desk.upload"),
    )


def _read(found: Asked) -> str:
    law, edition = found.law, found.edition
    trains = may("bank.item")
    old, changed = changed_in(db(), law, edition)
    rests = resting.resting_on(db(), law, edition, with_items=trains)
    return render_template(
        "laws/read.html",
        asked=found,
        outline=_outline(found),
        entries=reading.contents(db(), edition),
        old=old,
        changed=changed,
        rests=rests,
        numbers=resting.in_numbers(rests.values()),
        notes=notes.notes_on(db(), me(), law, edition) if may("laws.note") else {},
        may_study=may("study.section"),
        trains=trains,
    )


def _outline(found: Asked) -> list[reading.Outlined]:
    outline = reading.outline(db(), found.edition)
    if len(outline) <= LONG:
        return outline
    return [entry for entry in outline if entry.heading.level != "section"]
