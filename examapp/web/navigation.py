"""The main menu: the rooms that this person may enter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, request, url_for
from flask_babel import gettext as _

from examapp.web.access import may
from examapp.web.signed_in import someone


@dataclass(frozen=True)
class MenuEntry:
    """One room in the menu."""

    url: str
    label: str
    active: bool


def install(app: Flask) -> None:
    """Put the menu into every page."""
    app.context_processor(lambda: {"nav": menu(app)})


def menu(app: Flask) -> list[MenuEntry]:
    """Entries in the order of a working day; none for people who are not signed in."""
    person = someone()
    if person is None or person.must_change_password:
        return []
    here = (request.endpoint or "").split(".")[0]
    rooms: list[tuple[str, Any]] = [
        ("home.page", _("Home")),
        ("study.shelf", _("Study")),
        ("exams.mine", _("My exams")),
        ("certificates.mine", _("Certificates")),
        ("assessments.mine", _("My year")),
        ("bank.items", _("Question bank")),
        ("exams.setting", _("Set exams")),
        ("reports.overview", _("Reports")),
        ("assessments.unit", _("Yearly assessment")),
        ("laws.shelf", _("Laws")),
        ("admin.users", _("People")),
        ("record.entries", _("Record")),
    ]
    return [
        MenuEntry(url_for(endpoint), label, _is_here(endpoint, here))
        for endpoint, label in rooms
        if endpoint in app.view_functions and may(endpoint)
    ]


_SHARED = {
    "exams.setting": {
        "exams.setting",
        "exams.new",
        "exams.show",
        "exams.edit",
        "exams.publish",
        "exams.cancel",
        "exams.delete",
    },
    "assessments.unit": {"assessments.unit", "assessments.person", "assessments.offline"},
    "certificates.mine": {"certificates.mine", "certificates.paper"},
}


def _is_here(endpoint: str, here: str) -> bool:
    room = endpoint.split(".")[0]
    if endpoint in _SHARED:
        return request.endpoint in _SHARED[endpoint]
    others = {e for key, group in _SHARED.items() if key.split(".")[0] == room for e in group}
    if endpoint == "exams.mine" and here == "sittings":
        return True
    return here == room and request.endpoint not in others
