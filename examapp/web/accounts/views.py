"""Signing in and out, language, password, and the way in for the first administrator."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from examapp.clock import now
from examapp.core.people import SamePassword, WeakPassword
from examapp.core.throttle import TooManyTries
from examapp.services.people import setup as first
from examapp.services.people import signing_in
from examapp.services.people.persons import Person, by_id
from examapp.web.accounts.forms import NewPassword, Setup, SignIn
from examapp.web.devices import known_to, remember
from examapp.web.languages import HTML
from examapp.web.refusals import said
from examapp.web.signed_in import enter, leave, me, someone
from examapp.web.transaction import db

room = Blueprint("accounts", __name__, template_folder="templates")


@room.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> str | Response | tuple[str, int]:
    """The door."""
    if someone():
        return redirect(url_for("home.page"))
    form = SignIn(next=request.args.get("next", ""))
    if not form.validate_on_submit():
        return render_template("accounts/sign_in.html", form=form)
    username = form.username.data
    result = signing_in.sign_in(
        db(),
        username,
        form.password.data,
        address=request.remote_addr or "",
        device=known_to(username),
        now=now(),
    )
    if result.person is None:
        if result.refusal:
            form.form_errors.append(said(result.refusal))
        return render_template("accounts/sign_in.html", form=form), 422
    enter(result.person)
    response = redirect(_inside(form.next.data))
    remember(response, username)
    return response


def _inside(target: str | None) -> str:
    """Only addresses of our own: a link must not carry people elsewhere after they signed in."""
    target = target or ""
    # Browsers drop tabs and newlines, and read a backslash as a slash: /<tab>\evil.com leads away.
    plain = not any(sign <= " " or sign == "\\" for sign in target)
    ours = plain and target.startswith("/") and not target.startswith("//")
    return target if ours and _can_be_visited(urlsplit(target).path) else url_for("home.page")


def _can_be_visited(path: str) -> bool:
    """A page that answered a form has an address that cannot be asked for again."""
    try:
        current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return False
    return True


@room.post("/sign-out")
def sign_out() -> Response:
    """End this browser's session."""
    leave()
    return redirect(url_for("accounts.sign_in"))


@room.post("/language")
def language() -> Response:
    """Change the language, here and (for signed-in people) everywhere."""
    code = request.form.get("code", "")
    if code in HTML:
        session["language"] = code
        person = someone()
        if person:
            signing_in.prefer_language(db(), person, code)
    return redirect(_inside(request.form.get("next", "").rstrip("?")))


@room.get("/me", endpoint="me")
def own_account() -> str:
    """One's own account."""
    return render_template("accounts/me.html", person=me())


@room.route("/me/password", methods=["GET", "POST"])
def password() -> str | Response | tuple[str, int]:
    """A new password; every other session ends."""
    form = NewPassword()
    if not form.validate_on_submit():
        return render_template("accounts/password.html", form=form, person=me())
    try:
        signing_in.change_password(db(), me(), form.old.data, form.new.data, now=now())
    except signing_in.WrongPassword:
        form.old.errors = [_("This is not your present password.")]
    except TooManyTries as refusal:
        form.old.errors = [said(refusal)]
    except (SamePassword, WeakPassword) as refusal:
        form.new.errors = [said(refusal)]
    else:
        enter(_fresh(me()))
        flash(_("Your new password is set. All other devices have been signed out."), "success")
        return redirect(url_for("home.page"))
    return render_template("accounts/password.html", form=form, person=me()), 422


def _fresh(person: Person) -> Person:
    db().flush()
    return by_id(db(), person.id) or person


@room.post("/me/sign-out-everywhere")
def sign_out_everywhere() -> Response:
    """End every session of this person."""
    signing_in.sign_out_everywhere(db(), me())
    leave()
    flash(_("You have been signed out on all devices."), "success")
    return redirect(url_for("accounts.sign_in"))


@room.route("/setup/<token>", methods=["GET", "POST"])
def setup(token: str) -> str | Response | tuple[str, int]:
    """The first administrator names the bureau and comes in."""
    first.require_valid(db(), token, now=now())
    form = Setup()
    if not form.validate_on_submit():
        return render_template("accounts/setup.html", form=form)
    try:
        user = first.first_administrator(
            db(),
            token,
            unit=form.unit.data,
            username=form.username.data,
            name=form.name.data,
            password=form.password.data,
            now=now(),
        )
    except WeakPassword as refusal:
        form.password.errors = [said(refusal)]
        return render_template("accounts/setup.html", form=form), 422
    db().flush()
    person = by_id(db(), user.id)
    if person:
        enter(person)
    flash(_("The platform is yours. Next, add the units and import the people."), "success")
    return redirect(url_for("home.page"))
