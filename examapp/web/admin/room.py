"""The administrator's room, into which the pages of people, units and imports are put."""

from flask import Blueprint

room = Blueprint("admin", __name__)
