"""The main menu: the rooms that this person may enter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, request, url_for
from flask_babel import lazy_gettext as _l

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
    return [
        MenuEntry(url_for(endpoint), str(label), _is_here(covers or (endpoint,)))
        for endpoint, label, *covers in ROOMS
        if may(endpoint) and not _said_elsewhere(endpoint)
    ]


# The page that an entry leads to, its name, and the pages (or "room.") at which one is there.
ROOMS: tuple[tuple[Any, ...], ...] = (
    ("home.page", _l("Home")),
    ("study.shelf", _l("Study"), "study."),
    ("practice.room", _l("Practice"), "practice."),
    ("exams.mine", _l("My exams"), "exams.mine", "exams.lobby", "exams.ask_excuse", "sittings."),
    ("certificates.mine", _l("Certificates"), "certificates.mine", "certificates.paper"),
    ("assessments.mine", _l("My year"), "assessments.mine", "assessments.declare"),
    ("bank.items", _l("Question bank"), "bank."),
    (
        "exams.setting",
        _l("Set exams"),
        *(
            f"exams.{page}"
            for page in (
                *("setting", "new", "show", "edit", "publish", "cancel", "delete", "slots"),
                *("day", "day_person", "pause", "extra_time", "free", "propose_late"),
            )
        ),
    ),
    ("reports.overview", _l("Reports"), "reports."),
    (
        "assessments.unit",
        _l("Yearly assessment"),
        *(f"assessments.{page}" for page in ("unit", "person", "offline", "decide")),
        *(f"exams.{page}" for page in ("excuses", "file_excuse", "decide_excuse")),
        "certificates.manage",
        "certificates.revoke",
    ),
    (
        "certificates.manage",
        _l("Certificate register"),
        "certificates.manage",
        "certificates.revoke",
    ),
    ("laws.shelf", _l("Laws"), "laws.", "law_news.", "law_desk.", "held."),
    ("admin.users", _l("People"), "admin."),
    ("record.entries", _l("Record"), "record."),
)


def _said_elsewhere(endpoint: str) -> bool:
    """Personnel officers find the register of certificates beside the yearly sheets."""
    return endpoint == "certificates.manage" and may("assessments.unit")


def _is_here(covers: Sequence[str]) -> bool:
    here = request.endpoint or ""
    return any(here == page or (page.endswith(".") and here.startswith(page)) for page in covers)
