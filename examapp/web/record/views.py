"""The append-only record."""

from flask import Blueprint

room = Blueprint("record", __name__)
