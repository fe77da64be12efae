"""The rows of a report as a spreadsheet: figures as figures, words in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _

from examapp.library import sheets
from examapp.services.reports.rows import MakeUp, ReportRow
from examapp.store.exams import Exam
from examapp.web.exams.fields import spelled
from examapp.web.names import name, post_name
from examapp.web.presentation import texts

Writer = Callable[[Sequence[str], list[list[Any]], str], bytes]


def _csv(headings: Sequence[str], rows: list[list[Any]], _title: str) -> bytes:
    return sheets.csv_bytes(headings, rows)


KINDS: dict[str, tuple[Writer, str]] = {
    "xlsx": (sheets.xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": (_csv, "text/csv; charset=utf-8"),
}


def file_name(title: str, day: date, kind: str) -> str:
    """A name that every file system takes."""
    safe = re.sub(r'[\\/:*?"<>|\s]+', "-", title).strip("-.")[:60] or "exam"
    return f"{safe}-{day.isoformat()}.{kind}"


def headings() -> list[str]:
    """The first row."""
    return [
        _("Name"),
        _("Unit"),
        _("Post"),
        _("Tries"),
        _("State"),
        _("Score"),
        _("Points of the paper"),
        _("Outcome"),
        _("Band"),
        _("Certificate"),
        _("Standing of the certificate"),
        _("Make-up exam"),
    ]


def table(row: ReportRow, exam: Exam) -> list[Any]:
    """One person's row; before the release the score says that it is awaited."""
    result = row.result
    waiting = _("awaiting release") if row.tries and not exam.released_at else None
    return [
        row.name,
        texts({"zh": row.unit.name, "en": row.unit.name_en}),
        post_name(row.post),
        row.tries,
        name("progress", row.progress),
        _figure(result.points) if result else waiting,
        _figure(result.most) if result else None,
        name("outcome", result.outcome) if result else None,
        name("band", result.band) if result and result.band else None,
        row.serial,
        name("standing", row.standing) if row.standing else None,
        _made_up(row.make_up),
    ]


def _made_up(made: MakeUp | None) -> str | None:
    """The outcome in the make-up exam, or how far somebody came in it."""
    if made is None:
        return None
    return name("outcome", made.result.outcome) if made.result else name("progress", made.progress)


def _figure(points: Fraction) -> Any:
    """A number where a decimal says it exactly, else the fraction itself: nothing is rounded."""
    if points.denominator == 1:
        return points.numerator
    words = spelled(points)
    return words if "/" in words else float(words)
