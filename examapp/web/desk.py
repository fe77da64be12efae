"""What a personnel officer's pages share: their tabs, and the choice of a unit."""

from __future__ import annotations

from flask import request, url_for
from flask_babel import gettext as _

from examapp.services.assessments.offline import waiting_count
from examapp.services.exams.excuse_pages import waiting_count as excuses_count
from examapp.services.people.cadres import unit_choices
from examapp.web.access import may
from examapp.web.languages import authored
from examapp.web.signed_in import me
from examapp.web.transaction import db


def tabs() -> list[tuple[str, str, bool]]:
    """The rooms of the desk; none for those who only see the certificates."""
    if not may("assessments.unit"):
        return []
    waits = waiting_count(db(), me())
    declared = _("Declared study (%(n)s)", n=waits) if waits else _("Declared study")
    asked = excuses_count(db(), me())
    excused = _("Excuses (%(n)s)", n=asked) if asked else _("Excuses")
    entries = (
        ("assessments.unit", _("Yearly sheets")),
        ("assessments.offline", declared),
        ("exams.excuses", excused),
        ("certificates.manage", _("Certificates")),
    )
    return [(words, url_for(name), request.endpoint == name) for name, words in entries]


def units_to_pick(reach: int | None) -> list[tuple[str, str]]:
    """Units within reach as options of a select, indented by their depth."""
    return [
        (public_id, "\u3000" * depth + name[authored()])
        for public_id, depth, name in unit_choices(db(), reach)
    ]
