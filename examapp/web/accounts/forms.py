"""Forms for signing in and for one's own account."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, EqualTo, Length

from examapp.core.people import PASSWORD_MAX, PASSWORD_MIN
from examapp.web.forms import Form


class SignIn(Form):
    """Name and password."""

    username = StringField(_l("User name"), [DataRequired(), Length(max=80)])
    password = PasswordField(_l("Password"), [DataRequired(), Length(max=PASSWORD_MAX)])
    next = HiddenField()


class NewPassword(Form):
    """The old password, and the new one twice."""

    old = PasswordField(_l("Present password"), [DataRequired(), Length(max=PASSWORD_MAX)])
    new = PasswordField(
        _l("New password"), [DataRequired(), Length(min=PASSWORD_MIN, max=PASSWORD_MAX)]
    )
    again = PasswordField(
        _l("New password again"),
        [DataRequired(), EqualTo("new", _l("The two new passwords are not the same."))],
    )


class Setup(Form):
    """The first administrator of a new installation."""

    unit = StringField(_l("Name of the bureau"), [DataRequired(), Length(max=120)])
    username = StringField(_l("User name"), [DataRequired(), Length(max=80)])
    name = StringField(_l("Name"), [DataRequired(), Length(max=80)])
    password = PasswordField(
        _l("Password"), [DataRequired(), Length(min=PASSWORD_MIN, max=PASSWORD_MAX)]
    )
    again = PasswordField(
        _l("Password again"),
        [DataRequired(), EqualTo("password", _l("The two passwords are not the same."))],
    )
