"""The trainer's room for laws, into which importing and coverage are put."""

from flask import Blueprint

room = Blueprint("law_desk", __name__, url_prefix="/laws")
