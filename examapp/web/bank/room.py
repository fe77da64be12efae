"""The room itself, so that its views can stand in several files."""

from flask import Blueprint

room = Blueprint("bank", __name__)
