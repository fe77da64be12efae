"""What was published of an exam's lottery, its public bundle, and one's own papers again."""

from __future__ import annotations

import json

from flask import Blueprint, current_app, render_template
from werkzeug.wrappers import Response

from examapp.config import ROOT
from examapp.services.exams import bundles, lottery_pages
from examapp.web.signed_in import me, someone
from examapp.web.transaction import db

room = Blueprint("lottery", __name__)


@room.get("/lottery/<exam>")
def show(exam: str) -> str:
    """What stands fixed since the exam was published, for everybody."""
    return render_template(
        "lottery/show.html", shown=lottery_pages.published(db(), exam), someone=someone()
    )


@room.get("/lottery/<exam>/bundle.json")
def bundle(exam: str) -> Response:
    """All that is needed to draw every paper again, once the results are released."""
    data = bundles.bundle(db(), exam)
    text = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
    answer = current_app.response_class(text, mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="lottery-{exam}.json"'
    return answer


@room.get("/lottery/rules.md")
def rules() -> Response:
    """The exact rules of the draw, for whoever writes a program of their own."""
    text = (ROOT / "docs" / "lottery.md").read_text(encoding="utf-8")
    return current_app.response_class(text, mimetype="text/markdown")


@room.get("/lottery/<exam>/mine")
def mine(exam: str) -> str:
    """One's own papers, drawn again before one's eyes."""
    found, papers = lottery_pages.own_papers(db(), me(), exam)
    return render_template("lottery/mine.html", exam=found, papers=papers, person=me())
