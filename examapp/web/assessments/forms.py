"""Forms for declaring study away from the platform, and for deciding on it."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from examapp.services.assessments.offline import REMARK_MAX, WHAT_MAX
from examapp.web.forms import Form


class Declare(Form):
    """A day, how long, and what was read."""

    on = DateField(_l("Day"), [DataRequired(_l("Give the day on which you studied."))])
    hours = IntegerField(_l("Hours"), [Optional(), NumberRange(0, 24)])
    minutes = IntegerField(_l("Minutes"), [Optional(), NumberRange(0, 59)])
    what = StringField(_l("What you read"), [DataRequired(), Length(max=WHAT_MAX)])

    def total(self) -> int:
        """Hours and minutes together, in minutes."""
        return (self.hours.data or 0) * 60 + (self.minutes.data or 0)


class Decide(Form):
    """A remark for the person; needed where the study is not confirmed."""

    remark = TextAreaField(_l("Remark"), [Optional(), Length(max=REMARK_MAX)])
