"""The first page: what to do next, by role."""

from flask import Blueprint, render_template

room = Blueprint("home", __name__)


@room.get("/")
def page() -> str:
    """What waits for this person."""
    return render_template("home/page.html", panels=[])
