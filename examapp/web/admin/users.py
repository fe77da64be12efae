"""People: the list, adding, editing, one-time passwords, disabling."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from examapp.clock import now
from examapp.core.people import NoRole, Role, RolesClash, fold, is_username
from examapp.core.people_list import BAD_USERNAME
from examapp.core.refusals import RuleBroken
from examapp.services.people import accounts
from examapp.services.people.accounts import Details, LastAdministrator, NameTaken, NewPerson
from examapp.services.people.directory import Search, people
from examapp.services.people.persons import by_id
from examapp.services.people.unit_changes import unit_of
from examapp.services.people.units import tree
from examapp.store.people import User
from examapp.web.admin.choices import fill, unit_filter
from examapp.web.admin.forms import NewPersonForm, PersonForm
from examapp.web.admin.room import room
from examapp.web.names import choices
from examapp.web.refusals import said
from examapp.web.signed_in import enter, leave, me
from examapp.web.transaction import db

Page = str | Response | tuple[str, int]


@room.get("/people")
def users() -> str:
    """Everybody, searched and filtered."""
    asked = request.args
    search = Search(
        asked.get("q", ""),
        asked.get("unit", ""),
        asked.get("role", ""),
        asked.get("state", "active"),
    )
    found = people(db(), search, page=asked.get("page", 1, type=int))
    return render_template(
        "admin/users.html",
        found=found,
        search=search,
        units=unit_filter(tree(db())),
        roles=choices("role"),
        url_of=lambda page: url_for("admin.users", **{**asked, "page": page}),
    )


@room.route("/people/new", methods=["GET", "POST"])
def new_user() -> Page:
    """Add one person; the answer shows the one-time password."""
    form = NewPersonForm(
        unit_id=request.args.get("unit", type=int),
        rank_band="staff",
        audience="civil-servants",
        roles=["cadre"],
    )
    fill(form)
    if not form.validate_on_submit():
        return _new(form)
    if not is_username(fold(form.username.data)):
        form.username.errors = [_(BAD_USERNAME)]
        return _new(form)
    new = NewPerson(fold(form.username.data), *_details(form))
    try:
        user, password = accounts.add(db(), new, by=me(), now=now())
    except NameTaken as refusal:
        form.username.errors = [said(refusal)]
    except (NoRole, RolesClash) as refusal:
        form.roles.errors = [said(refusal)]
    else:
        return _slip(user, password, is_new=True)
    return _new(form)


def _new(form: NewPersonForm) -> Page:
    page = render_template("admin/new_user.html", form=form)
    return (page, 422) if form.errors else page


@room.route("/people/<public_id>", methods=["GET", "POST"])
def user(public_id: str) -> Page:
    """One person: all details, and what can be done."""
    shown = accounts.by_public_id(db(), public_id)
    form = PersonForm(data=_stands(shown))
    fill(form, shown)
    if not form.validate_on_submit():
        return _person(shown, form)
    try:
        accounts.edit(db(), shown, Details(*_details(form)), by=me(), now=now())
    except (NoRole, RolesClash, LastAdministrator) as refusal:
        form.roles.errors = [said(refusal)]
        return _person(shown, form)
    _stay_signed_in(shown)
    flash(_("Saved. It holds from the next page that %(name)s opens.", name=shown.name), "success")
    return redirect(url_for("admin.user", public_id=public_id))


def _stands(shown: User) -> dict[str, object]:
    fields = ("name", "unit_id", "post", "rank_band", "audience")
    roles = [role.role for role in shown.roles]
    return {"roles": roles, **{field: getattr(shown, field) for field in fields}}


def _person(shown: User, form: PersonForm) -> Page:
    page = render_template(
        "admin/user.html",
        form=form,
        user=shown,
        is_me=shown.id == me().id,
        unit=unit_of(db(), shown),
    )
    return (page, 422) if form.errors else page


def _details(form: PersonForm) -> tuple[str, int, str, str, str, frozenset[Role]]:
    roles = frozenset(Role(role) for role in form.roles.data)
    return (
        form.name.data,
        form.unit_id.data,
        form.post.data,
        form.rank_band.data,
        form.audience.data,
        roles,
    )


def _stay_signed_in(changed: User) -> None:
    """Whoever changes their own roles or unit keeps the session that all others lose."""
    if changed.id == me().id:
        db().flush()
        person = by_id(db(), changed.id)
        enter(person) if person else leave()


@room.route("/people/<public_id>/password", methods=["GET", "POST"])
def reset_password(public_id: str) -> Page:
    """Give a new one-time password; it is in the answer to this POST and nowhere else."""
    shown = accounts.by_public_id(db(), public_id)
    if shown.id == me().id:
        return redirect(url_for("accounts.password"))
    if request.method == "GET":
        return render_template("admin/reset_password.html", user=shown)
    password = accounts.reset_password(db(), shown, by=me(), now=now())
    return _slip(shown, password, is_new=False)


def _slip(shown: User, password: str, *, is_new: bool) -> str:
    return render_template(
        "admin/slip.html", user=shown, password=password, is_new=is_new, unit=unit_of(db(), shown)
    )


@room.post("/people/<public_id>/disable")
def disable(public_id: str) -> Response:
    """Shut somebody out from their next request on."""
    shown = accounts.by_public_id(db(), public_id)
    try:
        accounts.disable(db(), shown, by=me(), now=now())
    except RuleBroken as refusal:
        flash(said(refusal), "danger")
    else:
        flash(_("%(name)s can no longer sign in.", name=shown.name), "success")
    return redirect(url_for("admin.user", public_id=public_id))


@room.post("/people/<public_id>/enable")
def enable(public_id: str) -> Response:
    """Let somebody in again."""
    shown = accounts.by_public_id(db(), public_id)
    accounts.enable(db(), shown, by=me(), now=now())
    flash(_("%(name)s can sign in again.", name=shown.name), "success")
    return redirect(url_for("admin.user", public_id=public_id))
