"""The shelf, guides, checks and notes."""

from flask import Blueprint

room = Blueprint("study", __name__)
