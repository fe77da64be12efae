"""The yearly sheet."""

from flask import Blueprint

room = Blueprint("assessments", __name__)
