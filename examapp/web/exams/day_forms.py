"""What officers fill in on an exam day: a pause, extra time, a freed device, late choices."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectChoice, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from examapp.core.exam_day import REASON_LEAST, REASON_MOST
from examapp.web.exams.fields import WholeField
from examapp.web.forms import Form


def _because() -> TextAreaField:
    return TextAreaField(
        _l("Reason"),
        [
            DataRequired(_l("Give the reason in a sentence.")),
            Length(REASON_LEAST, REASON_MOST, _l("Write between 2 and 300 characters.")),
        ],
    )


class PauseForm(Form):
    """Whom to pause, and why."""

    unit = SelectField(_l("Whom"))
    because = _because()


class ExtraTimeForm(Form):
    """How many minutes more than others, and why."""

    minutes = WholeField(_l("Minutes more than others"), [InputRequired(_l("How many minutes?"))])
    because = _because()


class FreeForm(Form):
    """Why somebody goes on at another computer."""

    because = _because()


class LateForm(Form):
    """Whether late choices shall count, and why."""

    counts = RadioField(
        _l("What do you propose?"),
        [InputRequired(_l("Choose one of the two."))],
        choices=[
            SelectChoice("yes", _l("They count: score the paper anew with them")),
            SelectChoice("no", _l("They do not count: the score stands without them")),
        ],
    )
    because = _because()
