"""Fields for exact points, whole numbers and moments in the bureau's zone."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _
from wtforms import StringField
from wtforms.widgets import DateTimeLocalInput

from examapp.clock import zone

_POINTS = re.compile(r"\d{1,6}(\.\d{1,6})?|\d{1,6}/0*[1-9]\d{0,5}")


def spelled(value: Fraction) -> str:
    """An exact number as people type it: 2, 1.5, 3/2 only where no decimal is exact."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return str(value)
    return format((Decimal(value.numerator) / Decimal(value.denominator)).normalize(), "f")


def _typed(valuelist: list[str]) -> str:
    """What was typed, with full-width digits and signs as plain ones."""
    return unicodedata.normalize("NFKC", valuelist[0]).strip() if valuelist else ""


class PointsField(StringField):
    """Exact points: 2, 1.5 or 3/2; None where nothing was typed."""

    data: Fraction | None

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data, typed = None, _typed(valuelist)
        if not typed:
            return
        if not _POINTS.fullmatch(typed):
            raise ValueError(_("Write a number such as 2, 1.5 or 3/2."))
        self.data = Fraction(typed)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else spelled(self.data)


class WholeField(StringField):
    """A whole number; None where nothing was typed."""

    data: int | None

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data, typed = None, _typed(valuelist)
        if not typed:
            return
        if not re.fullmatch(r"\d{1,6}", typed):
            raise ValueError(_("Write a whole number."))
        self.data = int(typed)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)


class MomentField(StringField):
    """A day and time on the bureau's clock, kept as an aware moment."""

    widget = DateTimeLocalInput()
    data: datetime | None

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data, typed = None, _typed(valuelist)
        if not typed:
            return
        try:
            local = datetime.fromisoformat(typed)
        except ValueError:
            raise ValueError(_("Give a day and a time, such as 2026-06-01 09:00.")) from None
        self.data = local.replace(tzinfo=local.tzinfo or zone()).astimezone(UTC)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.astimezone(zone()).strftime("%Y-%m-%dT%H:%M") if self.data else ""
