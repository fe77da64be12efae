"""The form for a private note."""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, TextAreaField
from wtforms.validators import Length, NumberRange
from wtforms.widgets import HiddenInput

from examapp.services.study.notes import MOST
from examapp.web.forms import Form


class NoteForm(Form):
    """What was written, and upon which saved revision."""

    body = TextAreaField(_l("My note"), [Length(max=MOST)])
    revision = IntegerField(widget=HiddenInput(), default=0, validators=[NumberRange(min=0)])
