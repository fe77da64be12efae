"""How the yearly sheet speaks: amounts in the measure's unit, and where a fact can be seen."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, url_for
from flask_babel import gettext as _

from examapp.core.assessment import Evidence, Line, Measure
from examapp.web.presentation import hours


def install(room: Blueprint) -> None:
    """Give the templates their filters."""
    room.add_app_template_filter(duration)
    room.add_app_template_filter(amount)
    room.add_app_template_filter(short_of)


def duration(minutes: int) -> str:
    """Whole and half hours as such, else hours and minutes: nothing is rounded away."""
    whole, rest = divmod(minutes, 60)
    if minutes == 60:
        return str(_("1 hour"))
    if rest in (0, 30) and (whole or not rest):
        return str(_("%(n)s hours", n=hours(minutes)))
    return str(_("%(h)s h %(m)s min", h=whole, m=rest) if whole else _("%(m)s min", m=rest))


def count(exams: int) -> str:
    """A number of exams."""
    return str(_("1 exam") if exams == 1 else _("%(n)s exams", n=exams))


_UNITS = {Measure.STUDY_MINUTES: duration, Measure.EXAMS_PASSED: count}


def amount(value: int, measure: Measure) -> str:
    """An amount in the words of its measure."""
    return _UNITS[measure](value)


def short_of(line: Line) -> str:
    """What a line of the sheet still misses; empty where nothing is."""
    return amount(line.missing, line.indicator.measure) if line.missing else ""


def ways(fact: Evidence, certificates: Mapping[str, str]) -> tuple[str, str]:
    """Where people see a fact of their own, and the certificate it led to; "" for nowhere."""
    kind, _colon, rest = fact.reference.partition(":")
    if kind == "section":
        guide, _colon, section = rest.partition(":")
        return url_for("study.section", guide=guide, section=section), ""
    if kind == "exempted":
        return url_for("exams.excuse_paper", excuse=rest), ""
    if kind != "sitting":
        return "", ""
    serial = certificates.get(rest)
    certificate = url_for("certificates.paper", serial=serial) if serial else ""
    return url_for("sittings.review", sitting=rest), certificate
