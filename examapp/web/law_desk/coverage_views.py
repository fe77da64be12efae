"""What the bank and the guides cover, law by law and topic by topic."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from examapp.clock import local_date, now
from examapp.core.law.numbers import article_label
from examapp.services.laws import coverage as laws
from examapp.services.laws import currency
from examapp.web.languages import authored
from examapp.web.law_desk.room import room
from examapp.web.transaction import db


@room.get("/coverage")
def coverage() -> str:
    """Every law of the register and every topic."""
    today = local_date(now())
    found = laws.laws(db(), today=today)
    return render_template(
        "law_desk/coverage.html",
        laws=found,
        untouched=[one for one in found if not one.on],
        topics=currency.topics(db(), today=today),
    )


@room.get("/<code>/coverage")
def law_coverage(code: str) -> str | Response:
    """One law, article by article."""
    found = laws.law(db(), code, today=local_date(now()))
    if found.law.code != code:
        return redirect(url_for("law_desk.law_coverage", code=found.law.code))
    return render_template("law_desk/law_coverage.html", entry=found)


@room.app_template_filter("article_run")
def article_run(run: tuple[str, str]) -> str:
    """第3–7条, Articles 3–7: articles that follow each other."""
    first, last = run
    if authored() == "zh":
        extra = "-" in first or "-" in last
        if first == last:
            return article_label(first) if extra else f"第{first}条"
        return f"{article_label(first)}至{article_label(last)}" if extra else f"第{first}—{last}条"
    return first if first == last else f"{first}–{last}"
