"""Forms for people, units and imports."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import IntegerField, SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from examapp.core.people import CODE_MOST, NAME_MOST, UNIT_NAME_MOST, USERNAME_MOST
from examapp.web.forms import Form


class PersonForm(Form):
    """Everything about a person that can be edited."""

    name = StringField(_l("Name"), [DataRequired(), Length(max=NAME_MOST)])
    unit_id = SelectField(_l("Unit"), coerce=int)
    post = SelectField(_l("Post"))
    rank_band = SelectField(_l("Rank"))
    audience = SelectField(_l("Audience"))
    roles = SelectMultipleField(
        _l("Roles"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )


class NewPersonForm(PersonForm):
    """A new person has a user name too, which stays."""

    username = StringField(_l("User name"), [DataRequired(), Length(min=2, max=USERNAME_MOST)])


class UnitForm(Form):
    """A unit and its place in the tree."""

    name = StringField(_l("Name of the unit"), [DataRequired(), Length(max=UNIT_NAME_MOST)])
    name_en = StringField(_l("Name in English"), [Optional(), Length(max=UNIT_NAME_MOST)])
    code = StringField(_l("Code"), [DataRequired(), Length(max=CODE_MOST)])
    parent = SelectField(_l("Belongs to"), coerce=int)
    position = IntegerField(
        _l("Place in the list"), [Optional(), NumberRange(min=0, max=9999)], default=0
    )


class UploadForm(Form):
    """The file with the people."""

    file = FileField(_l("File"), [FileRequired(_l("Choose a file first."))])
