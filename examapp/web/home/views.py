"""The first page: what to do next, by role."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, render_template

from examapp.clock import now
from examapp.core.people import Role
from examapp.services.home import cadre, officers
from examapp.services.people.persons import Person
from examapp.web.law_news.days import publicity_days
from examapp.web.signed_in import me
from examapp.web.transaction import db

room = Blueprint("home", __name__)


@room.get("/")
def page() -> str:
    """What waits for this person."""
    return render_template("home/page.html", desks=_desks(me()))


def _desks(person: Person) -> dict[str, Any]:
    """One desk a role; who sets exams has a desk for that, whichever role lets them."""
    policy = current_app.extensions["settings"].policy
    at = now()
    desks: dict[str, Any] = {}
    if person.has(Role.CADRE):
        desks["cadre"] = cadre.cadre_desk(
            db(), person, policy=policy, days=publicity_days(), now=at
        )
    if person.has(Role.TRAINER):
        desks["trainer"] = officers.trainer_desk(db(), person, now=at)
    if person.has(Role.TRAINER, Role.ADMIN):
        desks["exams"] = officers.exams_desk(db(), now=at)
    if person.has(Role.PERSONNEL):
        desks["personnel"] = officers.personnel_desk(db(), person, policy=policy, now=at)
    if person.has(Role.ADMIN):
        desks["admin"] = officers.admin_desk(db(), person)
    if person.has(Role.ADMIN, Role.AUDITOR):
        desks["record"] = officers.record_desk(db())
    return desks
