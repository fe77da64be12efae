"""What all forms share: words in the reader's language, refusals put beside the fields."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict

from examapp.core.refusals import Invalid
from examapp.web.refusals import said_fault


class _Words:
    """WTForms' own messages, translated through our catalogue."""

    def gettext(self, string: str) -> str:
        return str(gettext(string))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return str(gettext(singular if n == 1 else plural))


class Form(FlaskForm):
    """The base of all forms."""

    class Meta(FlaskForm.Meta):
        """Where WTForms takes its messages from."""

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What was sent as a form; a JSON body is none, whatever it holds."""
            if formdata is None or hasattr(formdata, "getlist"):
                return formdata
            if request.method not in ("POST", "PUT", "PATCH", "DELETE"):
                return None
            return CombinedMultiDict((request.files, request.form))

        def get_translations(self, form: Any) -> _Words:
            return _Words()

    def place(self, refusal: Invalid) -> None:
        """Put every fault of a refusal beside its field, or at the top of the form."""
        for fault in refusal.faults:
            field = self._fields.get(fault.place.split(" ")[0])
            if field is not None:
                field.errors = [*field.errors, said_fault(fault)]
            else:
                where = f"{fault.place}: " if fault.place else ""
                self.form_errors.append(where + said_fault(fault))
