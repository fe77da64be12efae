"""Days of legal publicity, read once at the first use, and what a practice theme is called."""

from __future__ import annotations

from datetime import date

from flask import current_app, g
from flask_babel import format_date

from examapp.core.calendar_days import PublicityDay
from examapp.core.refusals import NotFound
from examapp.library.calendar_files import read_calendar
from examapp.services.practice.themes import Theme, law_titles
from examapp.web.languages import authored
from examapp.web.transaction import db


def publicity_days() -> tuple[PublicityDay, ...]:
    """All days of content/calendar.yaml; faulty ones are left out and logged."""
    days: tuple[PublicityDay, ...] | None = current_app.extensions.get("publicity_days")
    if days is None:
        days, faults = read_calendar(current_app.extensions["settings"].content)
        for fault in faults:
            current_app.logger.warning("left out of the calendar: %s", fault)
        current_app.extensions["publicity_days"] = days
    return days


def publicity_day(code: str) -> PublicityDay:
    """One day by its code; NotFound where there is none."""
    for day in publicity_days():
        if day.code == code:
            return day
    raise NotFound()


def theme_of(day: PublicityDay) -> Theme:
    """What is practised on a day."""
    return Theme(f"day:{day.code}", day.laws, day.topics)


def theme_name(name: str) -> str:
    """What the theme of a run is called: the title of a day, or of a law."""
    kind, _colon, code = name.partition(":")
    if kind == "day":
        titles = {day.code: day.title for day in publicity_days()}
    else:
        titles = g.setdefault("law_titles", {})
        if code not in titles:
            titles.update(law_titles(db(), {code}))
    known = titles.get(code, {})
    title = str(known.get(authored()) or known.get("zh", code))
    return f"《{title}》" if kind == "law" and authored() == "zh" else title


def month_of(day: date) -> str:
    """The month in which a day lies: 2026年12月, December 2026."""
    return str(format_date(day, "yyyy年M月" if authored() == "zh" else "MMMM yyyy", rebase=False))
