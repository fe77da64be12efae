"""Searching all laws, or one of them, in Chinese and by number."""

from __future__ import annotations

import re

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from examapp.clock import local_date, now
from examapp.services.laws import search as searching
from examapp.services.laws.search import Found
from examapp.store.laws import Law
from examapp.web.laws.asked import asked_law
from examapp.web.transaction import db

BARE_NUMBER = re.compile(r"[0-9]{1,4}(?:[-之][0-9]{1,2})?")
LABEL = re.compile(r"第?[^第条款项\s]{1,9}条(?:之[^条\s]{1,3})?")
LONGEST = 200


def add_to(room: Blueprint) -> None:
    """Put the search into the room of laws."""
    room.add_url_rule("/search", view_func=search, methods=["GET"])


def search() -> str | Response:
    """What was found, laws first, then articles; a number within a law leads straight there."""
    q = request.args.get("q", "").replace("\0", "").strip()[:LONGEST]
    code = request.args.get("law", "")
    law = asked_law(code) if code else None
    found = _found(q, law) if q else None
    if law and found and _is_number(q) and len(found.places) == 1:
        place = f"article-{found.places[0].key}"
        return redirect(url_for("laws.law", code=law.code, _anchor=place))
    return render_template(
        "laws/search.html",
        q=q,
        law=law,
        found=found,
        pages=lambda n: url_for("laws.search", q=q, law=law.code if law else None, page=n),
    )


def _found(q: str, law: Law | None) -> Found:
    asked = f"第{q.replace('-', '条之')}" if law and BARE_NUMBER.fullmatch(q) else q
    asked = asked if asked == q or "条" in asked else f"{asked}条"
    page = request.args.get("page", type=int) or 1
    today = local_date(now())
    return searching.search(db(), asked, on=today, law=law.code if law else None, page=page)


def _is_number(q: str) -> bool:
    return bool(BARE_NUMBER.fullmatch(q) or LABEL.fullmatch(q))
