"""The register of laws."""

from __future__ import annotations

from flask import Blueprint, render_template

from examapp.clock import local_date, now
from examapp.services import laws
from examapp.web.access import may
from examapp.web.transaction import db

room = Blueprint("laws", __name__, url_prefix="/laws")


@room.get("")
def shelf() -> str:
    """Every law that items and guides may cite."""
    return render_template("laws/shelf.html", entries=laws.shelf(db(), today=local_date(now())))


@room.get("/<code>", endpoint="law")
def law_page(code: str) -> str:
    """One law: its editions, and what is taught of which article."""
    today = local_date(now())
    return render_template(
        "laws/law.html",
        entry=laws.law(db(), code, today=today),
        cited=laws.cited_articles(db(), code),
        today=today,
        may_study=may("study.section"),
    )
