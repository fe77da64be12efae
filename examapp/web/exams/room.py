"""The room of exams, to which its views belong."""

from flask import Blueprint

room = Blueprint("exams", __name__)
