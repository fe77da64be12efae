"""Forms of the queue: propose a release, answer a proposal."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField
from wtforms.validators import Length

from examapp.services.laws.queue import Beside
from examapp.web.forms import Form
from examapp.web.presentation import cited


class ReleaseForm(Form):
    """Why it still is right; a field for each citation that is hit comes with `release_form`."""

    reason = TextAreaField(_l("Why it still is right"), [Length(max=1000)])


def release_form(beside: Sequence[Beside]) -> ReleaseForm:
    """The form of one case, with where each citation goes unless the trainer says otherwise."""
    fields = {
        field_name(one): StringField(
            _l("Where %(cite)s goes", cite=cited(one.cite)), [Length(max=300)], default=one.preset
        )
        for one in beside
    }
    made: type[ReleaseForm] = type("CaseForm", (ReleaseForm,), fields)
    return made()


def field_name(one: Beside) -> str:
    """The name of the field that says where a citation goes."""
    return f"goes-{one.hit.position}"


def typed(form: ReleaseForm, beside: Sequence[Beside]) -> dict[int, str]:
    """What was typed for each citation."""
    return {one.hit.position: form[field_name(one)].data or "" for one in beside}


class AnswerForm(Form):
    """A second trainer's word on a proposal."""

    answer = TextAreaField(_l("Remark, or why not"), [Length(max=1000)])
