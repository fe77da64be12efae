"""Who may ask for what: one line a route; a route that is not named here answers nobody."""

from __future__ import annotations

from flask import Flask, redirect, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from examapp.core.people import Role
from examapp.core.refusals import N_, RuleBroken
from examapp.web.signed_in import someone

CADRE, TRAINER, PERSONNEL, ADMIN, AUDITOR = Role
PUBLIC = None
ANYBODY = frozenset(Role)

ACCESS: dict[str, frozenset[Role] | None] = {
    "static": PUBLIC,
    "bootstrap.static": PUBLIC,
    "health.healthz": PUBLIC,
    "health.readyz": PUBLIC,
    "home.page": ANYBODY,
    "accounts.sign_in": PUBLIC,
    "accounts.language": PUBLIC,
    "accounts.setup": PUBLIC,
    "accounts.sign_out": ANYBODY,
    "accounts.me": ANYBODY,
    "accounts.password": ANYBODY,
    "accounts.sign_out_everywhere": ANYBODY,
    "study.shelf": frozenset({CADRE, TRAINER, PERSONNEL, ADMIN}),
    "study.guide": frozenset({CADRE, TRAINER, PERSONNEL, ADMIN}),
    "study.section": frozenset({CADRE, TRAINER, PERSONNEL, ADMIN}),
    "study.note": frozenset({CADRE, TRAINER, PERSONNEL, ADMIN}),
    "study.notes": frozenset({CADRE, TRAINER, PERSONNEL, ADMIN}),
    "study.draw_check": frozenset({CADRE}),
    "study.check": frozenset({CADRE}),
    "study.hand_in_check": frozenset({CADRE}),
    "practice.room": frozenset({CADRE}),
    "practice.begin_topic": frozenset({CADRE}),
    "practice.begin_wrong": frozenset({CADRE}),
    "practice.begin_law": frozenset({CADRE}),
    "practice.begin_day": frozenset({CADRE}),
    "practice.mock": frozenset({CADRE}),
    "practice.begin_mock": frozenset({CADRE}),
    "practice.run": frozenset({CADRE}),
    "practice.hand_in": frozenset({CADRE}),
    "laws.shelf": ANYBODY,
    "laws.law": ANYBODY,
    "law_news.news": ANYBODY,
    "law_news.calendar": ANYBODY,
    "law_desk.upload": frozenset({TRAINER, ADMIN}),
    "law_desk.report": frozenset({TRAINER, ADMIN}),
    "law_desk.confirm": frozenset({TRAINER, ADMIN}),
    "law_desk.set_days": frozenset({TRAINER, ADMIN}),
    "law_desk.throw_away": frozenset({TRAINER, ADMIN}),
    "law_desk.coverage": frozenset({TRAINER}),
    "law_desk.law_coverage": frozenset({TRAINER}),
    "laws.article": ANYBODY,
    "laws.note": frozenset({CADRE, TRAINER, PERSONNEL, ADMIN}),
    "laws.compare": ANYBODY,
    "laws.search": ANYBODY,
    "held.queue": frozenset({TRAINER}),
    "held.item": frozenset({TRAINER}),
    "held.section": frozenset({TRAINER}),
    "held.answer": frozenset({TRAINER}),
    "bank.items": frozenset({TRAINER}),
    "bank.new": frozenset({TRAINER}),
    "bank.item": frozenset({TRAINER}),
    "bank.revision": frozenset({TRAINER}),
    "bank.revise": frozenset({TRAINER}),
    "bank.retire": frozenset({TRAINER}),
    "bank.bring_back": frozenset({TRAINER}),
    "bank.waiting": frozenset({TRAINER}),
    "bank.read": frozenset({TRAINER}),
    "exams.mine": frozenset({CADRE}),
    "exams.lobby": frozenset({CADRE}),
    "exams.book_slot": frozenset({CADRE}),
    "exams.ask_excuse": frozenset({CADRE}),
    "exams.withdraw_excuse": frozenset({CADRE}),
    "exams.excuse_paper": frozenset({CADRE, PERSONNEL, ADMIN}),
    "exams.excuses": frozenset({PERSONNEL, ADMIN}),
    "exams.file_excuse": frozenset({PERSONNEL, ADMIN}),
    "exams.decide_excuse": frozenset({PERSONNEL, ADMIN}),
    "exams.setting": frozenset({TRAINER, ADMIN}),
    "exams.slots": frozenset({TRAINER, ADMIN}),
    "exams.remove_slot": frozenset({TRAINER, ADMIN}),
    "exams.new": frozenset({TRAINER, ADMIN}),
    "exams.show": frozenset({TRAINER, ADMIN}),
    "exams.edit": frozenset({TRAINER, ADMIN}),
    "exams.publish": frozenset({TRAINER, ADMIN}),
    "exams.cancel": frozenset({TRAINER, ADMIN}),
    "exams.release": frozenset({TRAINER, ADMIN}),
    "exams.delete": frozenset({TRAINER, ADMIN}),
    "exams.day": frozenset({TRAINER, PERSONNEL, ADMIN}),
    "exams.day_person": frozenset({TRAINER, PERSONNEL, ADMIN}),
    "exams.pause": frozenset({ADMIN}),
    "exams.resume": frozenset({ADMIN}),
    "exams.extra_time": frozenset({PERSONNEL, ADMIN}),
    "exams.free": frozenset({TRAINER, PERSONNEL, ADMIN}),
    "exams.propose_late": frozenset({PERSONNEL, ADMIN}),
    "exams.settle_late": frozenset({PERSONNEL, ADMIN}),
    "lottery.show": PUBLIC,
    "lottery.bundle": PUBLIC,
    "lottery.rules": PUBLIC,
    "lottery.mine": frozenset({CADRE}),
    "sittings.start": frozenset({CADRE}),
    "sittings.sit": frozenset({CADRE}),
    "sittings.save": frozenset({CADRE}),
    "sittings.save_form": frozenset({CADRE}),
    "sittings.pulse": frozenset({CADRE}),
    "sittings.claim": frozenset({CADRE}),
    "sittings.take_over": frozenset({CADRE}),
    "sittings.summary": frozenset({CADRE}),
    "sittings.submit": frozenset({CADRE}),
    "sittings.receipt": frozenset({CADRE}),
    "sittings.review": frozenset({CADRE}),
    "certificates.mine": frozenset({CADRE}),
    "certificates.paper": frozenset({CADRE}),
    "certificates.look_up": PUBLIC,
    "certificates.public": PUBLIC,
    "certificates.manage": frozenset({PERSONNEL, ADMIN}),
    "certificates.revoke": frozenset({PERSONNEL, ADMIN}),
    "assessments.mine": frozenset({CADRE}),
    "assessments.declare": frozenset({CADRE}),
    "assessments.withdraw": frozenset({CADRE}),
    "assessments.unit": frozenset({PERSONNEL}),
    "assessments.person": frozenset({PERSONNEL}),
    "assessments.offline": frozenset({PERSONNEL}),
    "assessments.decide": frozenset({PERSONNEL}),
    "reports.overview": frozenset({PERSONNEL}),
    "reports.exam": frozenset({PERSONNEL}),
    "reports.download": frozenset({PERSONNEL}),
    "reports.person": frozenset({PERSONNEL}),
    "admin.users": frozenset({ADMIN}),
    "admin.new_user": frozenset({ADMIN}),
    "admin.user": frozenset({ADMIN}),
    "admin.reset_password": frozenset({ADMIN}),
    "admin.disable": frozenset({ADMIN}),
    "admin.enable": frozenset({ADMIN}),
    "admin.units": frozenset({ADMIN}),
    "admin.new_unit": frozenset({ADMIN}),
    "admin.unit": frozenset({ADMIN}),
    "admin.import_people": frozenset({ADMIN}),
    "admin.import_template": frozenset({ADMIN}),
    "admin.password_sheet": frozenset({ADMIN}),
    "record.entries": frozenset({AUDITOR, ADMIN}),
    "record.entry": frozenset({AUDITOR, ADMIN}),
}

