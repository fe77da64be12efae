"""Forms of the desk: files to choose, days that a file does not tell."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import DateField
from wtforms.validators import Optional

from examapp.web.forms import Form


class FilesForm(Form):
    """The texts, one file or several."""

    files = MultipleFileField(_l("Files with the texts"))


class DaysForm(Form):
    """When the text was adopted and from when it holds."""

    adopted = DateField(_l("Adopted or last amended on"), [Optional()])
    effective = DateField(_l("In force from"), [Optional()])
