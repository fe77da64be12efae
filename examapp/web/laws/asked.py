"""Which edition of which law an address asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.routing import RequestRedirect

from examapp.clock import local_date, now
from examapp.services.laws import reading
from examapp.services.laws.reading import StandingEdition
from examapp.store.laws import Edition, Law
from examapp.web.transaction import db


class Moved(RequestRedirect):
    """The law stands under another code since the register named it."""

    code = 302


@dataclass(frozen=True)
class Asked:
    """A law and the edition to show; `on` is the day asked for, `fault` why it was not taken.

    `exact` says that the address names the edition itself, as a link to share does. `missing`
    is the edition that holds on the day but has no words here, so that an older one is shown.
    """

    law: Law
    editions: list[StandingEdition]
    shown: StandingEdition
    today: date
    on: date | None = None
    exact: bool = False
    fault: str = ""
    missing: StandingEdition | None = None

    @property
    def edition(self) -> Edition:
        """The edition to show."""
        return self.shown.edition

    @property
    def current(self) -> StandingEdition | None:
        """The edition in force today, if there is one."""
        found = (e for e in self.editions if e.standing == reading.Standing.IN_FORCE)
        return next(found, None)


def asked_law(code: str) -> Law:
    """The law of an address; one that moved leads to its new code."""
    law = reading.law_by_code(db(), code)
    if law.code != code and request.endpoint and request.method == "GET":
        more = {name: value for name, value in request.args.items() if name[:1] != "_"}
        arguments = {**more, **(request.view_args or {}), "code": law.code}
        raise Moved(url_for(request.endpoint, **arguments))
    return law


def asked(code: str) -> Asked:
    """What `?edition=` (a link to share) or `?on=` (the date picker) asks for; else today's."""
    law, today = asked_law(code), local_date(now())
    editions = reading.editions(law, on=today)
    if exact := request.args.get("edition", ""):
        edition = reading.edition_of(law, on=today, adopted=_day_or_404(exact))
        return Asked(law, editions, _standing(editions, edition), today, exact=True)
    on, fault = _asked_day()
    edition = reading.edition_of(law, on=on or today)
    if on and on < edition.effective:
        fault = _("On that day none of the editions that are here was in force yet.")
    meant = _standing(editions, edition)
    shown = _with_words(editions, meant)
    missing = None if shown is meant else meant
    return Asked(law, editions, shown, today, on, fault=fault, missing=missing)


def _with_words(editions: list[StandingEdition], meant: StandingEdition) -> StandingEdition:
    """The edition meant, or the newest one before it of which the words are here."""
    older = editions[editions.index(meant) :]
    return next((entry for entry in older if entry.has_text), meant)


def _standing(editions: list[StandingEdition], edition: Edition) -> StandingEdition:
    return next(entry for entry in editions if entry.edition.id == edition.id)


def day_of(text: str) -> date | None:
    """A day written 2026-01-31; None where it is none."""
    try:
        return date.fromisoformat(text.strip()) if len(text.strip()) == 10 else None
    except ValueError:
        return None


def _day_or_404(text: str) -> date:
    day = day_of(text)
    if day is None:
        raise NotFound()
    return day


def _asked_day() -> tuple[date | None, str]:
    text = request.args.get("on", "").strip()
    day = day_of(text)
    if text and day is None:
        return None, _("That is not a day. Write it as year, month and day, such as 2026-01-31.")
    return day, ""
