"""Forms for asking to be excused, and for deciding on it."""

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from examapp.core.excuses import NOTE_MAX, REASON_MAX
from examapp.core.people import PASSWORD_MAX
from examapp.web.forms import Form
from examapp.web.names import choices


class AskForm(Form):
    """What is asked for, on which ground, and why."""

    kind = RadioField(_l("What do you ask for?"), [InputRequired(_l("Choose what you ask for."))])
    ground = RadioField(_l("Ground"), [InputRequired(_l("Choose the ground."))])
    reason = TextAreaField(
        _l("Reason"), [DataRequired(_l("Say in a few words why.")), Length(max=REASON_MAX)]
    )

    def __init__(self) -> None:
        super().__init__()
        self.kind.choices = choices("excuse_kind")
        self.ground.choices = choices("ground")


class AskForForm(AskForm):
    """The same on behalf of somebody."""

    exam = SelectField(_l("Exam"), [InputRequired(_l("Choose the exam."))])
    username = StringField(
        _l("User name of the person"), [DataRequired(_l("Whom is it for?")), Length(max=80)]
    )


class DecideForm(Form):
    """A note for the person, and the signature of an exemption."""

    note = TextAreaField(
        _l("Note of the officer"),
        [DataRequired(_l("Say why you decide so.")), Length(max=NOTE_MAX)],
    )
    password = PasswordField(_l("Your own password"), [Length(max=PASSWORD_MAX)])
