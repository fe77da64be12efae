"""Reports of one's own unit: exams in figures, person by person, and as files."""

from __future__ import annotations

from io import BytesIO
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from examapp.clock import local_date, now
from examapp.core.exams import state
from examapp.core.progress import Progress
from examapp.services.exams import setting
from examapp.services.reports import overview as figures
from examapp.services.reports import scope
from examapp.services.reports.person import person_report
from examapp.services.reports.rows import Chosen, report
from examapp.web.names import choices
from examapp.web.presentation import texts
from examapp.web.reports.tables import KINDS, file_name, headings, table
from examapp.web.signed_in import me
from examapp.web.transaction import db

room = Blueprint("reports", __name__)
PAGE = 100


@room.get("/reports")
def overview() -> str:
    """Exams held for people of the officer's units, and a way to one person."""
    moment = now()
    wanted = request.args.get("year", "")
    years = figures.years(db(), me(), now=moment)
    year = int(wanted) if wanted in map(str, years) else local_date(moment).year
    words = request.args.get("q", "").strip()
    return render_template(
        "reports/overview.html",
        tallies=figures.overview(db(), me(), year=year, now=moment),
        years=[(y, y) for y in years],
        year=year,
        words=words,
        found=scope.named(db(), me(), words) if words else None,
    )


def _chosen() -> Chosen:
    progress = request.args.get("progress", "")
    known = progress in set(Progress)
    return Chosen(progress=progress if known else "", unit=request.args.get("unit", ""))


@room.get("/reports/exams/<exam>")
def exam(exam: str) -> str:
    """One exam, person by person."""
    moment = now()
    held = scope.exam(db(), me(), exam)
    chosen = _chosen()
    found = report(db(), me(), held, chosen=chosen, now=moment)
    pages = max(1, -(-len(found.rows) // PAGE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    return render_template(
        "reports/exam.html",
        exam=held,
        state=state(setting.times(held), moment),
        rows=found.rows[(page - 1) * PAGE : page * PAGE],
        total=len(found.rows),
        units=found.units,
        progress=choices("progress"),
        chosen=chosen,
        query=_query(chosen),
        page=page,
        pages=pages,
        url_of=lambda n: f"{url_for('reports.exam', exam=exam)}?{urlencode(_query(chosen, n))}",
    )


def _query(chosen: Chosen, page: int = 0) -> dict[str, str]:
    parts = {"progress": chosen.progress, "unit": chosen.unit, "page": str(page or "")}
    return {key: value for key, value in parts.items() if value}


@room.get("/reports/exams/<exam>/rows.<any(xlsx, csv):kind>")
def download(exam: str, kind: str) -> Response:
    """The rows of the page, all of them, as a file."""
    held = scope.exam(db(), me(), exam)
    found = report(db(), me(), held, chosen=_chosen(), now=now())
    write, mimetype = KINDS[kind]
    title = texts(held.title)
    data = write(headings(), [table(row, held) for row in found.rows], title)
    name = file_name(title, local_date(now()), kind)
    return send_file(BytesIO(data), mimetype, as_attachment=True, download_name=name)


@room.get("/reports/people/<person>")
def person(person: str) -> str:
    """One person of the officer's units: exams, certificates, study of the year."""
    user = scope.somebody(db(), me(), person)
    return render_template("reports/person.html", report=person_report(db(), user, now=now()))