BEFORE_NEW_PASSWORD = {
    "accounts.password",
    "accounts.sign_out",
    "accounts.language",
    "static",
    "bootstrap.static",
}


class NotYourRoom(RuleBroken):
    """The page exists, but not for any role of this person."""

    code = "not_your_room"
    words = N_("This page is for other roles than yours.")


class SignInNeeded(RuleBroken):
    """A script asked after the session had ended."""

    code = "sign_in_needed"
    words = N_("Please sign in again.")


def wants_json() -> bool:
    """Whether a script asked: it sends JSON and gets JSON."""
    return request.mimetype == "application/json"


def install(app: Flask) -> None:
    """Ask before every request."""
    app.before_request(require_access)


def require_access() -> Response | None:
    """Let the request in, send it to the sign-in, or refuse it."""
    endpoint = request.endpoint
    if endpoint is None:
        return None  # no such address: Flask answers 404
    if endpoint not in ACCESS:
        raise NotFound()
    roles = ACCESS[endpoint]
    if roles is PUBLIC:
        return None
    person = someone()
    if person is None and wants_json():
        raise SignInNeeded()
    if person is None:
        back = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("accounts.sign_in", next=back))
    if person.must_change_password and endpoint not in BEFORE_NEW_PASSWORD:
        return redirect(url_for("accounts.password"))
    if not person.has(*(roles or ())):
        raise NotYourRoom()
    return None


def may(endpoint: str) -> bool:
    """Whether the signed-in person may ask for a route; for menus."""
    roles = ACCESS[endpoint]
    person = someone()
    return roles is PUBLIC or (person is not None and person.has(*(roles or ())))
