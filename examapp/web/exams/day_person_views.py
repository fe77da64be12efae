"""One person on an exam day: extra time, another computer, late choices, what was done."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from examapp.clock import now
from examapp.core.exam_day import DayRefusal
from examapp.core.people import Role
from examapp.core.refusals import Invalid
from examapp.services.exams import extra_time as extra
from examapp.services.exams.day_person import PersonDay, person_day
from examapp.services.exams.day_reach import DECIDES, LOOKS, exam_of, reaches, sitting_of, somebody
from examapp.services.sittings import deciding, leases
from examapp.store.exams import Exam
from examapp.store.people import User
from examapp.store.sittings import Sitting
from examapp.web.access import may
from examapp.web.exams.day_forms import ExtraTimeForm, FreeForm, LateForm
from examapp.web.exams.day_views import TONES, crumbs, refused
from examapp.web.exams.room import room
from examapp.web.presentation import clock_time
from examapp.web.signed_in import me
from examapp.web.transaction import db

Page = str | Response | tuple[str, int]


@room.get("/set-exams/<exam>/day/<person>")
def day_person(exam: str, person: str) -> str:
    """Where one person stands; what an officer may do for them is behind its heading."""
    found = exam_of(db(), me(), exam)
    return _page(found, somebody(db(), me(), found, person))


def _page(
    exam: Exam,
    user: User,
    *,
    extra_form: ExtraTimeForm | None = None,
    free_form: FreeForm | None = None,
    late_form: LateForm | None = None,
) -> str:
    moment = now()
    found = person_day(db(), exam, user, now=moment)
    return render_template(
        "exams/day_person.html",
        exam=exam,
        user=user,
        found=found,
        row=found.row,
        tones=TONES,
        moment_now=moment,
        crumbs=[*crumbs(exam), (_("Exam day"), url_for("exams.day", exam=exam.public_id))],
        extra_form=extra_form or _extra_form(found),
        free_form=free_form or FreeForm(prefix="free"),
        late_form=late_form or LateForm(prefix="late"),
        **_rights(exam, user),
    )


def _extra_form(found: PersonDay) -> ExtraTimeForm:
    form = ExtraTimeForm(prefix="extra")
    if not form.is_submitted() and found.row.extra:
        form.minutes.data = found.row.extra
    return form


def _rights(exam: Exam, user: User) -> dict[str, bool]:
    """What the signed-in officer may do for this person; the services ask again."""
    settled = bool(exam.released_at or exam.cancelled_at)
    other = user.id != me().id
    decides = may("exams.extra_time") and reaches(db(), me(), user, everywhere=DECIDES)
    return {
        "settled": settled,
        "own": not other,
        "may_decide": decides and other and not settled,
        "may_free": other and not settled,
        "may_read_reasons": decides,
    }


def _somebody(exam: str, person: str, *everywhere: Role) -> tuple[Exam, User, str]:
    found = exam_of(db(), me(), exam)
    user = somebody(db(), me(), found, person, everywhere=everywhere)
    return found, user, url_for("exams.day_person", exam=exam, person=person)


def _sitting(exam: Exam, user: User) -> Sitting:
    return sitting_of(db(), exam, user, request.form.get("sitting", ""))


@room.post("/set-exams/<exam>/day/<person>/extra-time")
def extra_time(exam: str, person: str) -> Page:
    """Give somebody more minutes than others."""
    found, user, back = _somebody(exam, person, *DECIDES)
    form = ExtraTimeForm(prefix="extra")
    if not form.validate_on_submit():
        return _page(found, user, extra_form=form), 422
    try:
        made = extra.grant(
            db(), found, user, form.minutes.data or 0, because=form.because.data, by=me(), now=now()
        )
    except Invalid as refusal:
        form.place(refusal)
        return _page(found, user, extra_form=form), 422
    except DayRefusal as refusal:
        return refused(refusal, back)
    if made.deadline:
        words = _(
            "Extra time is given; the paper now ends at %(time)s.", time=clock_time(made.deadline)
        )
    else:
        words = _("Extra time is given. It holds from the next start on.")
    flash(words, "success")
    return redirect(back)


@room.post("/set-exams/<exam>/day/<person>/free")
def free(exam: str, person: str) -> Page:
    """Let somebody go on at another computer."""
    found, user, back = _somebody(exam, person, *LOOKS)
    form = FreeForm(prefix="free")
    if not form.validate_on_submit():
        return _page(found, user, free_form=form), 422
    try:
        leases.free(db(), _sitting(found, user), because=form.because.data, by=me(), now=now())
    except DayRefusal as refusal:
        return refused(refusal, back)
    flash(
        _("Freed. The next computer on which this person opens the exam goes on with it."),
        "success",
    )
    return redirect(back)


@room.post("/set-exams/<exam>/day/<person>/late")
def propose_late(exam: str, person: str) -> Page:
    """Propose that late choices count, or that they do not."""
    found, user, back = _somebody(exam, person, *DECIDES)
    form = LateForm(prefix="late")
    if not form.validate_on_submit():
        return _page(found, user, late_form=form), 422
    counts = form.counts.data == "yes"
    try:
        deciding.propose(
            db(),
            _sitting(found, user),
            counts=counts,
            because=form.because.data,
            by=me(),
            now=now(),
        )
    except DayRefusal as refusal:
        return refused(refusal, back)
    flash(_("Your proposal is noted. Another officer must confirm it before it counts."), "success")
    return redirect(back)


@room.post("/set-exams/<exam>/day/<person>/late/settle")
def settle_late(exam: str, person: str) -> Response:
    """Confirm another officer's proposal, or withdraw it."""
    found, user, back = _somebody(exam, person, *DECIDES)
    confirms = request.form.get("do") == "confirm"
    act = deciding.confirm if confirms else deciding.withdraw
    try:
        act(db(), _sitting(found, user), request.form.get("decision", ""), by=me(), now=now())
    except DayRefusal as refusal:
        return refused(refusal, back)
    flash(_("The decision is made.") if confirms else _("The proposal is withdrawn."), "success")
    return redirect(back)
