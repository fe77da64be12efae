"""The form of an exam's draft: as many lines as needed, without any script."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from examapp.core.refusals import Fault
from examapp.core.scoring import Band
from examapp.core.spec import TOLERANCE, Counts, ExamSpec
from examapp.services.exams.drafts import BANDS, ExamDraft
from examapp.web.exams.fields import MomentField, PointsField, WholeField
from examapp.web.exams.line_form import LineForm
from examapp.web.exams.prefill import FRESH, USUAL_GRACE
from examapp.web.forms import Form
from examapp.web.names import choices
from examapp.web.refusals import said_fault

MOST_LINES = 30
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class Checkboxes(SelectMultipleField):
    """Several of a list, each with a box of its own."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class ExamForm(Form):
    """What an exam is set with."""

    edit_no = HiddenField()
    title_zh = StringField(_l("Title in Chinese"), [Length(max=120)])
    title_en = StringField(_l("Title in English"), [Length(max=200)])
    lines = FieldList(FormField(LineForm), min_entries=1, max_entries=MOST_LINES)
    minutes = WholeField(_l("Minutes"), [InputRequired(_l("How many minutes?"))])
    cut_score = PointsField(_l("Cut score"), [InputRequired(_l("From how many points on?"))])
    band_pass = PointsField(_l("Pass from"))
    band_good = PointsField(_l("Good from"))
    band_excellent = PointsField(_l("Excellent from"))
    tries = WholeField(_l("Tries"), [InputRequired(_l("How many tries?"))])
    counts = RadioField(_l("Which try counts"))
    opens_at = MomentField(_l("Opens"), [InputRequired(_l("When does it open?"))])
    closes_at = MomentField(_l("Closes"), [InputRequired(_l("When does it close?"))])
    units = Checkboxes(_l("Units"), coerce=int)
    audiences = Checkboxes(_l("Audiences"))
    release = RadioField(_l("Release of the results"))
    certificate_years = WholeField(
        _l("Years that a certificate holds"), [InputRequired(_l("How many years? 0 for none."))]
    )
    tolerance = PointsField(_l("Tolerance of the papers, in points of 100"))
    entry_minutes = WholeField(_l("Latest entry, in minutes after the opening"))
    wait_minutes = WholeField(_l("Waiting time between two tries, in minutes"))
    grace_seconds = WholeField(_l("Grace for what was on its way, in seconds"))
    make_up_of = SelectField(_l("Make-up exam of"))
    make_up_failed = BooleanField(_l("Also for those who sat that exam and did not pass"))

    def __init__(
        self,
        topics: Sequence[tuple[str, str]],
        units: Sequence[tuple[int, str]],
        originals: Sequence[tuple[str, str]] = (),
        data: Mapping[str, Any] = FRESH,
    ) -> None:
        """Offer these topics, units and exams to make up for; show `data` (see prefill)."""
        super().__init__(data=data)
        self._topics = topics
        self.make_up_of.choices = [("", _l("none: an exam of its own")), *originals]
        self.units.choices = list(units)
        self.audiences.choices = choices("audience")
        self.counts.choices = choices("counts")
        self.release.choices = [
            ("hand", _l("By hand, once the exam has closed")),
            ("close", _l("By itself, as soon as the exam has closed and nobody sits any more")),
        ]
        self._offer()

    def _offer(self) -> None:
        for entry in self.lines:
            entry.form.topic.choices = [("", _l("Choose…")), *self._topics]
            entry.form.kind.choices = choices("kind")
            entry.form.difficulty.choices = [("", _l("Any")), *choices("difficulty")]

    def add_line(self) -> None:
        """One more empty row."""
        if len(self.lines.entries) < MOST_LINES:
            self.lines.append_entry()
            self._offer()

    def remove_line(self, place: str) -> None:
        """Take the row at this place (from 0) away; the last one is only emptied."""
        if place.isdigit() and int(place) < len(self.lines.entries):
            self.lines.entries.pop(int(place))
        if not self.lines.entries:
            self.add_line()

    @property
    def rows(self) -> list[LineForm]:
        """The rows that are filled in, in order: line 1 is the first of them."""
        return [entry.form for entry in self.lines if not entry.form.blank]

    def draft(self) -> ExamDraft:
        """What was typed; what cannot be read is replaced, and not judged (see `doubtful`)."""
        titles = {"zh": self.title_zh.data, "en": self.title_en.data}
        return ExamDraft(
            title={code: text.strip() for code, text in titles.items() if text and text.strip()},
            spec=self._spec(),
            opens_at=self.opens_at.data or LONG_AGO,
            closes_at=self.closes_at.data or LONG_AGO,
            unit_ids=tuple(sorted(set(self.units.data or ()))),
            audiences=tuple(self.audiences.data or ()),
            release_on_close=self.release.data == "close",
            certificate_years=self.certificate_years.data or 0,
            grace_seconds=_or(self.grace_seconds.data, USUAL_GRACE),
            entry_minutes=self.entry_minutes.data,
            wait_minutes=self.wait_minutes.data or 0,
            make_up_of=self.make_up_of.data or None,
            make_up_failed=bool(self.make_up_failed.data),
        )

    def _spec(self) -> ExamSpec:
        least = {code: self[f"band_{code}"].data for code in BANDS}
        return ExamSpec(
            lines=tuple(row.line() for row in self.rows if not row.errors),
            minutes=self.minutes.data or 0,
            cut_score=self.cut_score.data or Fraction(0),
            bands=tuple(Band(code, points) for code, points in least.items() if points is not None),
            tries=self.tries.data or 0,
            counts=Counts.BEST if self.counts.errors else Counts(self.counts.data),
            tolerance=_or(self.tolerance.data, TOLERANCE),
        )

    @property
    def more_rules(self) -> bool:
        """Whether one of the rarely used rules is set, or wrong: they are shown opened then."""
        usual = FRESH | {"entry_minutes": None, "make_up_failed": False}
        fields = [self[name] for name in MORE_RULES]
        return any(f.errors or (f.data or 0) != (usual[f.name] or 0) for f in fields)

    def judge(self, faults: Iterable[Fault]) -> None:
        """Put beside the fields what the service finds wrong in what could be read."""
        broken = {name for name, field in self._fields.items() if field.errors}
        for fault in faults:
            place = fault.place.split(" ")[0]
            if broken.isdisjoint(RESTS_ON.get(place, (place,))):
                self._beside(fault)

    def _beside(self, fault: Fault) -> None:
        field = self._field_of(fault)
        words = said_fault(fault)
        if field is None:
            self.form_errors.append(words)
        elif words not in field.errors:
            field.errors = [*field.errors, words]
        if any(entry.errors for entry in self.lines):
            self.lines.errors = [entry.errors for entry in self.lines]

    def _field_of(self, fault: Fault) -> Any:
        place, _, number = fault.place.partition(" ")
        if place == "line":
            row = self.rows[int(number) - 1]
            return row.topic if "topic" in fault.facts else row.points
        if place == "lines":
            return self.lines[0].form.count
        if place == "bands":
            given = [self[name] for name in BAND_FIELDS if self[name].data is not None]
            return given[-1] if given else None
        return self._fields.get(PLACES.get(place, place))


def _or(typed: Any, usual: Any) -> Any:
    return usual if typed is None else typed


PLACES = {"title": "title_zh"}
MORE_RULES = (
    "tolerance",
    "entry_minutes",
    "wait_minutes",
    "grace_seconds",
    "make_up_of",
    "make_up_failed",
)
BAND_FIELDS = tuple(f"band_{code}" for code in BANDS)
# A fault in what rests on something unreadable would only confuse: it is left for the next try.
RESTS_ON = {
    "closes_at": ("opens_at", "closes_at"),
    "title": ("title_zh", "title_en"),
    "line": ("lines",),
    "cut_score": ("cut_score", "lines"),
    "bands": ("cut_score", "lines", *BAND_FIELDS),
    "entry_minutes": ("entry_minutes", "opens_at", "closes_at"),
    "wait_minutes": ("wait_minutes", "tries"),
}


class CancelForm(Form):
    """Why an exam is called off."""

    because = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("Give the reason; candidates will read it.")), Length(max=500)],
    )
