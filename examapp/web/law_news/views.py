"""What is new in the law since one's last visit, and the calendar with themed practice."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any

from flask import Blueprint, current_app, render_template, request, url_for
from flask_babel import lazy_gettext as _l

from examapp.clock import local_date, now
from examapp.services.laws import calendar as law_calendar
from examapp.services.laws import news as law_news
from examapp.services.laws import visits
from examapp.services.practice import themes
from examapp.web import transaction
from examapp.web.access import ACCESS, may
from examapp.web.law_news.days import month_of, publicity_days, theme_name, theme_of
from examapp.web.signed_in import me
from examapp.web.transaction import db

room = Blueprint("law_news", __name__, url_prefix="/laws")
room.add_app_template_filter(theme_name)
room.add_app_template_filter(month_of, "month")
MONTHS = 3

TABS = (
    ("laws.shelf", _l("Library")),
    ("laws.search", _l("Search")),
    ("law_news.news", _l("What is new")),
    ("law_news.calendar", _l("Calendar")),
    ("law_desk.upload", _l("Import texts")),
    ("law_desk.coverage", _l("Coverage")),
    ("held.queue", _l("Held questions")),
)


@room.app_template_global()
def law_tabs(here: str) -> list[tuple[str, str, bool]]:
    """The tabs of the law library that this person may open, as (words, address, active)."""
    return [
        (str(words), url_for(endpoint), endpoint == here)
        for endpoint, words in TABS
        if endpoint in current_app.view_functions and endpoint in ACCESS and may(endpoint)
    ]


@room.get("/news")
@transaction.writes
def news() -> str:
    """What is new since the last visit, and the last twelve months; opening it is the visit."""
    at = now()
    since = law_news.since_visit(visits.note(db(), me(), now=at), now=at)
    year = law_news.since_visit(None, now=at)
    new = law_news.novelties(db(), me(), since, now=at)
    fresh = {(one.edition.id, one.what) for one in new}
    older = [
        one
        for one in law_news.novelties(db(), me(), year, now=at)
        if (one.edition.id, one.what) not in fresh
    ]
    return render_template(
        "law_news/news.html",
        since=since,
        new=by_concern(new),
        older=by_concern(older),
        today=local_date(at),
    )


def by_concern(entries: list[law_news.Novelty]) -> list[tuple[str, list[law_news.Novelty]]]:
    """The groups in which they are shown, nearest first."""
    return [(str(near), list(group)) for near, group in groupby(entries, lambda one: one.concern)]


@room.get("/calendar")
def calendar() -> str:
    """This month and the next ones, or those from `?start=YYYY-MM`."""
    today = local_date(now())
    first = _asked_month(today)
    months = law_calendar.months(db(), me(), publicity_days(), first=first, count=MONTHS)
    return render_template(
        "law_news/calendar.html",
        months=months,
        today=today,
        available=_available(months, today),
        may_practise=may("practice.begin_day"),
        may_study=may("study.guide"),
        before=_address(first, -MONTHS, today),
        after=_address(first, MONTHS, today),
        at_now=first == today.replace(day=1),
    )


def _asked_month(today: date) -> date:
    """The month asked for, not further off than ten years; else this one."""
    try:
        asked = date.fromisoformat(request.args.get("start", "")[:7] + "-01")
    except ValueError:
        asked = today.replace(day=1)
    return asked if abs(asked.year - today.year) <= 10 else today.replace(day=1)


def _address(first: date, months: int, today: date) -> str | None:
    other = law_calendar.month_after(first, months)
    if abs(other.year - today.year) > 10:
        return None
    return url_for("law_news.calendar", start=other.strftime("%Y-%m"))


def _available(months: list[law_calendar.Month], today: date) -> dict[str, int]:
    """How many questions each day and each law of these months has to practise now."""
    if not may("practice.begin_day"):
        return {}
    wanted: dict[str, Any] = {}
    for month in months:
        for entry in month.days:
            theme = theme_of(entry.day)
            wanted[theme.name] = theme
        for one in month.anniversaries:
            name = f"law:{one.law.code}"
            wanted[name] = themes.Theme(name, (one.law.code,))
    return themes.available(db(), wanted.values(), today=today)
