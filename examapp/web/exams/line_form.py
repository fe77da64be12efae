"""One line of an exam's spec, as a row of its form."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import InputRequired, NumberRange, ValidationError

from examapp.core.items import Difficulty, Kind
from examapp.core.spec import SpecLine
from examapp.web.exams.fields import PointsField, WholeField
from examapp.web.forms import Form


class LineForm(Form):
    """One line of the spec; a row left empty is no line."""

    class Meta(Form.Meta):
        """A part of another form: its token is that form's."""

        csrf = False

    topic = SelectField(_l("Topic"), [InputRequired(_l("Choose a topic."))])
    kind = SelectField(_l("Kind"))
    difficulty = SelectField(_l("Difficulty"))
    count = WholeField(
        _l("How many"),
        [InputRequired(_l("How many?")), NumberRange(1, 500, _l("Give a number from 1 to 500."))],
    )
    points = PointsField(_l("Points each"), [InputRequired(_l("How many points each?"))])

    def validate_points(self, field: PointsField) -> None:
        """An item worth nothing would only take time."""
        if field.data == 0:
            raise ValidationError(_("Give more than 0 points."))

    @property
    def blank(self) -> bool:
        """Whether nothing was filled in."""
        typed = (
            self.topic.data,
            *(f.raw_data and f.raw_data[0] for f in (self.count, self.points)),
        )
        return not any(typed)

    def validate(self, extra_validators: Any = None) -> bool:
        return self.blank or bool(super().validate(extra_validators))

    def line(self) -> SpecLine:
        """The line as a value; only after it was validated."""
        difficulty = self.difficulty.data
        return SpecLine(
            self.topic.data,
            Kind(self.kind.data),
            Difficulty(difficulty) if difficulty else None,
            self.count.data or 0,
            self.points.data or Fraction(0),
        )
