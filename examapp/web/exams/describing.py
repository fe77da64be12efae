"""What an exam is set with, told in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from flask_babel import gettext as _

from examapp.core.spec import SpecLine
from examapp.services.exams import make_up
from examapp.services.exams.drafts import ExamDraft
from examapp.web.exams.fields import spelled
from examapp.web.names import name, topic_name
from examapp.web.presentation import moment, texts
from examapp.web.transaction import db


def told(draft: ExamDraft, units: Mapping[int, str]) -> list[tuple[str, str]]:
    """Pairs of label and words; `units` are the names by row id."""
    spec = draft.spec
    bands = [f"{name('band', band.code)} {spelled(band.least)}" for band in spec.bands]
    return [
        (_("Title"), texts(draft.title)),
        (_("Paper"), "\n".join(line_told(line) for line in spec.lines)),
        (_("Items and points"), items_and_points(spec.items, spelled(spec.points))),
        (_("Minutes"), str(spec.minutes)),
        (_("Cut score"), spelled(spec.cut_score)),
        (_("Bands"), _(", ").join(bands) or _("none")),
        (_("Tries"), tries_told(draft)),
        (_("Opens"), moment(draft.opens_at)),
        (_("Closes"), moment(draft.closes_at)),
        (_("Units"), _(", ").join(units.get(unit_id, "") for unit_id in draft.unit_ids)),
        (_("Audiences"), audiences_told(draft)),
        (_("Release of the results"), release_told(draft)),
        (_("Certificate"), certificate_told(draft.certificate_years)),
        (_("Tolerance of the papers"), tolerance_told(spec.tolerance)),
        (_("Latest entry"), entry_told(draft.entry_minutes)),
        (_("Waiting time between two tries"), wait_told(draft.wait_minutes)),
        (_("Grace"), str(_("%(n)s seconds", n=draft.grace_seconds))),
        (_("Make-up exam of"), make_up_told(draft)),
    ]


def tolerance_told(tolerance: Fraction | None) -> str:
    """By how much what a paper is expected to bring may differ from the others."""
    if tolerance is None:
        return str(_("none: drawn plainly"))
    return str(_("%(points)s points of 100", points=spelled(tolerance)))


def entry_told(minutes: int | None) -> str:
    """Until when one may begin."""
    if minutes is None:
        return str(_("until the exam closes"))
    return str(_("%(n)s minutes after the opening", n=minutes))


def wait_told(minutes: int) -> str:
    """How long one waits after a try."""
    return str(_("%(n)s minutes", n=minutes)) if minutes else str(_("none"))


def make_up_told(draft: ExamDraft) -> str:
    """Which exam is made up for, and for whom."""
    title = make_up.title_of(db(), draft.make_up_of)
    if not title:
        return str(_("none"))
    if draft.make_up_failed:
        who = _("for those excused, and for those who did not pass")
    else:
        who = _("for those whose excuse was approved")
    return f"{texts(title)}{_(': ')}{who}"


def items_and_points(items: int, points: str) -> str:
    """The size of a paper in words."""
    return str(_("%(items)s items, %(points)s points", items=items, points=points))


def line_told(line: SpecLine) -> str:
    """One line of a spec as a sentence without a verb."""
    return str(
        _(
            "%(topic)s, %(kind)s, %(difficulty)s: %(count)s at %(points)s points each",
            topic=topic_name(line.topic),
            kind=name("kind", line.kind),
            difficulty=difficulty_told(line),
            count=line.count,
            points=spelled(line.points),
        )
    )


def difficulty_told(line: SpecLine) -> str:
    """The difficulty asked for, or any."""
    return name("difficulty", line.difficulty) if line.difficulty else str(_("any difficulty"))


def tries_told(draft: ExamDraft) -> str:
    """How many tries, and which counts where there are several."""
    spec = draft.spec
    if spec.tries == 1:
        return "1"
    which = name("counts", spec.counts)
    return str(_("%(tries)s tries: %(which)s", tries=spec.tries, which=which))


def audiences_told(draft: ExamDraft) -> str:
    """The audiences named, or everybody."""
    named = [name("audience", code) for code in draft.audiences]
    return str(_(", ").join(named) or _("everybody in these units"))


def release_told(draft: ExamDraft) -> str:
    """Who releases the results, and when."""
    if draft.release_on_close:
        return str(_("By itself, as soon as the exam has closed and nobody sits any more"))
    return str(_("By hand, once the exam has closed"))


def certificate_told(years: int) -> str:
    """How long the certificate of this exam holds."""
    if not years:
        return str(_("none"))
    return str(_("valid for 1 year")) if years == 1 else str(_("valid for %(n)s years", n=years))
