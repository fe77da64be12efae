"""Excuses: asked for in the lobby or on behalf of somebody, decided and signed by an officer."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from examapp.clock import now
from examapp.core.excuses import AlreadyAsked, ExcuseKind, ExcuseSettled, NothingToExcuse
from examapp.core.refusals import Invalid
from examapp.core.throttle import TooManyTries
from examapp.services.exams import candidates, excuse_pages, excuses
from examapp.services.exams.excuse_pages import ExcusePage
from examapp.services.people.signing_in import WrongPassword
from examapp.web import desk
from examapp.web.exams.candidate_views import back_to_lobby
from examapp.web.exams.excuse_forms import AskForForm, AskForm, DecideForm
from examapp.web.exams.room import room
from examapp.web.presentation import texts
from examapp.web.refusals import said
from examapp.web.signed_in import me
from examapp.web.transaction import db

Page = str | Response | tuple[str, int]


@room.route("/exams/<exam>/excuse", methods=["GET", "POST"])
def ask_excuse(exam: str) -> Page:
    """Ask for the make-up exam or an exemption."""
    found = candidates.mine(db(), me(), exam)
    form = AskForm()
    if form.validate_on_submit():
        try:
            excuses.file(
                db(), me(), exam, kind=form.kind.data, ground=form.ground.data,
                reason=form.reason.data, now=now(),
            )  # fmt: skip
        except Invalid as refusal:
            form.place(refusal)
        except (AlreadyAsked, NothingToExcuse) as refusal:
            return back_to_lobby(exam, refusal)
        else:
            flash(_("You have asked. A personnel officer decides, and you see it here."), "success")
            return redirect(url_for("exams.lobby", exam=exam))
    page = render_template("exams/excuse_ask.html", exam=found, form=form)
    return (page, 422) if form.errors else page


@room.post("/excuses/<excuse>/withdraw")
def withdraw_excuse(excuse: str) -> Response:
    """Take one's own excuse back."""
    done = excuses.withdraw(db(), me(), excuse, now=now())
    flash(_("Your excuse is withdrawn."), "success")
    return redirect(url_for("exams.lobby", exam=excuse_pages.exam_of(db(), done).public_id))


@room.get("/excuses/<excuse>/paper")
def excuse_paper(excuse: str) -> str:
    """A decision to print, with the entry of the record that proves it."""
    return render_template("exams/excuse_paper.html", paper=excuse_pages.paper(db(), me(), excuse))


@room.get("/excuses", endpoint="excuses")
def all_excuses() -> str:
    """What waits for an officer's word, and what was decided last."""
    return render_template(
        "exams/excuses.html",
        waiting=excuse_pages.waiting(db(), me()),
        decided=excuse_pages.decided(db(), me()),
        tabs=desk.tabs(),
    )


@room.route("/excuses/new", methods=["GET", "POST"])
def file_excuse() -> Page:
    """Ask on behalf of somebody of one's units."""
    form = AskForForm()
    form.exam.choices = [
        ("", _("Choose…")),
        *((exam.public_id, texts(exam.title)) for exam in excuse_pages.exams_to_excuse(db(), me())),
    ]
    if request.method == "GET":
        form.exam.data = request.args.get("exam", "")
    if form.validate_on_submit():
        try:
            excuses.file_for(
                db(), me(), form.exam.data, form.username.data, kind=form.kind.data,
                ground=form.ground.data, reason=form.reason.data, now=now(),
            )  # fmt: skip
        except Invalid as refusal:
            form.place(refusal)
        except (AlreadyAsked, NothingToExcuse) as refusal:
            form.form_errors.append(said(refusal))
        else:
            flash(_("The excuse is entered and waits for a decision."), "success")
            return redirect(url_for("exams.excuses"))
    page = render_template("exams/excuse_file.html", form=form)
    return (page, 422) if form.errors else page


@room.route("/excuses/<excuse>", methods=["GET", "POST"])
def decide_excuse(excuse: str) -> Page:
    """Approve or refuse, with a note; an exemption is signed with one's own password."""
    found = excuse_pages.one(db(), me(), excuse)
    form = DecideForm()
    if form.validate_on_submit() and (answer := _decided(form, found)):
        return answer
    page = render_template(
        "exams/excuse_decide.html",
        page=found,
        form=form,
        signs=found.excuse.kind == ExcuseKind.EXEMPTION,
        open=found.standing == "waiting",
    )
    return (page, 422) if form.errors else page


def _decided(form: DecideForm, found: ExcusePage) -> Response | None:
    """The way on once it is decided; None where the form says what is wrong."""
    approve = request.form.get("decision") == "approve"
    public_id = found.excuse.public_id
    try:
        excuses.decide(
            db(), me(), public_id, approve=approve, note=form.note.data,
            password=form.password.data or "", now=now(),
        )  # fmt: skip
    except Invalid as refusal:
        form.place(refusal)
    except WrongPassword:
        form.password.errors = [_("This is not your password.")]
    except TooManyTries as refusal:
        form.password.errors = [said(refusal)]
    except (ExcuseSettled, NothingToExcuse) as refusal:
        form.form_errors.append(said(refusal))
    else:
        flash(_("Approved.") if approve else _("Refused."), "success")
        paper = approve and found.excuse.kind == ExcuseKind.EXEMPTION
        if paper:
            return redirect(url_for("exams.excuse_paper", excuse=public_id))
        return redirect(url_for("exams.excuses"))
    return None
